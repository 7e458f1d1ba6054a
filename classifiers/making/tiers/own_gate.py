"""A gate between the bundled fast model and one of someone's own, so that the two are an auto tier.

It is fitted as the one that ships (``making.fit_auto``): on the written dev posts that come with
the product, on dev files where there are any, and on own rows that were set aside for calibration.
The held-out rows then have the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from classifiers.auto import FILE, weights_of
from classifiers.bag.classifier import BagClassifier
from classifiers.encoder.full import EncoderClassifier
from classifiers.encoder.heads import HEADS
from classifiers.evaluation.labelled_rows import needs_of
from classifiers.labels import INTENTS, SENTIMENTS
from classifiers.making.card.head_figures import OwnGate
from classifiers.making.encoder.known import WRITTEN_KIND, KnownText, known_texts
from classifiers.making.encoder.recipe import RECIPES, read_recipe
from classifiers.making.fit_auto import LOSS, fit
from classifiers.making.gate_answers import answers
from classifiers.making.own_rows import Fields
from classifiers.reading import reading_of

LEAST = 500
"""Known texts; on fewer a gate that looks harmless is luck."""
HELD_LOSS = 0.01
"""By which no figure of the held-out rows may fall: they are few, and the written posts are not
what the model was trained for."""


def fit_own_gate(
    folder: Path,
    fast: BagClassifier,
    full: EncoderClassifier,
    known: Sequence[KnownText],
    held: Sequence[Fields],
    say: Callable[[str], None],
) -> OwnGate:
    """Write the gate of ``fast`` and ``full`` into ``folder``, where it costs nothing to speak of.

    ``full`` is the model of the folder, ``held`` are its held-out rows."""
    (folder / FILE).unlink(missing_ok=True)
    if len(known) < LEAST:
        return OwnGate(False, f"No gate: {len(known)} known texts are too few, {LEAST} are needed.")
    say(f"fitting what auto leaves to the fast model, on {len(known):,} texts")
    read = answers(full, fast, known)
    gate = replace(fit(read, LOSS), fast=weights_of(fast.model), full=weights_of(full.model))
    keeps = float(read.kept(gate).mean())
    if not keeps:
        return OwnGate(False, "No gate: whatever the fast model kept would cost too much.")
    told = answers(full, fast, [known_row(row, WRITTEN_KIND) for row in held])
    figures = {
        _NAMES.get(head := name.split(",")[0], head): both
        for name, both in told.figures(told.kept(gate)).items()
    }
    fallen = [head for head, (whole, mixed) in figures.items() if whole - mixed > HELD_LOSS]
    if fallen:
        lost = f"No gate: on the held-out texts of your own {fallen[0]} would fall too far."
        return OwnGate(False, lost, figures)
    gate.write(folder / FILE)
    checked = "" if figures else " It is not checked on texts of your own: too few are held out."
    return OwnGate(
        True,
        f"`auto.json` lets the bundled fast model keep what it is sure of, {keeps:.0%} of "
        f"{len(known):,} known texts; no head falls by more than {LOSS:.1%} there.{checked}",
        figures,
    )


_NAMES = {"needs": "needs_response"}


def gate_texts(data: Path | None, spare: Sequence[Fields]) -> list[KnownText]:
    """What a gate is fitted on."""
    known = known_texts(data, read_recipe(RECIPES / "full.toml"))
    return known + [known_row(row, "own") for row in spare]


def known_row(row: Fields, kind: str) -> KnownText:
    """An own row as a text whose labels are known."""
    moods: Sequence[str] = SENTIMENTS
    aims: Sequence[str] = INTENTS
    label, aim, needs = row.get("label", ""), row.get("intent", ""), needs_of(row)
    right: dict[str, tuple[int, ...]] = dict.fromkeys(HEADS, ())
    if label in moods:
        right["sentiment"] = (moods.index(label),)
    if aim:
        right["intent"] = (aims.index(aim),)
    if needs is not None:
        right["needs"] = (int(needs),)
    return KnownText(reading_of(row["text"]), kind, right)

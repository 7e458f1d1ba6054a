"""The card of a model that someone trained: written beside its weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from classifiers.evaluation.compare import FEWEST, Difference
from classifiers.evaluation.head_text import NAMES
from classifiers.evaluation.metrics import Scores
from classifiers.making.card.head_figures import OwnGate, gate_lines, head_figures
from classifiers.making.card.licences import Learned
from classifiers.making.card.markdown import licence_table, share, table, with_interval

if TYPE_CHECKING:
    from classifiers.making.measured import Compared

CARD = "MODEL_CARD.md"
FEW = 20
"""Texts below which a line of figures says nothing."""
FEW_TO_TELL = 300
"""Texts below which the card says how little they can tell."""
Fitted = Literal["on dev texts", "on texts of their own", "as before", "not"]
"""Where the calibration comes from."""


@dataclass(frozen=True, slots=True)
class Trained:
    """All that the card says. ``against``: the model that was there before; ``inherited``: the sets
    of the model it began with; ``layers``: how many upper layers learned, 0 where all did;
    ``alone``: no other model's opinion is mixed in; ``gate``: of the auto tier, None where none was
    fitted."""

    tier: str
    today: date
    began: str
    against: str
    seconds: float
    examples: int
    layers: int
    recipe: str
    learned: list[Learned]
    inherited: list[Learned]
    compared: Compared | None
    fitted: Fitted
    alone: bool
    gate: OwnGate | None = None


def card(made: Trained) -> str:
    """Markdown, ready to be written."""
    parts = [
        f"# A {made.tier} model of your own",
        f"{verdict(made)}\n",
        f"Made on {made.today.isoformat()} by `rasid model train` from {made.began}, with recipe "
        f"`{made.recipe}`: {made.examples:,} examples in {_time(made.seconds)}"
        + (f", the upper {made.layers} layers and the heads" if made.layers else "")
        + ". Use it with `rasid model classify --model FOLDER`, or in rasid.toml: "
        '`[classifiers] sentiment = { model = "FOLDER" }`.\n',
        "## What it learned from",
        licence_table(made.learned),
        "",
    ]
    if made.inherited:
        parts += [
            "The model it began with had learned from these sets; their terms come along:\n",
            licence_table(made.inherited),
            "",
        ]
    parts += [*_figures(made.compared), *gate_lines(made.gate), "## Limits", *_limits(made)]
    return "\n".join(parts) + "\n"


def verdict(made: Trained) -> str:
    """One sentence: better than what was there before, or not, and at what. Where the held-out
    texts prove nothing it says so."""
    found = made.compared.differences if made.compared else {}
    if not found:
        return "**Not measured: no held-out text has a label to measure on.**"
    sure = {head: change.difference for head, change in found.items() if change.significant}
    better, worse = (_heads([h for h, d in sure.items() if d * sign > 0]) for sign in (1, -1))
    detail = f"({'; '.join(_change(head, change) for head, change in found.items())})"
    if better and worse:
        return (
            f"**Better than {made.against} at {better}, worse at {worse}** {detail}. Keep that one "
            f"unless {better} is all that you need."
        )
    if better:
        open_ = _heads([head for head in found if head not in sure])
        rest = f" At {open_} no difference is shown." if open_ else ""
        return f"**Better than {made.against} at {better}** {detail}.{rest}"
    if worse:
        return f"**Worse than {made.against} at {worse}** {detail}. Keep that one."
    few = ""
    if all(change.texts < FEWEST for change in found.values()):
        few = f" Fewer than {FEWEST} held-out texts prove nothing: train with more rows."
    return f"**Not shown to be better than {made.against}** {detail}. Keep that one.{few}"


def _heads(names: Sequence[str]) -> str:
    return " and ".join(NAMES[name] for name in names)


def _change(head: str, found: Difference) -> str:
    low, high = found.interval
    return (
        f"{NAMES[head]}: macro-F1 {_signed(found.difference)} on {found.texts:,} held-out texts, "
        f"95 % interval {_signed(low)} to {_signed(high)}"
    )


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{share(abs(value))}"


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"


def _figures(found: Compared | None) -> Iterable[str]:
    yield "## Figures, before and after"
    if found is None:
        yield "Nothing was held out.\n"
        return
    yield (
        "On the texts that were held out (every tenth by its hash, and dev files where there are "
        "any), which no part of the training has seen. Macro-F1 with its 95 % interval; where a "
        "source has no neutral texts, neutral is barred. Both models read the same texts as they "
        "do when they serve.\n"
    )
    rows = []
    for group, values in found.tables.items():
        for name, (before, after) in values.items():
            if group == "all" or after.texts >= FEW:
                rows.append(_row(f"{group} {name}".strip(), before, after))
    if rows:
        yield "Sentiment:\n"
        yield table(["", "texts", "before", "after", "recall of negatives", "ECE"], rows)
    for name, (old, new) in found.apart.items():
        yield (
            f"\nIntent {name} or not, {new.texts} texts: macro-F1 {share(old.macro_f1)} before, "
            f"{share(new.macro_f1)} after."
        )
    yield from head_figures(found)
    if untold := _heads([head for head in NAMES if head not in found.differences]):
        yield f"\nNo held-out text tells its {untold}: whether that has changed is not known."
    yield ""


def _row(name: str, before: Scores, after: Scores) -> list[str]:
    return [
        name,
        f"{after.texts:,}",
        with_interval(before.macro_f1, *before.interval),
        with_interval(after.macro_f1, *after.interval),
        f"{share(before.negative_recall)} → {share(after.negative_recall)}",
        f"{share(before.ece)} → {share(after.ece)}",
    ]


def _limits(made: Trained) -> Iterable[str]:
    yield (
        "- It is measured on texts like those it learned from. On other texts it may be worse than "
        "the model before it: compare them with `rasid model evaluate`."
    )
    if made.tier == "full":
        yield (
            "- Held-out rows of a published set flatter: the bundled models may have learned from "
            "them. Rows of your own do not."
        )
    if any(one.name == "corrections" for one in made.learned):
        yield (
            "- Corrections are of cards that people looked at, mostly where the model was wrong: "
            "figures on them are below what all mentions would give, before and after alike."
        )
    if made.fitted == "as before":
        yield (
            "- Its probabilities are calibrated as those of the model it began with: there were "
            "too few texts to fit them anew."
        )
    elif made.fitted == "not":
        yield "- Its probabilities are not calibrated: there were no texts to fit them on."
    elif made.fitted == "on dev texts":
        yield "- A few numbers that calibrate it were fitted on some of the dev texts above."
    for head, change in (made.compared.differences if made.compared else {}).items():
        if change.texts < FEW_TO_TELL:
            low, high = change.interval
            yield (
                f"- {NAMES[head].capitalize()}: {change.texts} held-out texts show no difference "
                f"smaller than about {share((high - low) / 2)}."
            )
    if made.tier == "full":
        yield (
            "- Language is told by the bundled fast model"
            + ("." if made.alone else ", whose opinion of the other heads is mixed in too.")
            + " What that learned from stands in its own card."
        )
    yield "- Urgency also comes from phrase lists, which training does not change."

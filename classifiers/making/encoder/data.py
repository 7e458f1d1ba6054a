"""Labelled files into examples, and the small changes made to texts while training."""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from classifiers.labels import ANSWERABLE, DIALECTS, INTENTS, SENTIMENTS, Dialect, Intent
from classifiers.making.encoder.recipe import LabelledSet, LabelRule, Noise, Recipe, as_sentiment
from classifiers.making.encoder.sentence_forms import form_of
from classifiers.reading import reading_of

WRITTEN = "written"
"""The set of posts that were written for this project: a recipe names it like a file."""

_OF_DIALECT: dict[str, tuple[str, ...]] = {
    "msa": ("msa",),
    "msa+palestinian": ("msa", "lev"),
    "egyptian": ("egy", "sud"),
    "gulf": ("glf", "irq"),
    **dict.fromkeys(("levantine", "jordanian"), ("lev",)),
    **dict.fromkeys(("moroccan", "algerian", "tunisian", "maghrebi"), ("mgr",)),
}
"""What a file's own name of a dialect leaves open: the older sets do not tell Iraqi from Gulf nor
Sudanese from Egyptian."""
WRITTEN_IN: dict[str, Dialect] = {
    "msa": "msa",
    "egyptian": "egy",
    "gulf": "glf",
    "levantine": "lev",
    "maghrebi": "mgr",
    "iraqi": "irq",
    "sudanese": "sud",
}
"""The written posts' names of the dialects."""
_NEIGHBOURS: dict[str, str] = {"irq": "glf", "sud": "egy"}


def of_five(dialect: str) -> str:
    """``dialect`` where five are told apart: Iraqi and Sudanese with their neighbours."""
    return _NEIGHBOURS.get(dialect, dialect)


@dataclass(frozen=True, slots=True)
class LabelledText:
    """One line of a labelled file. ``intent`` and ``needs`` stand in files that name them beside
    the sentiment, which then is the label."""

    text: str
    label: str
    lang: str = ""
    dialect: str = ""
    source: str = ""
    intent: str = ""
    needs: bool | None = None


@dataclass(frozen=True, slots=True)
class TaughtText:
    """What the heads learn of one text: -1 or an empty set where a head learns nothing, several
    where it is one of these."""

    text: str
    group: int
    sentiment: int
    intents: tuple[int, ...]
    needs: int = -1
    dialects: tuple[int, ...] = ()


def read_rows(path: Path) -> Iterator[LabelledText]:
    """Rows of a JSON-lines file, plain or gzip; ValueError names a line that has no text."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            raw = json.loads(line)
            raw.setdefault("label", raw.get("sentiment"))
            if not isinstance(raw.get("text"), str) or not isinstance(raw.get("label"), str):
                raise ValueError(f"{path}:{number}: a row needs text and label")
            yield LabelledText(
                text=raw["text"],
                label=raw["label"],
                lang=raw.get("lang") or _written_lang(raw),
                dialect=raw.get("dialect") or "",
                source=raw.get("source") or "",
                intent=raw.get("intent") or "",
                needs=raw.get("needs_response"),
            )


def _written_lang(raw: Mapping[str, Any]) -> str:
    """Of a written post, which names its script and country instead; "" where it is mixed."""
    if raw.get("script") == "latin":
        return "ar-Latn" if raw.get("dialect") else str(raw.get("country") or "")
    return "ar" if raw.get("script") == "arabic" else ""


def written_file(part: str) -> Path:
    """The posts that come with the product: ``train`` or ``dev``."""
    return Path(str(files("classifiers"))) / "making" / "written" / f"{part}.jsonl.gz"


def data_file(folder: Path, labelled: LabelledSet, part: str) -> Path:
    """Where a set's train or dev part lies: the posts that come with the product in its own
    folder, the others below ``folder``."""
    if labelled.file == WRITTEN:
        return written_file(part)
    return folder / f"{labelled.file}.{part}.jsonl.gz"


def examples_of(
    recipe: Recipe, folder: Path | None, own: Mapping[str, Sequence[LabelledText]] | None = None
) -> list[list[TaughtText]]:
    """The examples of every set, in the recipe's order; a row that teaches nothing is left out.

    Rows are read from ``folder``; those of the sets whose file ``own`` names are given there.
    """
    own = own or {}

    def rows_of(labelled: LabelledSet) -> Iterable[LabelledText]:
        if labelled.file in own:
            return own[labelled.file]
        if folder is None and labelled.file != WRITTEN:
            raise ValueError(f"the recipe names {labelled.file}: say with --data where it lies")
        return read_rows(data_file(folder or Path(), labelled, "train"))

    return [
        [
            example
            for row in rows_of(labelled)
            if (example := example_of(row, group, labelled, recipe.rules_of(labelled)))
        ]
        for group, labelled in enumerate(recipe.sets)
    ]


def example_of(
    row: LabelledText, group: int, labelled: LabelledSet, rules: tuple[LabelRule, ...]
) -> TaughtText | None:
    """What ``row`` teaches by its set's rules, read as it is served; None where it teaches
    nothing."""
    sentiment = as_sentiment(labelled.sentiment or row.label)
    intents: tuple[int, ...] = ()
    if row.intent:
        intents = (INTENTS.index(cast(Intent, row.intent)),)
    else:
        for rule in rules:
            if _fits(rule, row):
                intents = tuple(INTENTS.index(intent) for intent in rule.allow)
                break
    needs = _needs(row, intents, labelled)
    if sentiment is None and not intents and needs < 0:
        return None
    return TaughtText(
        text=reading_of(_stripped(row.text, labelled.strip)),
        group=group,
        sentiment=-1 if sentiment is None else SENTIMENTS.index(sentiment),
        intents=intents,
        needs=needs,
        dialects=_dialects(row) if labelled.dialect else (),
    )


def _needs(row: LabelledText, intents: tuple[int, ...], labelled: LabelledSet) -> int:
    """As the row says; else no where no open intent is answerable, and yes where all are and the
    set's texts are for a company."""
    if row.needs is not None:
        return int(row.needs)
    answerable = {INTENTS[at] in ANSWERABLE for at in intents}
    if answerable == {False}:
        return 0
    return 1 if answerable == {True} and labelled.needs == "company" else -1


def _dialects(row: LabelledText) -> tuple[int, ...]:
    if row.intent:
        named: tuple[str, ...] = (WRITTEN_IN[row.dialect],) if row.dialect else ()
    else:
        named = _OF_DIALECT.get(row.dialect, ()) if row.lang == "ar" else ()
    return tuple(DIALECTS.index(cast(Dialect, name)) for name in named)


def _fits(rule: LabelRule, row: LabelledText) -> bool:
    return (
        (not rule.labels or row.label in rule.labels)
        and (not rule.sources or row.source in rule.sources)
        and (not rule.forms or form_of(row.text) in rule.forms)
    )


_RETWEET = re.compile(r"^\s*RT @\w+\s*:?\s*")
_CUT = re.compile(r"…(?=\s*(?:http\S*)?\s*$)")
_MASK = re.compile(r"(@user|http\S*)")
_MARKS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_LETTERS = str.maketrans("أإآٱىةؤئ", "اااايهوي")


def noisy(text: str, noise: Noise, chance: random.Random) -> str:
    """``text``, or on a share of calls a form of it without one set's habits of writing."""
    if chance.random() < noise.retweets:
        text = _RETWEET.sub("", text)
    if chance.random() < noise.hashtags:
        text = text.replace("#", " ").replace("_", " ")
    if chance.random() < noise.tags:
        text = _tagged(text, chance)
    if chance.random() < noise.handles:
        text = f"@user {text}" if chance.random() < 0.7 else f"{text} @user"
    if chance.random() < noise.folded:
        text = folded(text)
    if chance.random() < noise.bare:
        text = bare(text)
    return text


def _tagged(text: str, chance: random.Random) -> str:
    """``text`` with one or two of its own words as a hashtag before or behind it: without that a
    hashtag is what tells tweets on politics from posts to a company."""
    words = [word for word in text.split() if len(word) > 3 and word.isalpha()]
    if not words:
        return text
    at = chance.randrange(len(words))
    tag = "#" + "_".join(words[at : at + chance.choice((1, 1, 2))])
    return f"{tag} {text}" if chance.random() < 0.3 else f"{text} {tag}"


def folded(text: str) -> str:
    """Arabic letters without the differences that people leave out when they type fast."""
    return _MARKS.sub("", text).translate(_LETTERS)


def bare(text: str) -> str:
    """Letters, digits and masks only, as some sets were published."""
    parts = _MASK.split(text)
    kept = [
        part if at % 2 else "".join(c if _is_word(c) else " " for c in part)
        for at, part in enumerate(parts)
    ]
    return " ".join("".join(kept).split()) or text


def _is_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMNZ"


def _stripped(text: str, what: tuple[str, ...]) -> str:
    if "retweet" in what:
        text = _RETWEET.sub("", text)
    return _CUT.sub("", text) if "cut" in what else text

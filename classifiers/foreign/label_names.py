"""What a foreign model's classes mean: its label names, mapped to the three sentiments."""

from __future__ import annotations

import re
from collections.abc import Mapping

from classifiers.labels import SENTIMENTS, Sentiment
from classifiers.tidy import fold_tidied

_SPELLED: dict[Sentiment, tuple[str, ...]] = {
    "negative": ("negative", "neg", "bad", "very negative", "سلبي", "سلبيه", "سالب", "سيي"),
    "neutral": ("neutral", "neu", "mixed", "محايد", "محايده", "حيادي"),
    "positive": ("positive", "pos", "good", "very positive", "ايجابي", "ايجابيه", "موجب"),
}
_NAMES: dict[str, Sentiment] = {
    **{name: sentiment for sentiment, names in _SPELLED.items() for name in names},
    "سلبي جدا": "negative",
    "ايجابي جدا": "positive",
}
_STARS = re.compile(r"([1-5])\s*(?:star|stars|نجوم|نجمة|نجمات)?")
_COUNTED = {"نجمه": "1", "نجمه واحده": "1", "نجمتان": "2", "نجمتين": "2"}
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_NUMBERED = re.compile(r"label ([0-9])")


def sentiments_of(names: Mapping[int, str]) -> tuple[Sentiment, ...]:
    """The sentiment of each output, by index.

    Understood: negative/neutral/positive and their short and Arabic forms, very negative ... very
    positive, 1 to 5 stars (in Arabic too), and the bare LABEL_0.. of two or three classes, which
    by custom run from negative to positive. Raises ValueError naming what was found.
    """
    order = [_plain(names[at]) for at in sorted(names)]
    if mapped := _mapped(order):
        return mapped
    raise ValueError(
        f"the model's labels are {list(names.values())}: expected negative, (neutral,) positive, "
        "1 to 5 stars, or LABEL_0 to LABEL_2; set id2label in its config.json"
    )


def _plain(name: str) -> str:
    name = name.replace("-", " ").replace("_", " ").strip().lower().translate(_DIGITS)
    # Folding writes every number as 0, and here the number is all there is.
    if any(map(str.isdigit, name)):
        return name
    folded = fold_tidied(name)
    return _COUNTED.get(folded, folded)


def _mapped(order: list[str]) -> tuple[Sentiment, ...] | None:
    named = [_NAMES.get(name) for name in order]
    if all(named) and {"negative", "positive"} <= set(named):
        return tuple(name for name in named if name)
    stars = [_STARS.fullmatch(name) for name in order]
    if len(order) == 5 and all(stars):
        return tuple(_of_stars(int(match[1])) for match in stars if match)
    numbers = [_NUMBERED.fullmatch(name) for name in order]
    counted = [int(match[1]) for match in numbers if match]
    if len(order) in (2, 3) and counted == list(range(len(order))):
        return SENTIMENTS if len(order) == 3 else ("negative", "positive")
    return None


def _of_stars(count: int) -> Sentiment:
    return "negative" if count < 3 else "neutral" if count == 3 else "positive"

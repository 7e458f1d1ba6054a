"""The recipe of the bundled fast model: which rows teach which head, and how much they weigh."""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from classifiers.labels import INTENTS, SENTIMENTS

LANGUAGES = ("ar-Latn", "en", "fr", "es", "de", "it", "pt", "hi")
DIALECTS = ("msa", "egy", "glf", "lev", "mgr")
WEAK = {"atsad_emoji": 0.25, "goemotions": 0.4, "emotone": 0.4, "elsahar_reviews": 0.5}
WEAK |= {"twifil": 0.7}
"""Labels from emoji, emotions or stars count less than a person's (data README, column labels)."""
EVERYDAY = 0.02
"""Weight of each angry or happy tweet that is said to no brand. Without them two everyday tweets
in three were called a complaint or a question; there are eighty thousand."""
NOISY_LANGUAGE = frozenset({"twifil", "myc"})

DIALECT_OF = {"egyptian": "egy", "gulf": "glf", "levantine": "lev", "jordanian": "lev"}
DIALECT_OF |= dict.fromkeys(("moroccan", "algerian", "tunisian", "maghrebi"), "mgr")
DIALECT_OF |= {"msa": "msa", "msa+palestinian": "msa"}
_DIALECT_SETS = frozenset(
    [
        "arsarcasm_v2",
        "mac",
        "afrisenti_ma",
        "afrisenti_dz",
        "tsac",
        "myc",
        "mawqif",
        "marsa",
        "saudi_tourism",
        "arsentd_lev",
        "ajgt",
        "astd",
    ]
)
_SERVICE_INTENT_WORDS = [
    "not_working",
    "declined",
    "failed",
    "charged",
    "wrong",
    "reverted",
    "not_recognised",
    "swallowed",
    "not_updated",
    "not_received",
    "compromised",
    "blocked",
    "not_showing",
    "twice",
    "pending",
    "stolen",
    "fee",
    "extra_charge",
]


@dataclass(frozen=True, slots=True)
class BagRow:
    """One labelled row; ``set`` is the file's name, ``label`` that file's own."""

    set: str
    source: str
    lang: str
    dialect: str
    label: str
    text: str


def rows(folder: Path, task: str, split: str) -> Iterator[BagRow]:
    """Rows of ``folder/task/*.split.jsonl.gz``, files in name order."""
    for path in sorted((folder / task).glob(f"*.{split}.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                raw = json.loads(line)
                name = path.name.split(".")[0]
                yield BagRow(
                    name, raw["source"], raw["lang"], raw["dialect"], raw["label"], raw["text"]
                )


@dataclass(frozen=True, slots=True)
class Taught:
    """A text with the classes its label leaves open, the log prior of its source, its weight."""

    text: str
    allowed: tuple[str, ...]
    prior: tuple[float, ...]
    weight: float = 1.0


def sentiment(data: Iterable[BagRow]) -> list[Taught]:
    """All sentiment rows. In a set without neutral the prior bars it, so it teaches two classes."""
    found = list(data)
    counts: dict[str, Counter[str]] = {}
    for row in found:
        counts.setdefault(row.set, Counter())[row.label] += 1
    prior = {name: _log_prior(count) for name, count in counts.items()}
    return [Taught(r.text, (r.label,), prior[r.set], WEAK.get(r.set, 1.0)) for r in found]


def _log_prior(count: Counter[str]) -> tuple[float, ...]:
    known = [label for label in SENTIMENTS if count[label]]
    total = sum(count.values()) + 5 * len(known)
    return tuple(
        math.log((count[label] + 5) / total * len(known)) if count[label] else -30.0
        for label in SENTIMENTS
    )


def intent(sentiments: Iterable[BagRow], intents: Iterable[BagRow]) -> list[Taught]:
    """Rows that say something of intent, each with the intents it leaves open."""
    result = []
    for row in (*sentiments, *intents):
        allowed, weight = _intents(row)
        if allowed:
            result.append(Taught(row.text, allowed, (0.0,) * len(INTENTS), weight))
    return result


def _intents(row: BagRow) -> tuple[tuple[str, ...], float]:
    asks = "?" in row.text or "؟" in row.text
    match row.set:
        case "complaints_en" if row.label == "complaint":
            return ("complaint",), 3.0
        case "complaints_en":
            return ("question", "request", "praise", "other"), 3.0
        case "spam_ar":
            rest = ("question", "complaint", "request", "praise", "other")
            return (("spam",) if row.label == "spam" else rest), 0.5
        case "banking77_en" | "arbanking77":
            return _service(row, asks), 0.3
        case "airline" | "apple_dfe" | "sanders" | "saudi_tourism" | "elsahar_reviews":
            open_to = {
                "negative": ("complaint",),
                "positive": ("praise",),
                "neutral": ("question", "request", "other"),
            }
            return open_to[row.label], 0.3 if row.set == "elsahar_reviews" else 0.7
        case "marsa" if row.source == "marsa_tech":
            if row.label == "negative":
                return ("complaint",), 0.7
            return (("praise", "other") if row.label == "positive" else ("question", "other")), 0.5
        case "semeval2017_en" if row.label != "neutral":  # brands are among its topics
            return ("complaint" if row.label == "negative" else "praise", "other"), EVERYDAY
        case (
            "marsa" | "astd" | "arsas" | "arsarcasm_v2" | "umsab_ar" | "umsab_en" | "mawqif"
            | "semeval2017_en"
        ):  # fmt: skip
            return _everyday(row, asks), 0.3 if row.label == "neutral" else EVERYDAY
    return (), 0.0


def _everyday(row: BagRow, asks: bool) -> tuple[str, ...]:
    """Tweets on news, sport, people: not said to a brand, whatever their sentiment. A neutral one
    in question form may ask."""
    if row.label == "neutral":
        return ("question", "request", "other") if asks else ("other", "request")
    return ("other",)


def _service(row: BagRow, asks: bool) -> tuple[str, ...]:
    trouble = any(word in row.label for word in _SERVICE_INTENT_WORDS)
    if asks:
        return ("question", "complaint") if trouble else ("question",)
    return ("complaint", "request") if trouble else ("request", "question")


def language(data: Iterable[BagRow]) -> list[Taught]:
    """Rows in Latin letters, at most 6,000 a language and set."""
    return _capped(data, LANGUAGES, lambda r: "" if r.set in NOISY_LANGUAGE else r.lang, 6000)


def dialect(data: Iterable[BagRow]) -> list[Taught]:
    """Arabic rows whose set names a dialect, at most 1,500 a dialect and set, so that no topic
    speaks for a dialect; ArSarcasm, labelled row by row, counts twice."""
    return _capped(
        data,
        DIALECTS,
        lambda r: (
            DIALECT_OF.get(r.dialect, "") if r.lang == "ar" and r.set in _DIALECT_SETS else ""
        ),
        1500,
    )


def _capped(
    data: Iterable[BagRow], classes: tuple[str, ...], of: Callable[[BagRow], str], most: int
) -> list[Taught]:
    seen: Counter[tuple[str, str]] = Counter()
    kept: list[tuple[BagRow, str]] = []
    for row in data:
        name = of(row)
        if name in classes and seen[row.set, name] < most:
            seen[row.set, name] += 1
            kept.append((row, name))
    count = Counter(name for _, name in kept)
    prior = tuple(math.log(max(count[name], 1) / max(len(kept), 1)) for name in classes)
    return [
        Taught(row.text, (name,), prior, 2.0 if row.set == "arsarcasm_v2" else 1.0)
        for row, name in kept
    ]

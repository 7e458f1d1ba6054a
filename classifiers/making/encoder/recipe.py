"""A recipe: which labelled files, what each label means for the heads, and how to train.

One TOML file is one recipe; unknown keys are refused, so a misspelt setting cannot be ignored.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from classifiers.labels import INTENTS, SENTIMENTS, Intent, Sentiment

RECIPES = Path(str(files("classifiers"))) / "making" / "recipes"
Form = Literal["question", "request", "asking", "statement"]
FORMS: tuple[Form, ...] = ("question", "request", "asking", "statement")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LabelRule:
    """Which intents a text may have. The first rule of a set that fits a text decides.

    ``labels`` are the file's own labels, ``sources`` values of its source column, ``forms``
    sentence forms; empty fits all. Several intents in ``allow`` mean "one of these, not known
    which": the loss then only pushes the others down.
    """

    allow: tuple[Intent, ...]
    labels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """One labelled file and how much of it is drawn.

    ``file`` is the path below the data folder without ``.train.jsonl.gz``; ``weight`` scales its
    share of the draws; ``sentiment`` is a fixed label for files whose labels are no sentiments
    ("" for none); ``intent_weight`` scales its loss of intent and need; ``needs`` is "company"
    where its questions, complaints and requests are for a company to answer, else "";
    ``dialect`` scales its loss of dialect, 0 where its column of dialects is not believed;
    ``strip`` removes what would give the set away: "retweet" the RT prefix, "cut" the trailing
    ellipsis.
    """

    file: str
    licence: str
    weight: float = 1.0
    rules: str = ""
    sentiment: str = ""
    intent_weight: float = 1.0
    needs: str = ""
    dialect: float = 0.0
    strip: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.file.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Noise:
    """Shares of the drawn texts that are changed, so that no set's style is a cue."""

    hashtags: float = 0.0
    folded: float = 0.0
    bare: float = 0.0
    retweets: float = 0.0
    tags: float = 0.0  # words of the text said again as a hashtag
    handles: float = 0.0  # somebody spoken to
    pieces: float = 0.0  # of the drawn texts' pieces, not of the texts


@dataclass(frozen=True, slots=True)
class Training:
    """Numbers of the optimisation; rates are the peaks, reached after ``warmup`` of the run."""

    examples: int = 100_000
    batch: int = 32
    passes: float = 0.0  # where set, each text is drawn this often on average at most
    layers: int = 0  # how many upper layers learn, the others stay as they are; 0: the whole body
    chunk: int = 64  # batches that are drawn and sorted by length together
    pieces: int = 64
    cap: int = 20_000
    power: float = 0.6  # a set's share goes with min(rows, cap) ** power
    body_rate: float = 1e-4
    embedding_rate: float = 2e-4
    head_rate: float = 1e-3
    bias_rate: float = 1e-2
    weight_decay: float = 0.01
    warmup: float = 0.03
    smoothing: float = 0.05
    dropout: float = 0.1
    prior: float = 1.0  # how much of a set's own label frequencies its bias starts with
    clip: float = 1.0
    ema_every: int = 4
    ema_decay: float = 0.98


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe, checked: every rule that a set names exists.

    ``fresh``: its weights must not come from weights that learned of other sets.
    """

    name: str
    seed: int
    sets: tuple[LabelledSet, ...]
    rules: Mapping[str, tuple[LabelRule, ...]]
    training: Training = field(default_factory=Training)
    noise: Noise = field(default_factory=Noise)
    fresh: bool = False

    def rules_of(self, labelled: LabelledSet) -> tuple[LabelRule, ...]:
        return self.rules[labelled.rules] if labelled.rules else ()


def read_recipe(path: Path, own: Sequence[LabelledSet] = ()) -> Recipe:
    """The recipe in ``path``, its sets followed by ``own``; ValueError names the key that is wrong.

    ``rules_file``, relative to the recipe, adds the rules of another file: recipes share theirs.
    """
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    if shared := raw.pop("rules_file", None):
        other = tomllib.loads((path.parent / shared).read_text(encoding="utf-8"))
        raw["rules"] = {**other["rules"], **raw.get("rules", {})}
    return parse_recipe(raw, own)


def parse_recipe(raw: Mapping[str, Any], own: Sequence[LabelledSet] = ()) -> Recipe:
    """The recipe of a parsed TOML document."""
    unknown = set(raw) - {"name", "seed", "fresh", "training", "noise", "rules", "set"}
    if unknown:
        raise ValueError(f"unknown keys in the recipe: {', '.join(sorted(unknown))}")
    rules = {
        name: tuple(_made(LabelRule, rule, f"rules.{name}") for rule in rows)
        for name, rows in raw.get("rules", {}).items()
    }
    sets = (*(_made(LabelledSet, row, "set") for row in raw.get("set", ())), *own)
    for name, rows in rules.items():
        for rule in rows:
            _known(rule.allow, INTENTS, f"rules.{name}.allow")
            _known(rule.forms, FORMS, f"rules.{name}.forms")
    for one in sets:
        if one.rules and one.rules not in rules:
            raise ValueError(f"set {one.file}: there are no rules named {one.rules!r}")
        _known([one.sentiment] if one.sentiment else [], SENTIMENTS, f"set {one.file}: sentiment")
    if not sets:
        raise ValueError("the recipe names no labelled set; add a [[set]]")
    return Recipe(
        name=str(raw["name"]),
        seed=int(raw.get("seed", 0)),
        sets=sets,
        rules=rules,
        training=_made(Training, raw.get("training", {}), "training"),
        noise=_made(Noise, raw.get("noise", {}), "noise"),
        fresh=bool(raw.get("fresh", False)),
    )


def as_sentiment(label: str) -> Sentiment | None:
    """The label as a sentiment, None where it is something else."""
    return label if label in SENTIMENTS else None


def _made(kind: type[T], raw: Mapping[str, Any], place: str) -> T:
    names = {f.name for f in dataclasses.fields(cast(Any, kind))}
    if unknown := set(raw) - names:
        raise ValueError(f"{place}: unknown keys {', '.join(sorted(unknown))}")
    try:
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()})
    except TypeError as error:
        raise ValueError(f"{place}: {error}") from None


def _known(values: Any, allowed: tuple[str, ...], place: str) -> None:
    for value in values:
        if value not in allowed:
            raise ValueError(f"{place}: {value!r} is none of {', '.join(allowed)}")

"""plan.toml as frozen, typed models. Attribute names are the keys that users write."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from listener.settings.model import Part
from listener.settings.moments import Condition, Day, Number, Positive, Whole

_CHANGE = re.compile(r"\s*([+-])\s*(\d{1,6}(?:\.\d{1,3})?)\s*%\s*")


def change_text(value: object) -> str:
    """``+10%`` as it is written. Raises ValueError with what would be right."""
    if isinstance(value, str) and _CHANGE.fullmatch(value):
        return value
    raise PydanticCustomError("change", 'a change such as "+10%" is needed')


def change_ratio(text: str) -> float:
    """``+10%`` to 1.1: what the earlier figure is multiplied by. Waits for issue 13 (goals)."""
    parts = _CHANGE.fullmatch(text)
    if parts is None:
        raise ValueError('a change such as "+10%" is needed')
    return 1 + float(parts[1] + parts[2]) / 100


class Each(Part):
    """What every single post is to reach within ``after`` of its publication."""

    likes: Whole | None = Field(default=None, ge=0)
    comments: Whole | None = Field(default=None, ge=0)
    shares: Whole | None = Field(default=None, ge=0)
    views: Whole | None = Field(default=None, ge=0)
    after: Positive | None = None


class Target(Part):
    """A floor, a ceiling or both; or a change against an earlier span; ``each`` adds to them."""

    at_least: Number | None = None
    at_most: Number | None = None
    change: Annotated[str, BeforeValidator(change_text)] | None = None
    against: str | None = None
    each: Each | None = None


class Goal(Part):
    name: str
    brand: str
    why: Literal["awareness", "engagement", "traffic", "sales", "service"]
    measure: str
    where: dict[str, Condition] = Field(default_factory=dict)
    target: Target
    per: Literal["day", "week", "month", "quarter", "year"] = "month"
    owner: str | None = None
    start: Day | None = None
    until: Day | None = None


class MixRule(Part):
    """How own posts of a share are told: by a link, a hashtag, a word, a medium."""

    link: str | None = None
    hashtag: str | None = None
    text: str | None = None
    media: str | None = None


class Mix(Part):
    brand: str
    shares: dict[str, Annotated[Number, Field(ge=0, le=1)]]
    rules: dict[str, MixRule] = Field(default_factory=dict)


class Period(Part):
    name: str
    start: Day = Field(alias="from")
    end: Day = Field(alias="to")

    def holds(self, day: date) -> bool:
        """Both ends are in it. Waits for issue 13 (named periods)."""
        return self.start <= day <= self.end


class Experiment(Part):
    name: str
    brand: str
    a: dict[str, Condition]
    b: dict[str, Condition]
    measure: str
    start: Day | None = None
    until: Day | None = None


class Plan(Part):
    """Everything in plan.toml."""

    goals: tuple[Goal, ...] = ()
    mix: tuple[Mix, ...] = ()
    periods: tuple[Period, ...] = ()
    experiments: tuple[Experiment, ...] = ()

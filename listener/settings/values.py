"""Values that users write as text: durations, rates, secrets, thresholds."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo
from pydantic_core import PydanticCustomError

_DURATION = re.compile(r"\s*(\d{1,9})\s*(s|m|h|d|w|days?|weeks?|months?)\s*")
_RATE = re.compile(r"\s*(\d{1,9})\s*/\s*([smhd])\s*")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = timedelta(days=36_525)  # a century: anything longer is a slip of the hand


def duration(value: Any) -> timedelta:
    """``30s``, ``2m``, ``48h``, ``30d``, ``2w``, ``13 months`` (a month counts as 31 days, so that
    nothing is removed early). Raises ValueError with what would be right."""
    if isinstance(value, timedelta):
        return value
    parts = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if parts is not None:
        number, unit = int(parts[1]), parts[2]
        # int, not timedelta, arithmetic: a timedelta overflows at 999,999,999 days
        seconds = number * (31 * 86400 if unit.startswith("month") else _SECONDS[unit[0]])
        if seconds <= _LONGEST.total_seconds():
            return timedelta(seconds=seconds)
    raise PydanticCustomError(
        "duration", 'a duration such as "30s", "2m", "48h", "7d" or "13 months" is needed'
    )


def every(value: Any) -> timedelta | dict[str, timedelta]:
    """How often to read: one ``duration`` for all, or one for each kind of read,
    ``{ search = "1m", replies = "15m" }``. Raises ValueError with what would be right."""
    if isinstance(value, Mapping):
        return {str(kind): duration(span) for kind, span in value.items()}
    return duration(value)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many per so long: ``1/s``, ``60/h``."""

    count: int
    per: timedelta

    @classmethod
    def parse(cls, value: Any) -> Rate:
        if isinstance(value, Rate):
            return value
        parts = _RATE.fullmatch(value) if isinstance(value, str) else None
        if parts is None or int(parts[1]) == 0:
            raise PydanticCustomError("rate", 'a rate such as "1/s", "30/m" or "60/h" is needed')
        return cls(int(parts[1]), timedelta(seconds=_SECONDS[parts[2]]))

    @property
    def seconds(self) -> float:
        """Seconds between two of them when they are spread evenly."""
        return self.per.total_seconds() / self.count


_NAMED = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:[^\x00\r\n]+")


class MissingSecretError(LookupError):
    """The named variable or file is not there; the text says which."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret is named, ``env:NAME`` or ``file:PATH``, and read only when it is used."""

    name: str
    base: Path = field(default=Path(), compare=False)  # folder of the configuration file

    @classmethod
    def parse(cls, value: Any, base: Path = Path()) -> Secret:
        """Raises ValueError, without the value in its text: it may be the secret itself."""
        if isinstance(value, Secret):
            return value
        if not isinstance(value, str) or not _NAMED.fullmatch(value):
            raise PydanticCustomError(
                "secret", "name the secret, never write it here: env:NAME or file:PATH"
            )
        return cls(value, base)

    def reveal(self) -> str:
        """The secret itself, without surrounding white space. Raises MissingSecretError."""
        kind, _, rest = self.name.partition(":")
        if kind == "env":
            value = os.environ.get(rest, "").strip()
        else:
            try:
                value = (self.base / rest).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                value = ""
        if not value:
            raise MissingSecretError(self.name)
        return value

    def present(self) -> bool:
        try:
            self.reveal()
        except MissingSecretError:
            return False
        return True


def _secret(value: Any, info: ValidationInfo) -> Secret:
    return Secret.parse(value, (info.context or {}).get("base", Path()))


Every = Annotated[timedelta | dict[str, timedelta], BeforeValidator(every)]
Duration = Annotated[timedelta, BeforeValidator(duration)]
RateText = Annotated[
    Rate, BeforeValidator(Rate.parse), PlainSerializer(lambda r: f"{r.count}/{r.per}")
]
SecretName = Annotated[Secret, BeforeValidator(_secret), PlainSerializer(lambda s: s.name)]

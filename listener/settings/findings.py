"""What is wrong with a configuration, said so that a person knows what to write instead.

A finding is data (a code and its values); ``words`` says it in Arabic or English.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from listener.words import finding_words as words
from listener.words.unsafe import IN_A_LINE

Level = Literal["error", "warning", "note"]
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """``path`` is the place as users know it, ``brands[0].keywords``; ``line`` counts from 1.

    An ``error`` stops the service; a ``warning`` is probably a slip; a ``note`` is good to know.
    """

    path: str
    code: str
    line: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    level: Level = "error"

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.say("en")[0]

    @property
    def hint(self) -> str:
        """What would be right, in English; empty when the message says it."""
        return self.say("en")[1]

    def say(self, language: Literal["ar", "en"], *, isolate: bool = False) -> tuple[str, str]:
        """(message, hint) in ``ar`` or ``en``; ``isolate`` wraps quoted values in FSI…PDI."""
        return words.say(self.code, self.values, language, isolate=isolate)

    def __str__(self) -> str:
        line = f" (line {self.line})" if self.line else ""
        hint = f" — {self.hint}" if self.hint else ""
        return f"{self.path}{line}: {self.message}{hint}"


class SettingsError(ValueError):
    """The file cannot be used. ``findings`` holds everything found, warnings and notes too."""

    def __init__(
        self, path: Path, findings: Sequence[Finding], *, language: Literal["ar", "en"] = "en"
    ) -> None:
        self.path = path
        self.findings = tuple(findings)
        self.language = language  # service.language, as far as it could be read
        wrong = errors(self.findings)
        lines = "\n".join(f"  {f}" for f in wrong)
        super().__init__(f"{path.name}: {len(wrong)} to mend\n{lines}")


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stop the service."""
    return [f for f in findings if f.level == "error"]


def printable(value: object) -> str:
    """A value as it may be quoted: one line, bounded, nothing that drives a terminal."""
    text = IN_A_LINE.sub(" ", str(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """In their order, each once. (A mapping has no hash, so they are told apart by their text.)"""
    return tuple({(f.path, f.line, f.message): f for f in findings}.values())


def listed(known: Iterable[str], most: int = 30) -> str:
    """Names side by side; of many, the first ``most`` and how many more."""
    names = [printable(k) for k in known]
    more = f", … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def near(word: str, known: Iterable[str]) -> str:
    """The known word that ``word`` was most likely meant to be; empty when none is near."""
    by_fold = {k.casefold(): k for k in known}
    closest = difflib.get_close_matches(word.casefold()[:200], list(by_fold), n=1, cutoff=0.6)
    return by_fold[closest[0]] if closest else ""


def place(loc: Sequence[str | int]) -> str:
    """``("brands", 0, "keywords")`` as ``brands[0].keywords``."""
    text = ""
    for part in loc:
        text += (
            f"[{part}]"
            if isinstance(part, int)
            else f".{printable(part)}"
            if text
            else printable(part)
        )
    return text

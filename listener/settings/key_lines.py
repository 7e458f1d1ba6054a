"""On which line each key of a TOML document stands; ``tomllib`` does not tell."""

from __future__ import annotations

import bisect
import re
import tomllib

Loc = tuple[str | int, ...]

_BLANKS = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")' r"|'''.*?'{3,5}(?!')" r'|"(?:\\.|[^"\\])*"' r"|'[^']*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]*")


def lines_of(text: str) -> dict[Loc, int]:
    """The line, from 1, of every key, table and list item of ``text``, which must be valid TOML."""
    return _Walk(text.replace("\r\n", "\n")).run()


def nearest(lines: dict[Loc, int], loc: Loc) -> int | None:
    """The line of ``loc``, or of the closest thing around it that is written."""
    for end in range(len(loc), 0, -1):
        if loc[:end] in lines:
            return lines[loc[:end]]
    return None


class _Walk:
    """One pass over a valid document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [i for i, c in enumerate(text) if c == "\n"]
        self.lines: dict[Loc, int] = {}
        self.counts: dict[Loc, int] = {}  # [[tables]] met so far

    def run(self) -> dict[Loc, int]:
        table: Loc = ()
        while self.blanks() < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.pair(table)
        return self.lines

    def blanks(self) -> int:
        self.at = self.match(_BLANKS).end()
        return self.at

    def match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        token = pattern.match(self.text, self.at)
        if token is None:
            raise ValueError(f"not valid TOML at character {self.at}")
        return token

    def note(self, loc: Loc) -> None:
        self.lines.setdefault(loc, bisect.bisect_left(self.breaks, self.at) + 1)

    def key(self) -> list[str]:
        parts: list[str] = []
        while True:
            token = self.match(_KEY)
            self.at = token.end()
            raw = token[1]
            parts.append(tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def header(self) -> Loc:
        many = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if many else 1
        loc: Loc = ()
        parts = self.key()
        end, self.at = self.at + (2 if many else 1), start
        for i, part in enumerate(parts):
            loc += (part,)
            self.note(loc)
            if many and i == len(parts) - 1:
                self.counts[loc] = self.counts.get(loc, 0) + 1
            if loc in self.counts:
                loc += (self.counts[loc] - 1,)
                self.note(loc)
        self.at = end
        return loc

    def pair(self, table: Loc) -> None:
        start = self.at
        parts = self.key()
        end, self.at = self.at, start
        for i in range(len(parts)):
            self.note(table + tuple(parts[: i + 1]))
        self.at = end + 1  # the =
        self.value(table + tuple(parts))

    def value(self, loc: Loc) -> None:
        self.blanks()
        opening = self.text[self.at]
        if opening in "[{":
            self.at += 1
            i = 0
            while self.blanks() < len(self.text) and self.text[self.at] not in "]}":
                if opening == "{":
                    self.pair(loc)
                else:
                    self.note((*loc, i))
                    self.value((*loc, i))
                i += 1
                self.blanks()
                self.at += self.text[self.at] == ","
            self.at += 1
        else:
            self.at = self.match(_STRING if opening in "\"'" else _PLAIN).end()

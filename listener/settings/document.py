"""A TOML file, read: its data, the line of each key, and every mistake of writing found."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from listener.settings.findings import Finding, Level, place, printable
from listener.settings.key_lines import Loc, lines_of, nearest

_MOST_REPAIRS = 50
_LARGEST = 4_000_000  # bytes; a configuration is some kilobytes
_AT = re.compile(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)
_CURLY = {"“": "”", "”": "”", "«": "»", "„": "“", "‘": "’", "’": "’"}


@dataclass(slots=True)
class Document:
    """``data`` is empty where the file could not be read at all."""

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Loc, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def base(self) -> Path:
        """Where relative paths start."""
        return self.path.parent

    @property
    def readable(self) -> bool:
        """Whether anything may be said about what is written in it."""
        return bool(self.lines) or not self.findings

    def find(
        self, loc: Sequence[str | int], code: str, level: Level = "error", **values: object
    ) -> None:
        """Notes a finding at ``loc`` with the line where that stands."""
        bounded = ("known", "path")  # lists are bounded where they are made, paths are needed whole
        texts = {k: str(v) if k in bounded else printable(v) for k, v in values.items()}
        line = nearest(self.lines, tuple(loc))
        self.findings.append(Finding(place(loc) or self.path.name, code, line, texts, level))


def read_document(path: Path, *, accepted: Path | None = None) -> Document:
    """Reads ``path``, or ``accepted``, a copy of what it held, in its place. Never raises: what is
    wrong is in ``findings``.

    A key or a text that only lacks its quotes is reported and then read as if it had them, so that
    the rest of the file is checked in the same go.
    """
    document = Document(path.absolute())
    try:
        raw = (accepted or path).read_bytes()
    except FileNotFoundError:
        document.find((), "no_file", path=path)
        return document
    except OSError as error:
        document.find((), "unreadable", path=path, why=error.strerror or type(error).__name__)
        return document
    if len(raw) > _LARGEST:
        document.find((), "too_large")
        return document
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        document.findings.append(Finding(path.name, "not_utf8", line))
        return document
    for _ in range(_MOST_REPAIRS):
        try:
            document.data = tomllib.loads(text)
        except RecursionError:
            document.find((), "too_deep")
            return document
        except tomllib.TOMLDecodeError as error:
            finding, repaired = _explain(text, str(error), path.name)
            document.findings.append(finding)
            if repaired is None:
                return document
            text = repaired
        else:
            document.lines = lines_of(text)
            return document
    return document


def _explain(text: str, complaint: str, name: str) -> tuple[Finding, str | None]:
    """What the parser's complaint means to a person, and the text with that mended if it can be."""
    parsed = _AT.match(complaint)
    if parsed is None or parsed[2] is None:
        return Finding(name, "toml_end", text.count("\n") + 1), None
    why, number, column = parsed[1], int(parsed[2]), int(parsed[3]) - 1
    rows = text.split("\n")
    row = rows[number - 1]
    char = row[column : column + 1]
    before = row[:column]
    in_key = not re.search(r"=\s*[^=]*$", before) or re.search(r"[{,]\s*$", before) is not None
    if "verwrite" in why or "twice" in why or "declare" in why:
        return Finding(name, "toml_twice", number), None
    if in_key and (_foreign(char) or _foreign(before[-1:])):
        start = len(before) - len(_tail(before))
        word = re.match(r"[^\s=.\]\"'#,{}]+", row[start:])
        if word is not None:
            rows[number - 1] = f'{row[:start]}"{word[0]}"{row[start + word.end() :]}'
            values = {"key": printable(word[0])}
            return Finding(name, "toml_bare_key", number, values), "\n".join(rows)
    if char in _CURLY and why.startswith("Invalid value"):
        close = row.find(_CURLY[char], column + 1)
        if close > 0 and '"' not in row[column:close]:
            inside = row[column + 1 : close].replace("\\", "\\\\")
            rows[number - 1] = f'{row[:column]}"{inside}"{row[close + 1 :]}'
            return Finding(name, "toml_curly", number), "\n".join(rows)
        return Finding(name, "toml_curly", number), None
    if why.startswith("Invalid value") and (char.isalpha() or char in "#@"):
        word = re.match(r"[^,\]}#\"'\\]+" if char != "#" else r"#[^,\]}#\"'\\]+", row[column:])
        if word is not None and word[0].strip():
            bare = word[0].rstrip()
            rows[number - 1] = f'{before}"{bare}"{row[column + len(bare) :]}'
            return Finding(name, "toml_bare_value", number), "\n".join(rows)
    if why.startswith(("Illegal character", "Unterminated")):
        return Finding(name, "toml_open_quote", number), None
    return Finding(name, "toml_syntax", number, {"why": printable(why)}), None


def _foreign(char: str) -> bool:
    return bool(char) and not char.isascii() and (char.isalpha() or char not in "“”«»„‘’")


def _tail(before: str) -> str:
    """The start of the word that the parser broke off in."""
    word = re.search(r"[^\s=.\[\]\"'#,{}]*$", before)
    return word[0] if word else ""

"""What a person reads of a feed's entry: its title, its summary and its content, each once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from listener.networks import fields as f
from listener.networks.html_text import text_of

_CUT = re.compile(r"\s*(?:\[\s*(?:…|\.{3}|&hellip;)\s*\]|…|\.{3})\s*$")  # "The first words […]"
_SHORTEST = 12
"""Characters; a cut line that is shorter may well stand somewhere by chance."""


def title_of(entry: Mapping[str, object]) -> str:
    """One line; "" where it has none."""
    return line_of(entry.get("title"))


def line_of(value: object) -> str:
    """HTML as one line of text."""
    return " ".join(text_of(f.text(value) or "").split())


def body_of(entry: Mapping[str, object]) -> str:
    """Every text that the entry carries, in the order a page shows them. A summary that is only the
    beginning of the content is left out, and so is what is said twice."""
    bodies: list[str] = []
    for value in _values(entry):
        text = text_of(value)
        if not text or any(_within(text, other) for other in bodies):
            continue
        # What came first and is part of this one is said by this one.
        bodies = [other for other in bodies if not _within(other, text)]
        bodies.append(text)
    return "\n".join(bodies)


def _values(entry: Mapping[str, object]) -> Iterator[str]:
    content = entry.get("content")
    parts = [f.obj(part).get("value") for part in content] if isinstance(content, list) else []
    described = [entry[key] for key in ("summary", "description") if key in entry]
    for value in (*described, *parts):
        if (written := f.text(value)) is not None:
            yield written


def _within(text: str, other: str) -> bool:
    """Whether every line of ``text`` stands in ``other``, cut or whole."""
    whole = " ".join(other.split())
    for line in text.splitlines():
        stem = _CUT.sub("", line).strip()
        if stem == line.strip() or len(stem) >= _SHORTEST:
            line = stem
        if " ".join(line.split()) not in whole:
            return False
    return True

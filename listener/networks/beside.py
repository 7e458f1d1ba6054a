"""What people see with a post and is not its text, read from what networks send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from listener.networks import fields as f
from listener.networks.html_text import text_of
from listener.records import Beside, BesideKind


def piece(kind: BesideKind, *values: object, html: bool = False) -> Iterator[Beside]:
    """One piece of those ``values`` that are texts, a line each; none where none is."""
    told = [written for value in values if (written := f.text(value))]
    lines = [text_of(written) if html else written for written in told]
    if whole := "\n".join(dict.fromkeys(line for line in lines if line)):
        yield Beside(kind, whole)


def pictures(listed: object, key: str) -> Iterator[Beside]:
    """A piece for each object of a list that has a text under ``key``."""
    for one in f.items(listed):
        yield from piece("picture", f.obj(one).get(key))


def once(pieces: Iterable[Beside], text: str = "") -> tuple[Beside, ...]:
    """Each piece once, without those that say only what ``text`` says."""
    return tuple(dict.fromkeys(one for one in pieces if one.text not in text))

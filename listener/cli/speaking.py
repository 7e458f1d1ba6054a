"""Lines for people on a terminal or in a pipe, in the service's language."""

from __future__ import annotations

import sys

import click

from listener.words import Words
from listener.words.bidi import one_line, rtl_line, strip_isolates


def say_line(words: Words, key: str, /, *, indent: int = 0, **values: str | int | float) -> None:
    """One line of ``key``; texts among ``values`` are kept apart from the words around them."""
    safe = {k: words.aside(one_line(v)) if isinstance(v, str) else v for k, v in values.items()}
    line = words.say(f"command.{key}", **safe)
    echo(" " * indent + (rtl_line(line) if words.rtl else line))


def echo(line: str) -> None:
    """Without marks of direction where nobody lays out text (a pipe, a file)."""
    click.echo(line if sys.stdout.isatty() else strip_isolates(line))

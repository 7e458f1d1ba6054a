"""One text on the terminal, and one key for what a person says of it."""

from __future__ import annotations

import sys
from datetime import tzinfo
from typing import Literal, cast

import click

from listener.store.sample_rows import Asked
from listener.words import Words
from listener.words.bidi import one_line, rtl_line, strip_isolates

Answer = Literal["negative", "neutral", "positive", "skip", "back", "quit"]
Left = Literal["done", "quit"]
KEYS: dict[str, Answer] = {
    **dict.fromkeys(("1", "١", "n", "س"), "negative"),
    **dict.fromkeys(("2", "٢", "u", "م"), "neutral"),
    **dict.fromkeys(("3", "٣", "p", "ج"), "positive"),
    **dict.fromkeys(("0", "٠", "s", "ت"), "skip"),
    **dict.fromkeys(("b", "ر"), "back"),
    **dict.fromkeys(("q", "خ", "\x04", "\x1b"), "quit"),
}
"""A digit, or a letter of either language."""
SHOWN = 2_000
"""Characters of a post."""


def ask_for(
    text: Asked, at: int, of: int, words: Words, zone: tzinfo, *, err: bool = False
) -> Answer:
    """Shows the text and waits for a key; on a pipe, for a line that begins with one. The end of
    the input is ``quit``. err: on standard error. Raises KeyboardInterrupt."""

    def tell(line: str) -> None:
        watched = (sys.stderr if err else sys.stdout).isatty()
        click.echo(line if watched else strip_isolates(line), err=err)

    def say(key: str, **values: str | int) -> None:
        line = words.say(f"command.sample.{key}", **values)
        tell(rtl_line(line) if words.rtl else line)

    network = words.one_of("network", text.network)
    day = words.day(text.written_at, zone) if text.written_at else words.say("age.unknown")
    tell("")
    say("text", at=at, of=of, network=network, day=day)
    tell(f"  {words.aside(one_line(text.text, limit=SHOWN))}")
    while True:
        say("keys")
        key = _key()
        if key is None:
            return "quit"
        answer = KEYS.get(key)
        if answer is not None:
            if answer not in ("quit", "back"):
                say("said", label=words.say(f"command.sample.{answer}"))
            return answer


def _key() -> str | None:
    """None at the end of the input."""
    if sys.stdin.isatty():
        try:
            return click.getchar().lower()[:1]
        except EOFError:
            return None
    line = cast(str, sys.stdin.readline())
    return line.strip().lower()[:1] if line else None

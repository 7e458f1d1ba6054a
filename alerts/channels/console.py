"""Cards in the terminal: no borders and no columns, which break after Arabic text.

``plain``: no colour and no bidi isolates, for what is no terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, tzinfo
from typing import TextIO

from alerts.cards.card import Card, Quote
from alerts.cards.lines import Lines
from alerts.channels.base import Clock, Message, MessageRefused, Pacer, Sent
from listener.words import Words
from listener.words.bidi import clean, strip_isolates

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
TEXT_LIMIT = 1_000


class Console:
    """Prints to ``out``. It cannot be asked what it printed: a crash between printing and noting
    it prints once more."""

    reconciles = False
    timeout = 5.0
    look_again = timedelta(seconds=30)

    def __init__(
        self,
        name: str,
        out: TextIO,
        *,
        words: Words,
        zone: tzinfo,
        clock: Clock,
        plain: bool = False,
    ) -> None:
        self.name, self.target, self.plain = name, "console", plain
        self.pacer = Pacer(0)
        self._out, self._words, self._zone, self._clock = out, words, zone, clock
        self._printed = 0

    async def resolve(self) -> str:
        return "console"

    async def send(self, message: Message) -> Sent:
        self._print(self._render(message))
        self._printed += 1
        return Sent("console", str(self._printed))

    async def update(self, message: Message) -> None:
        card, lines = message.card, self._lines()
        if message.quote is not None:  # a follow-up was edited or deleted
            self._print([f"↻ {line}" for line in self._text(lines, message.quote)] + [""])
        elif card is not None and card.state != "open":
            self._print([f"↻ {lines.title(card)}", lines.state(card), ""])
        # A card that only grew was printed with what made it grow.

    async def delete(self, sent: Sent) -> None:
        """What is printed stays printed."""

    async def find(self, messages: Sequence[Message]) -> dict[str, list[Sent]]:
        return {}

    async def close(self) -> None:
        self._out.flush()

    def show(self, card: Card) -> None:
        """Prints a card that is no notice: a look, a test."""
        self._print(self.card(card))

    def card(self, card: Card) -> list[str]:
        """The card's lines, title first, an empty one last."""
        lines, quote = self._lines(), card.quote
        texts = [lines.plain("card.test")] if card.test else []
        texts += [
            self._style(_BOLD, lines.title(card)),
            lines.author(quote),
            lines.where(quote),
            *self._text(lines, quote),
            lines.labels(quote),
            self._style(_DIM, lines.why(card)),
        ]
        more = (lines.count(card), lines.others(card), lines.link(quote))
        return [*texts, *[line for line in more if line], ""]

    def _render(self, message: Message) -> list[str]:
        lines = self._lines()
        if message.kind == "reminder" and message.card:
            return [lines.plain("reminder.snooze"), lines.title(message.card), ""]
        if message.quote is not None:
            quote = message.quote
            return [
                lines.follow_up(quote),
                *self._text(lines, quote),
                lines.labels(quote),
                "",
            ]
        if message.card is not None:
            return self.card(message.card)
        return [*clean(message.text or "").split("\n"), ""]

    def _text(self, lines: Lines, quote: Quote) -> list[str]:
        return [*lines.text(quote, TEXT_LIMIT).split("\n"), *lines.beside(quote)]

    def _lines(self) -> Lines:
        return Lines(self._words, self._zone, self._clock())

    def _style(self, code: str, line: str) -> str:
        return line if self.plain else f"{code}{line}{_RESET}"

    def _print(self, lines: Sequence[str]) -> None:
        text = "\n".join(lines) + "\n"
        if self.plain:
            text = strip_isolates(text)
        encoding = self._out.encoding or "utf-8"
        try:
            self._out.write(text.encode(encoding, "replace").decode(encoding))
            self._out.flush()
        except (OSError, ValueError) as error:  # a closed pipe
            raise MessageRefused(f"cannot print: {type(error).__name__}") from error

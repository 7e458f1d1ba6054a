"""Cards in the terminal: no borders and no columns, which break after Arabic text.

What follows a card stands indented under one line that says which card it is.
``plain``: no colour and no bidi isolates, for what is no terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, tzinfo
from typing import NamedTuple, TextIO

from alerts.cards.card import Card, Quote, Replied
from alerts.cards.lines import Lines
from alerts.channels.base import Clock, Message, MessageRefused, Pacer, Sent
from listener.words import Words
from listener.words.bidi import clean, isolate, one_line, rtl_line, strip_isolates

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
TEXT_LIMIT = 1_000
SNIPPET = 40
REMEMBERED = 1_000
"""Cards of which is known what they last said, so that an update prints what is new."""


class _Said(NamedTuple):
    """What a card said: its state and by whom, its text and whether that is gone, a reply."""

    state: tuple[str, str | None]
    quote: tuple[str, bool]
    replied: Replied | None


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
        self._said: dict[int, _Said] = {}

    async def resolve(self) -> str:
        return "console"

    async def send(self, message: Message) -> Sent:
        self._print(self._render(message))
        self._printed += 1
        return Sent("console", str(self._printed))

    async def update(self, message: Message) -> None:
        """Prints what is new: a state, a text that was edited or deleted. A card that only grew was
        printed with what made it grow."""
        card, lines = message.card, self._lines()
        if card is None:
            return
        if message.quote is not None:  # a follow-up was edited or deleted
            self._print(self._under(card, self._text(lines, message.quote)))
            return
        quote, before = card.quote, self._said.get(card.alert_id)
        now = self._remember(card)
        new: list[str] = []
        # None: printed by a process before this one.
        changed = quote.edited or quote.gone if before is None else before.quote != now.quote
        if changed:
            new += [] if quote.gone else [lines.where(quote)]
            new += self._text(lines, quote)
        if (before.state if before else ("open", None)) != now.state:
            new.append(lines.state(card))
        if now.replied is not None and (before is None or before.replied != now.replied):
            new += filter(None, [lines.replied(card)])
        if new:
            self._print(self._under(card, new))

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
            self._style(_BOLD, self.title(card)),
            lines.author(quote),
            lines.where(quote),
            *self._text(lines, quote),
            lines.labels(quote),
            self._style(_DIM, lines.why(card)),
        ]
        more = (lines.count(card), lines.others(card), lines.replied(card), lines.link(quote))
        return [*texts, *[line for line in more if line], ""]

    def title(self, card: Card) -> str:
        """The card's title, and its number where it is an alert's."""
        title = self._lines().title(card)
        return f"{title} · {self._number(card)}" if card.alert_id else title

    def number(self, card: Card) -> int:
        """By which people know the card here."""
        return card.alert_id

    def _number(self, card: Card) -> str:
        return self._words.say("card.number", n=str(self.number(card)))

    def _under(self, card: Card, lines: Sequence[str]) -> list[str]:
        """Lines that belong to a card printed before."""
        quote, named = card.quote, [self._number(card)]
        if who := one_line(quote.name or quote.handle or "", limit=SNIPPET):
            named.append(self._words.aside(who))
        head = " · ".join(named)
        if not quote.gone and (text := one_line(quote.text, limit=SNIPPET)):
            head += f": {isolate(text)}"
        head = rtl_line(f"↳ {head}") if self._words.rtl else f"↳ {head}"
        return [self._style(_DIM, head), *(f"  {line}" for line in lines if line), ""]

    def _remember(self, card: Card) -> _Said:
        """What the card says now, by which the next update is told from it."""
        by = card.by.id if card.by else None
        said = _Said((card.state, by), (card.quote.text, card.quote.gone), card.replied)
        self._said.pop(card.alert_id, None)
        self._said[card.alert_id] = said
        while len(self._said) > REMEMBERED:
            self._said.pop(next(iter(self._said)))
        return said

    def _render(self, message: Message) -> list[str]:
        lines, card = self._lines(), message.card
        if card is not None and message.kind == "reminder":
            return self._under(card, [lines.plain("reminder.snooze")])
        if card is not None and message.quote is not None:
            quote = message.quote
            said = [lines.follow_up(quote), *self._text(lines, quote), lines.labels(quote)]
            return self._under(card, said)
        if card is not None:
            self._remember(card)
            return self.card(card)
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

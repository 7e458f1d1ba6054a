"""What of the demo's cards is shown: those of its cast, short and in their order, with all that
follows each; of the others, how many there are. Every line is what the product sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import TextIO

from sqlalchemy import select

from alerts.cards.card import Card
from alerts.cards.card_of_rows import CardStyle, load_card
from alerts.channels.base import Message, Sent
from alerts.channels.console import Console
from listener.store.session import Database
from listener.store.tables import mentions
from listener.words import Words


class Screen(Console):
    """``cast``: the ids that their network gave the posts whose cards are shown, in that order. One
    that comes before its turn waits for it.

    ``cards``: every card as it was last sent, by alert; ``shown``: alert → its number on screen.
    """

    def __init__(
        self,
        out: TextIO,
        cast: Sequence[str],
        *,
        db: Database,
        style: CardStyle,
        words: Words,
        zone: tzinfo,
        clock: Callable[[], datetime],
        plain: bool,
    ) -> None:
        super().__init__("terminal", out, words=words, zone=zone, clock=clock, plain=plain)
        self.cards: dict[int, Card] = {}
        self.shown: dict[int, int] = {}
        self.alerts: dict[str, int] = {}
        self._turns = list(cast)
        self._db, self._style_of_cards = db, style

    async def send(self, message: Message) -> Sent:
        card = message.card
        if card is None:
            return await super().send(message)
        if message.kind == "card":
            self.cards[card.alert_id] = card
            self.alerts[await self._native(card)] = card.alert_id
        elif card.alert_id in self.shown:
            return await super().send(message)
        return Sent("console", str(card.alert_id))

    async def update(self, message: Message) -> None:
        card = message.card
        if card is not None and message.quote is None:
            self.cards[card.alert_id] = card
        if card is not None and card.alert_id in self.shown:
            await super().update(message)

    async def show_next(self) -> None:
        """Those whose turn has come, once it is known who wrote: a stream tells that later."""
        while self._turns and self._turns[0] in self.alerts:
            alert_id = self.alerts[self._turns[0]]
            await self._look(alert_id)
            quote = self.cards[alert_id].quote
            if quote.network == "bluesky" and quote.followers is None:
                return
            await self.show_alert(alert_id)
            self._turns.pop(0)

    async def show_rest(self) -> None:
        """Those whose turn never came, since one before them has no card."""
        for native in self._turns:
            if native in self.alerts:
                await self.show_alert(self.alerts[native])
        self._turns = []

    async def show_alert(self, alert_id: int) -> None:
        """Shows the card as it is now, and from now on what follows it."""
        await self._look(alert_id)
        if alert_id not in self.shown:
            self.shown[alert_id] = len(self.shown) + 1
            self._remember(self.cards[alert_id])
            self.show(self.cards[alert_id])

    def number(self, card: Card) -> int:
        return self.shown.get(card.alert_id, card.alert_id)

    def card(self, card: Card) -> list[str]:
        """Who and where on one line; why is left out, being the same on all."""
        lines, quote = self._lines(), card.quote
        more = (lines.others(card), lines.link(quote))
        return [
            self._style("\x1b[1m", self.title(card)),
            f"{lines.author(quote)} · {lines.where(quote)}",
            *self._text(lines, quote),
            lines.labels(quote),
            *[line for line in more if line],
            "",
        ]

    async def _look(self, alert_id: int) -> None:
        async with self._db.reading() as connection:
            card = await load_card(connection, alert_id, self._style_of_cards)
        if card is not None:
            self.cards[alert_id] = card

    async def _native(self, card: Card) -> str:
        found = select(mentions.c.native_id).where(mentions.c.id == card.quote.mention_id)
        async with self._db.reading() as connection:
            return str((await connection.execute(found)).scalar_one())

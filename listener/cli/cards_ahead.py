"""How many cards an import would send, before it sends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from classifiers.labels import Classifier, needs_threshold
from listener.cli.check import decider
from listener.cli.house import House
from listener.cli.import_help import MANY
from listener.cli.models import configured
from listener.handed_in.import_mentions import BY_ITSELF, Alerting, Given
from listener.records import Mention
from listener.store.brought import ids_of

Ask = Callable[[str], bool | None]
"""Yes, no, or None where nobody can be asked."""


Card = tuple[str, str]
"""The brand, and whose conversation it is."""
HELD = 2000
"""Texts that are labelled together at most."""


class TooMany(Exception):
    """It was not agreed to; the message says what can be done."""


class CardsAhead:
    """Hears rows before they are stored, and asks once there would be more than ``MANY`` cards.

    A row that is there already, too old, of unknown time or nobody's brand sends none, and what
    one author writes is one card. Texts are labelled only where that leaves more than ``MANY``.
    """

    def __init__(self, house: House, *, now: datetime, alerting: Alerting | None, ask: Ask) -> None:
        self._house, self._now, self._alerting, self._ask = house, now, alerting, ask
        self._waiting: dict[Card, list[Mention]] = {}
        self._texts = 0
        self._classifier: Classifier | None = None
        self._cards: set[Card] = set()
        self._handed_over = 0
        self._asked = False
        self._own = {brand.name: brand for brand in house.brands if brand.role == "own"}

    async def look(self, batch: Sequence[Given]) -> None:
        """Raises TooMany where the answer is no, or nobody can be asked."""
        if self._asked:
            return
        self._handed_over += sum(given.is_shown for given in batch)
        fresh = [given for given in batch if self._may_alert(given)]
        keys = [(given.mention.network, given.mention.id) for given in fresh]
        async with self._house.db.reading() as connection:
            known = await ids_of(connection, keys)
        for given, key in zip(fresh, keys, strict=True):
            if key not in known:
                self._keep(given)
        if len(self._waiting.keys() | self._cards) > MANY or self._texts > HELD:
            self._label()
        if len(self._cards) > MANY:
            self._settle()

    def _may_alert(self, given: Given) -> bool:
        if all(hit.own for hit in given.hits):
            return False
        at = given.mention.created_at
        if at is not None:
            return self._now - at <= self._house.settings.service.alert_within
        handed_over = given.handed_over and self._handed_over <= BY_ITSELF
        return handed_over or self._alerting == "always"

    def _keep(self, given: Given) -> None:
        for hit in given.hits:
            card = (hit.brand, _card(given.mention))
            if not hit.own and hit.brand in self._own and card not in self._cards:
                self._waiting.setdefault(card, []).append(given.mention)
                self._texts += 1

    def _label(self) -> None:
        if self._classifier is None:
            self._classifier = configured(self._house.settings)
        decide = decider(self._house.settings, needs_at=needs_threshold(self._classifier))
        pairs = [(card, mention) for card, some in self._waiting.items() for mention in some]
        self._waiting.clear()
        self._texts = 0
        labels = self._classifier.classify([mention.text for _card, mention in pairs])
        for (card, mention), label in zip(pairs, labels, strict=True):
            dated = replace(mention, created_at=mention.created_at or self._now)
            outcome = decide(dated, self._own[card[0]], label, now=self._now)
            if outcome.reason == "matched_route":
                self._cards.add(card)

    def _settle(self) -> None:
        self._asked = True
        answer = self._ask(f"More than {MANY} cards would be sent. Send them?")
        if answer is None:
            raise TooMany(
                f"more than {MANY} cards would be sent. --yes sends them, --no-alerts only counts "
                "the rows, --dry-run looks first."
            )
        if not answer:
            raise TooMany("nothing more was stored. --no-alerts imports the rows and only counts.")


def _card(mention: Mention) -> str:
    author = mention.author.id if mention.author else None
    return f"author:{author}" if author else f"post:{mention.id}"

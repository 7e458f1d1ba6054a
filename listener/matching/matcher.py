"""Which brands a mention speaks of, and by which words: all brands in one pass over the text.

A brand matches when (query OR keywords OR hashtags OR own handles) AND NOT exclude.

- Words are compared folded (``classifiers.arabic``); clitics may stand before them, nothing after
  (``matching.clitics``). A keyword with spaces is a phrase; punctuation between its words is no
  obstacle. An entry of a list may also be ``#a_tag`` or ``@a_handle``.
- Hashtags are equal joined or underscored, in the text or in the record; their words are words of
  the text too. A handle is one word.
- With ``context``, each keyword and each single word of the query counts only within
  ``CONTEXT_WORDS`` words of a context word, or where the brand's own hashtag or handle is anywhere
  in the mention. Phrases, exact terms and NEAR in a query are clear by themselves.
- ``exact:"…"`` is compared with the original letters, at word boundaries, without clitics.
- What people see beside the text (a picture's description, a link card, a quoted post, a poll) is
  read like the text, each piece for itself.
- What an own account writes matches its brand as own voice (``Hit.own``), whatever it says.
- An address, of a page, a site or a mailbox, is no text. A script's change parts words, and so does
  a zero-width space or non-joiner. A hashtag holds the words that its capitals, digits and scripts
  part, and every phrase that is joined in it. Signs of a name count (``matching.signs``).
- A field the network did not report satisfies no condition, and so satisfies its NOT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from listener.matching.common import is_common_word
from listener.matching.compiling import Compiler, trigger
from listener.matching.index import Index, Places
from listener.matching.own_voice import OwnVoice
from listener.matching.reading import Reading
from listener.matching.rules import CONTEXT_WORDS, MissReason, Rule
from listener.records import Brand, Evidence, Hit, Mention

__all__ = [
    "CONTEXT_WORDS",
    "Explanation",
    "Hit",
    "Matcher",
    "MissReason",
    "Verdict",
    "is_common_word",
]

_MOST_EVIDENCE: Final = 20
_NO_TIME: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One brand's answer. ``evidence`` where it matched, else ``reasons``: all that is in the way.

    ``touched``: some term of the brand is in the text at all; the others are not worth showing.
    """

    brand: str
    matched: bool
    touched: bool
    evidence: tuple[Evidence, ...]
    reasons: tuple[MissReason, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict for every brand, in the order they were given."""

    verdicts: tuple[Verdict, ...]

    @property
    def matched(self) -> tuple[str, ...]:
        return tuple(verdict.brand for verdict in self.verdicts if verdict.matched)


class Matcher:
    """All brands, compiled once. It may be shared between threads."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        """Raises ``QueryError`` where a query cannot be understood or a term is empty."""
        self._index = Index()
        compiler = Compiler(self._index)
        self._names = [brand.name for brand in brands]
        voice = OwnVoice(brands)
        self._own = voice.of if voice else _nobody
        self._rules: list[Rule] = [compiler.brand(brand) for brand in brands]
        self._index.freeze()
        weights = [self._index.weight(leaf) for leaf in range(len(self._index.leaves))]
        self._triggers = [trigger(rule, weights) for rule in self._rules]
        self._waiting: dict[int, list[int]] = {}
        self._always: list[int] = []
        for number, leaves in enumerate(self._triggers):
            if leaves is None:
                self._always.append(number)
            for leaf in leaves or ():
                self._waiting.setdefault(leaf, []).append(number)
        self._sieve = self._index.sieve(self._waiting.keys())

    def match(self, mention: Mention) -> list[Hit]:
        """The brands ``mention`` matches, in the order they were given, after those that speak in
        it. Linear in its length."""
        own = self._own(mention)
        hits = self._found(mention)
        if not own:
            return hits
        return [Hit(name, own=True) for name in own] + [hit for hit in hits if hit.brand not in own]

    def _found(self, mention: Mention) -> list[Hit]:
        if not self._always and not self._sieve.may_hold(mention):
            return []
        places = self._index.scan(Reading(mention, self._index.kept))
        waiting = self._waiting
        numbers = set(self._always)
        for leaf in places.hits:
            if leaf in waiting:
                numbers.update(waiting[leaf])
        if not numbers:
            return []
        rules = self._rules
        return [
            Hit(self._names[number], _evidence(rules[number], places))
            for number in sorted(numbers)
            if rules[number].test(places)
        ]

    def explain(self, mention: Mention | str) -> Explanation:
        """Why each brand matches ``mention``, or what is in the way.

        A bare text stands for a post of an unknown network, author and language.
        """
        if isinstance(mention, str):
            mention = Mention(network="", id="", text=mention, created_at=_NO_TIME)
        places = self._index.scan(Reading(mention, self._index.kept))
        return Explanation(
            tuple(self._verdict(number, places) for number in range(len(self._rules)))
        )

    def _verdict(self, number: int, places: Places) -> Verdict:
        rule, name = self._rules[number], self._names[number]
        if rule.test(places):
            return Verdict(name, True, True, _evidence(rule, places), ())
        reasons = tuple(dict.fromkeys(rule.why_not(places)))
        touched = any(reason.code not in ("missing", "field") for reason in reasons)
        if not touched:
            leaves = self._triggers[number]
            touched = leaves is not None and not leaves.isdisjoint(places.hits)
        return Verdict(name, False, touched, (), reasons)


def _nobody(_mention: Mention) -> tuple[str, ...]:
    return ()


def _evidence(rule: Rule, places: Places) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(rule.proof(places)))[:_MOST_EVIDENCE]

"""A card as lines of words in one language: what every channel says, before any markup.

Texts of strangers come out cleaned and, in Arabic, isolated; each own line of Arabic starts with
an Arabic letter or RLM. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from alerts.cards.card import Card, Other, Quote, User
from alerts.cards.links import opens
from classifiers.labels import evaluated
from listener.words import Words
from listener.words.bidi import clean, isolate, one_line, rtl_line, shorten

NAME_LIMIT = 80
BESIDE_LIMIT, BESIDE_MOST = 300, 4
LINES, ROOM = 40, 200


def show_name(user: User) -> str:
    return one_line(user.name or user.id, limit=NAME_LIMIT)


def _where(quote: Quote, words: Words) -> str:
    """The key of the line that says where: some networks are no place that one is "on"."""
    if words.has(own := f"card.where.{quote.network}"):
        return own
    return "card.where.in" if quote.kind in ("comment", "message", "article") else "card.where"


def _is_untested(quote: Quote) -> bool:
    """Whether the sentiment shown is a model's, in a language that no model was measured in."""
    by_model = quote.sentiment is not None and not quote.corrected
    return by_model and quote.language is not None and not evaluated(quote.language)


@dataclass(frozen=True, slots=True)
class Lines:
    """Says cards in ``words``; times are in ``zone``, ages count to ``now``.

    ``user``: how the channel writes one of the team (Slack links the person).
    """

    words: Words
    zone: tzinfo
    now: datetime
    user: Callable[[User], str] = show_name

    def title(self, card: Card) -> str:
        quote, say = card.quote, self.words.say
        brand = self._aside(card.brand)
        if quote.intent is None or (quote.intent == "other" and not quote.needs_response):
            title = say("card.title.unknown", brand=brand)
        else:
            needs = "needs_response" if quote.needs_response else "other"
            intent = self.words.one_of("intent", quote.intent)
            title = say(f"card.title.{needs}", brand=brand, intent=intent)
        if card.urgency == "urgent":
            title = f"{say('card.urgent')} · {title}"
        return self._line(title)

    def author(self, quote: Quote) -> str:
        say = self.words.say
        if quote.gone or not (quote.handle or quote.name):
            return self._line(say("card.by_unknown"))
        parts = []
        if quote.name:
            parts.append(self._aside(quote.name))
        if quote.handle:
            parts.append(self._aside("@" + quote.handle.lstrip("@")))
        who = say("card.by", who=" ".join(parts))
        if quote.followers is None:
            return self._line(f"{who} · {say('card.followers_unknown')}")
        return self._line(f"{who} · {say('followers', n=quote.followers)}")

    def where(self, quote: Quote) -> str:
        words = self.words
        line = words.say(
            _where(quote, words),
            kind=words.one_of("kind", quote.kind),
            network=words.one_of("network", quote.network),
            age=words.age(quote.created_at, self.now),
        )
        if quote.rating is not None:
            stars = words.say("stars", n=round(quote.rating))
            line += " · " + words.say("card.rating", stars=stars)
        if quote.edited and not quote.gone:
            line += " · " + words.say("card.edited")
        return self._line(line)

    def text(self, quote: Quote, limit: int) -> str:
        """The mention's own words, isolated line by line; or that there are none. What does not
        fit into ``limit`` characters is left out, and that is said."""
        if quote.gone:
            return self._line(self.words.say("card.gone"))
        read = quote.text[: limit * 20]  # bounded work on 100,000 characters
        whole = clean(read)
        if not whole:
            return self._line(self.words.say("card.empty"))
        # Two marks a line are added after the cut; lines are few enough for that to be bounded.
        first = whole.split("\n", LINES - 1)
        text = "\n".join([*first[:-1], " ".join(first[-1].split("\n"))])
        if len(text) <= limit - ROOM and read == quote.text:
            return isolate(text)
        return f"{isolate(shorten(text, limit - ROOM))}\n{self._line(self.words.say('card.cut'))}"

    def beside(self, quote: Quote) -> list[str]:
        """A line for each piece that people see with the text, named for what it is; first those
        of a kind that the brand was found in."""
        found = {place for _term, place, _found in quote.evidence}
        pieces = sorted(quote.beside, key=lambda piece: piece[0] not in found)
        return [
            self._line(
                self.words.say(
                    f"beside.{kind}",
                    text=self.words.aside(one_line(text, limit=BESIDE_LIMIT)),
                )
            )
            for kind, text in pieces[:BESIDE_MOST]
        ]

    def labels(self, quote: Quote) -> str:
        words = self.words
        parts = [self._sentiment(quote)]
        if quote.intent:
            parts.append(words.say("card.intent", intent=words.one_of("intent", quote.intent)))
        if quote.language and _is_untested(quote):
            language = words.one_of("language", quote.language)
            parts.append(words.say("card.language_untested", language=language))
        elif quote.language and not quote.dialect:
            language = words.one_of("language", quote.language)
            parts.append(words.say("card.language", language=language))
        if quote.dialect:
            parts.append(words.say("card.dialect", dialect=words.one_of("dialect", quote.dialect)))
        return self._line(" · ".join(parts))

    def _sentiment(self, quote: Quote) -> str:
        words = self.words
        if quote.sentiment is None:
            return words.say("card.sentiment_unknown")
        name = words.one_of("sentiment", quote.sentiment)
        if quote.corrected:
            return words.say("card.sentiment_corrected", sentiment=name)
        if quote.probability is None:
            return words.say("card.sentiment_bare", sentiment=name)
        percent = words.percent(quote.probability)
        key = "card.sentiment" if quote.sure else "card.sentiment_unsure"
        return words.say(key, sentiment=name, percent=percent)

    def why(self, card: Card) -> str:
        words, route = self.words, self._aside(card.route)
        if not card.quote.evidence or card.quote.gone:
            return self._line(words.say("card.why", route=route))
        term, place, _found = card.quote.evidence[0]
        if place in ("given", "account"):
            return self._line(words.say(f"card.why_{place}", route=route))
        if place == "hashtag":
            tag = self._aside("#" + term.lstrip("#"))
            return self._line(words.say("card.why_hashtag", route=route, term=tag))
        where = words.one_of("place", place)
        return self._line(
            words.say("card.why_term", route=route, term=self._aside(term), place=where)
        )

    def count(self, card: Card) -> str | None:
        if card.count < 2:
            return None
        return self._line(self.words.say("card.in_conversation", n=card.count))

    def others(self, card: Card) -> str | None:
        return self._line(self.words.say("card.others", n=card.others)) if card.others else None

    def other(self, other: Other) -> str:
        """Who else says it, on one line."""
        names = [other.name, f"@{other.handle.lstrip('@')}" if other.handle else None]
        parts = [self._aside(name) for name in names if name]
        return self._line(" ".join(parts) or self.words.say("card.by_unknown"))

    def state(self, card: Card) -> str:
        words = self.words
        if card.state == "snoozed" and card.snoozed_until is not None:
            at = words.moment(card.snoozed_until, self.zone)
            return self._line(words.say("state.snoozed", at=at))
        if card.state in ("claimed", "resolved", "dismissed") and card.by and card.at:
            who = words.aside(self.user(card.by))
            at = words.moment(card.at, self.zone)
            return self._line(words.say(f"state.{card.state}", who=who, at=at))
        return self._line(words.say("state.open"))

    def replied(self, card: Card) -> str | None:
        """That we answered in public, and when: the hour of today, or the day."""
        words = self.words
        if card.replied is None:
            return None
        at = card.replied.at
        if at is None:
            return self._line(words.say("card.replied_undated"))
        if at.astimezone(self.zone).date() == self.now.astimezone(self.zone).date():
            return self._line(words.say("card.replied_today", at=words.clock(at, self.zone)))
        return self._line(words.say("card.replied", at=words.moment(at, self.zone)))

    def notify(self, card: Card) -> str | None:
        if not card.notify:
            return None
        comma = "، " if self.words.rtl else ", "
        people = comma.join(self.words.aside(self.user(u)) for u in card.notify)
        return self._line(self.words.say("card.notify", n=len(card.notify), people=people))

    def link(self, quote: Quote) -> str | None:
        url = opens(quote.url)
        return url and self._line(self.words.say("card.link", url=self.words.aside(url)))

    def follow_up(self, quote: Quote) -> str:
        age = self.words.age(quote.created_at, self.now)
        return self._line(self.words.say("follow_up.title", age=age))

    def plain(self, key: str) -> str:
        return self._line(self.words.say(key))

    def _aside(self, text: str) -> str:
        return self.words.aside(one_line(text, limit=NAME_LIMIT))

    def _line(self, text: str) -> str:
        return rtl_line(text) if self.words.rtl else text

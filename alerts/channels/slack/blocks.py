"""A card as Slack blocks and the text beside them. Pure.

Limits (docs.slack.dev/reference/block-kit/blocks): 50 blocks; section text 3,000; header 150;
button text 75, value 2,000, url 3,000; context 10 elements; actions 25. With blocks, ``text`` is
what notifications show and screen readers read, so it holds the whole card; kept under 4,000.
What strangers wrote goes into plain_text, where Slack reads no markup; elsewhere & < > are escaped.
Slack has no direction field: lines start right by themselves (``alerts.cards.lines``).
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Any

from alerts.cards.card import Card, Quote, User
from alerts.cards.lines import Lines, show_name
from alerts.cards.links import opens
from listener.words import Words
from listener.words.bidi import shorten

TEXT_LIMIT, SECTION_LIMIT, MESSAGE_LIMIT = 2_900, 2_900, 3_900
BESIDE = 500
"""Characters of an address in the text beside the blocks, where a cut one would open nothing; the
button holds it all the same."""
_USER, _GROUP = re.compile(r"[UW][A-Z0-9]{4,}"), re.compile(r"S[A-Z0-9]{4,}")
_LINKED = re.compile("\x00([^\x00]+)\x00")

Block = dict[str, Any]


def escape(text: str) -> str:
    """As Slack asks for: & < > only. What stays cannot become a mention, a channel or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _user(user: User) -> str:
    """A marker that survives escaping and becomes a Slack mention afterwards
    (docs.slack.dev/messaging/formatting-message-text)."""
    if _USER.fullmatch(user.id):
        return f"\x00@{user.id}\x00"
    return f"\x00!subteam^{user.id}\x00" if _GROUP.fullmatch(user.id) else show_name(user)


def _mrkdwn(text: str) -> str:
    """``text`` escaped and its users linked. Of our own words and our team's names only."""
    return _LINKED.sub(r"<\1>", escape(text))


def render_card(card: Card, words: Words, zone: tzinfo, now: datetime) -> tuple[str, list[Block]]:
    """(text, blocks) of the card."""
    lines = Lines(words, zone, now, user=_user)
    quote = card.quote
    blocks: list[Block] = []
    if card.test:
        blocks.append(_context(lines.plain("card.test")))
    blocks.append(_header(lines.title(card)))
    blocks.append(_context(lines.author(quote), lines.where(quote)))
    blocks.append(_post(lines.text(quote, TEXT_LIMIT)))
    beside = lines.beside(quote)
    if beside:
        blocks.append(_context(*beside))
    blocks.append(_context(lines.labels(quote)))
    about = [x for x in (lines.why(card), lines.count(card), lines.others(card)) if x]
    blocks.append(_context(*about))
    team = [x for x in (lines.notify(card), lines.state(card), lines.replied(card)) if x]
    blocks.append(_team_context(*team))
    if not card.test:
        blocks.append(_buttons(card, lines))
    head = [lines.title(card), lines.author(quote), lines.where(quote)]
    names = Lines(words, zone, now)  # notifications and screen readers know no mentions
    team_text = [names.notify(card), names.state(card), names.replied(card)]
    link = lines.link(quote) if len(quote.url or "") <= BESIDE else None
    tail = [*beside, lines.labels(quote), *about, *team_text, link]
    return _message(head, lines.text(quote, 2_000), tail), blocks


def render_follow_up(
    quote: Quote, words: Words, zone: tzinfo, now: datetime
) -> tuple[str, list[Block]]:
    """(text, blocks) of what goes into a card's thread."""
    lines = Lines(words, zone, now, user=_user)
    beside = lines.beside(quote)
    blocks = [
        _context(lines.follow_up(quote), lines.where(quote)),
        _post(lines.text(quote, TEXT_LIMIT)),
        *([_context(*beside)] if beside else []),
        _context(lines.labels(quote)),
    ]
    link = _link(quote, words)
    if link:
        blocks.append({"type": "actions", "elements": [link]})
    return _message(
        [lines.follow_up(quote)], lines.text(quote, 2_000), [*beside, lines.labels(quote)]
    ), blocks


def _message(head: list[str], text: str, tail: list[str | None]) -> str:
    parts = [*head, text, *[line for line in tail if line]]
    return shorten(escape("\n".join(parts)), MESSAGE_LIMIT)


def _header(text: str) -> Block:
    return {"type": "header", "text": _verbatim(text, 150)}


def _post(text: str) -> Block:
    return {"type": "section", "text": _verbatim(text, 3_000)}


def _context(*texts: str) -> Block:
    return {"type": "context", "elements": [_verbatim("\n".join(texts), SECTION_LIMIT)]}


def _team_context(*texts: str) -> Block:
    """Lines that may link people of the team."""
    text = shorten(_mrkdwn("\n".join(texts)), SECTION_LIMIT)
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _verbatim(text: str, limit: int) -> Block:
    # Slack reads no markup in plain_text; a word joiner makes sure of <!channel> all the same.
    text = re.sub(r"<(?=[!@#])", "<\u2060", text)
    return {"type": "plain_text", "text": shorten(text, limit), "emoji": False}


def _buttons(card: Card, lines: Lines) -> Block:
    """What can be done in this state. Values hold ids and nothing else of substance: the state
    lives in the database."""
    words = lines.words
    done = card.state in ("resolved", "dismissed")
    elements: list[Block] = []
    if card.state in ("open", "snoozed"):
        elements.append(_button(card, words, "claim", style="primary"))
    if card.state == "claimed":
        elements.append(_button(card, words, "release"))
    elements.append(_button(card, words, "reopen" if done else "resolve"))
    if not done:
        elements.append(_select(card, words, "snooze", ("1h", "4h", "tomorrow"), "snooze"))
        elements.append(_button(card, words, "not_us"))
    if card.listed:
        elements.append(_singly(card, lines))
    if not card.quote.gone:
        sentiments = ("negative", "neutral", "positive")
        elements.append(_select(card, words, "sentiment", sentiments, "sentiment"))
        link = _link(card.quote, words)
        if link:
            elements.append(link)
    return {"type": "actions", "block_id": f"rasid:{card.alert_id}", "elements": elements}


def _button(card: Card, words: Words, action: str, style: str | None = None) -> Block:
    button: Block = {
        "type": "button",
        "action_id": f"rasid_{action}",
        "text": _label(words.say(f"button.{action}")),
        "value": str(card.alert_id),
    }
    if style:
        button["style"] = style
    return button


def _select(card: Card, words: Words, action: str, options: tuple[str, ...], prefix: str) -> Block:
    return {
        "type": "static_select",
        "action_id": f"rasid_{action}",
        "placeholder": _label(words.say(f"button.{action}")),
        "options": [
            {"text": _label(words.say(f"{prefix}.{o}")), "value": f"{card.alert_id}:{o}"}
            for o in options
        ],
    }


def _singly(card: Card, lines: Lines) -> Block:
    """Each of those who say the same, to be claimed apart from the card."""
    return {
        "type": "static_select",
        "action_id": "rasid_single",
        "placeholder": _label(lines.words.say("button.single")),
        "options": [
            {"text": _label(lines.other(o)), "value": f"{card.alert_id}:{o.mention_id}"}
            for o in card.listed
        ],
    }


def _link(quote: Quote, words: Words) -> Block | None:
    """None where there is no address that Slack would take."""
    url = opens(quote.url) or ""
    if quote.gone or not re.fullmatch(r"https?://[^\s<>\"|]{1,2900}", url):
        return None
    return {
        "type": "button",
        "action_id": "rasid_open",
        "text": _label(words.say("button.open")),
        "url": url,
    }


def _label(text: str) -> Block:
    return {"type": "plain_text", "text": shorten(text, 75), "emoji": False}

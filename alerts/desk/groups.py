"""Which conversation a mention belongs to, and what is to be sent of an alert now. Pure.

One card is one conversation: what one author writes within a day (of the configured zone), and,
however late, what that author adds to the same thread. Several authors never share a card here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Literal

from alerts.deciding.facts import Facts

Kind = Literal["card", "update", "follow_up", "reminder"]


def group_key(facts: Facts, zone: tzinfo) -> str:
    """``author:network:id:day``, or ``post:network:id`` where the author says nothing: unknown, or
    an article's, whose author is often only the site."""
    author = facts.author_id or facts.author_handle
    if author is None or facts.kind == "article":
        return f"post:{facts.network}:{facts.native_id}"
    day = facts.created_at.astimezone(zone).date().isoformat()
    return f"author:{facts.network}:{author}:{day}"


def thread_roots(facts: Facts) -> tuple[str, ...]:
    """Native ids of the posts this one continues: an alert holding one of them, by the same
    author, is the same conversation whatever the day."""
    if facts.author_id is None and facts.author_handle is None:
        return ()
    roots = (facts.thread_id, facts.parent_id)
    return tuple(dict.fromkeys(r for r in roots if r and r != facts.native_id))


class NoticeReason(StrEnum):
    """Why something is sent now, or why not."""

    first = "first"  # nobody has heard of this alert yet
    follow_up = "follow_up"  # the conversation went on: into the card's thread
    changed = "changed"  # the card shows an older state
    woken = "woken"  # a snooze is over
    card_waits = "card_waits"  # what waits to be sent will show the newest state anyway
    card_failed = "card_failed"  # the channel refused the card for good
    nothing_new = "nothing_new"


@dataclass(frozen=True, slots=True)
class Logged:
    """One notice of the log. ``version``: of the alert when it was written."""

    kind: str
    n: int
    state: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """An alert as its notices see it. ``follow_ups``: mention ids after the first, oldest first;
    ``woken``: the version at which a snooze ended, None where none did."""

    version: int
    follow_ups: Sequence[int] = field(default=())
    woken: int | None = None
    woken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeStep:
    """``kind`` None: nothing is to be sent, for ``reason``."""

    reason: NoticeReason
    kind: Kind | None = None
    n: int = 0


def next_notice(alert: Conversation, log: Sequence[Logged], now: datetime) -> NoticeStep:
    """The next notice that ``log`` lacks. Called until ``kind`` is None, it names them all.

    A notice is rendered when it is sent, so one that is still pending shows whatever is newest:
    only what may already be on its way needs another.
    """
    cards = [x for x in log if x.kind == "card"]
    if not cards:
        return NoticeStep(NoticeReason.first, "card")
    if all(card.state == "failed" for card in cards):
        return NoticeStep(NoticeReason.card_failed)
    followed_up = {x.n for x in log if x.kind == "follow_up"}
    for mention_id in alert.follow_ups:
        if mention_id not in followed_up:
            return NoticeStep(NoticeReason.follow_up, "follow_up", mention_id)
    if alert.woken is not None and (alert.woken_at or datetime.min.replace(tzinfo=UTC)) <= now:
        reminded = {x.n for x in log if x.kind == "reminder"}
        if alert.woken not in reminded:
            return NoticeStep(NoticeReason.woken, "reminder", alert.woken)
    card_entries = [x for x in log if x.kind in ("card", "update") and x.state != "failed"]
    if any(x.state == "pending" for x in card_entries):
        return NoticeStep(NoticeReason.card_waits)
    if max((x.version for x in card_entries), default=0) < alert.version:
        return NoticeStep(NoticeReason.changed, "update", alert.version)
    return NoticeStep(NoticeReason.nothing_new)

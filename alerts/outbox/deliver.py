"""Delivery: every pending notice to its channel, exactly once as near as the channel allows.

    pending → pace → sending(attempt, until) → call → sent
                                             → pending   refused for now: it was not shown
                                             → unknown   timeout, drop, 5xx: reconcile looks
                                             → failed    refused for good

``until`` is the client's timeout plus a margin: a ``sending`` older than that belongs to a process
that died, and becomes ``unknown``. The pace is kept *before* ``sending`` is written, so that no
attempt goes stale while it waits for its turn.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, null
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.cards.card_of_rows import CardStyle
from alerts.channels.base import (
    Channel,
    ChannelBroken,
    ChannelError,
    Clock,
    Later,
    MessageGone,
    MessageRefused,
    Sent,
)
from alerts.outbox.notice_rows import (
    POSTS,
    Taken,
    anything_due,
    anything_open,
    confirm,
    fail_with_dependants,
    observe_delivery,
    take_notice,
)
from alerts.outbox.notice_rows import settle as settle_attempt
from alerts.outbox.orphans import card_anew, unseen
from alerts.outbox.pauses import Pauses
from alerts.outbox.reconcile import mark_stale, reconcile_some, verify_after
from alerts.outbox.refusals import tell_of_refusal
from listener.store.session import Database
from listener.store.tables import notices

log = logging.getLogger(__name__)

MARGIN = timedelta(seconds=10)
BUDGET = 20.0  # seconds
# Refused outright, so not shown: reconciliation need not look back to here, unless an earlier
# attempt ended in the dark.
UNSHOWN = {"sending_at": case((notices.c.looks == 0, null()), else_=notices.c.sending_at)}


@dataclass(frozen=True, slots=True)
class _Sender:
    db: Database
    channel: Channel
    pauses: Pauses
    style: CardStyle
    clock: Clock


async def deliver_some(
    db: Database,
    channels: Mapping[str, Channel],
    *,
    clock: Clock,
    style: CardStyle | None = None,
    pauses: Pauses | None = None,
) -> int:
    """Sends what is due, each channel at its own pace, all beside each other, for about
    ``BUDGET``. Returns how many notices reached their end (sent or found).

    Several processes may do this at once. Cancelled in the middle it loses nothing: what was on
    its way is reconciled later.
    """
    pauses = pauses or Pauses()
    senders = [
        _Sender(db, channel, pauses, style or CardStyle(), clock) for channel in channels.values()
    ]
    ends = await asyncio.gather(*(_serve(s) for s in senders), return_exceptions=True)
    for end in ends:  # one channel's trouble must not stop the others, nor be swallowed
        if isinstance(end, BaseException):
            raise end
    return sum(end for end in ends if isinstance(end, int))


async def _serve(sender: _Sender) -> int:
    monotonic = sender.channel.pacer.monotonic
    started = monotonic()
    place = await _place(sender, sender.clock())
    if place is None:
        return 0
    await mark_stale(sender.db, sender.channel.name, sender.clock())
    done = await _reconcile(sender, place)
    while monotonic() - started < BUDGET:
        async with sender.db.reading() as connection:
            if not await anything_due(connection, sender.channel.name, sender.clock()):
                break
        if sender.channel.pacer.seconds_left() > BUDGET - (monotonic() - started):
            break
        await sender.channel.pacer.wait()
        taken = await _take(sender, place)
        if taken is None:
            break
        delivered = await _attempt(sender, taken)
        if delivered is None:
            break
        done += delivered
    return done


async def _place(sender: _Sender, now: datetime) -> str | None:
    """Where to, by id; None while the channel is paused or cannot be asked."""
    known = await sender.pauses.known(sender.db, sender.channel, now)
    if known.waits:
        return None
    if known.place is not None:
        return known.place
    async with sender.db.reading() as connection:
        if not await anything_open(connection, sender.channel.name, now):
            return None
    try:
        place = await sender.channel.resolve()
    except ChannelBroken as error:
        await sender.pauses.pause(sender.db, sender.channel, error, sender.clock())
    except ChannelError as error:
        log.warning("channel %s cannot be asked for its id: %s", sender.channel.name, error.code)
        sender.channel.pacer.hold(error.seconds if isinstance(error, Later) else 5)
    else:
        await sender.pauses.resolved(sender.db, sender.channel, place, sender.clock())
        return place
    return None


async def _reconcile(sender: _Sender, place: str) -> int:
    try:
        return await reconcile_some(sender.db, sender.channel, place, clock=sender.clock)
    except ChannelBroken as error:
        await sender.pauses.pause(sender.db, sender.channel, error, sender.clock())
    except ChannelError as error:
        log.warning("channel %s cannot be looked into: %s", sender.channel.name, error.code)
    return 0


async def _take(sender: _Sender, place: str) -> Taken | None:
    now = sender.clock()
    lasts = timedelta(seconds=sender.channel.timeout) + MARGIN
    # On disk before the request: a row that power takes back to `pending` would be sent again.
    async with sender.db.writing(durable=True) as connection:
        return await take_notice(
            connection, sender.channel.name, place, sender.style, now=now, lasts=lasts
        )


async def _attempt(sender: _Sender, taken: Taken) -> int | None:
    """1 when it was delivered, 0 when not; None when this channel should rest."""
    channel, clock = sender.channel, sender.clock
    latest_start = taken.until - timedelta(seconds=channel.timeout)
    if clock() > latest_start:  # stalled since it was taken: another may think this one dead
        await _settle(sender, taken, state="pending")
        return 0
    try:
        sent: Sent | None = None
        if taken.message.kind in POSTS:
            sent = await channel.send(taken.message)
            refused = sent.refused
        else:
            refused = await channel.update(taken.message)
    except Later as error:
        channel.pacer.hold(error.seconds)
        due = clock() + timedelta(seconds=error.seconds)
        await _settle(sender, taken, state="pending", due_at=due, error=error.code, **UNSHOWN)
        return 0
    except ChannelBroken as error:
        due = await sender.pauses.pause(sender.db, channel, error, clock())
        await _settle(sender, taken, state="pending", due_at=due, error=error.code, **UNSHOWN)
        return None
    except MessageGone as error:
        log.info("channel %s: %s, a %s", channel.name, error.code, taken.message.kind)
        async with sender.db.writing() as connection:
            mention = await unseen(connection, taken, channel.name)
            if mention is not None:
                await card_anew(connection, taken, mention, channel.name, error.code, clock())
            else:  # what people delete there is not put back
                await fail_with_dependants(connection, taken, error.code)
        return 0
    except MessageRefused as error:
        log.error("channel %s refused a %s: %s", channel.name, taken.message.kind, error.code)
        async with sender.db.writing() as connection:
            await fail_with_dependants(connection, taken, error.code)
            await tell_of_refusal(connection, sender.pauses, taken, channel.name, error.code,
                                  now=clock(), shown=False)  # fmt: skip
        return 0
    except ChannelError as error:  # Unknown
        await _unknown(sender, taken, error.code)
        return 0
    async with sender.db.writing() as connection:
        ours = await confirm(connection, taken, sent, clock(), verify_after=verify_after(channel))
        if ours:
            await observe_delivery(connection, taken.message.id, clock())
        if refused is not None:
            log.error("channel %s took a %s as bare text only: %s", channel.name,
                      taken.message.kind, refused)  # fmt: skip
            await tell_of_refusal(connection, sender.pauses, taken, channel.name, refused,
                                  now=clock(), shown=True)  # fmt: skip
    await sender.pauses.works(sender.db, channel, clock())
    return int(ours)


async def _unknown(sender: _Sender, taken: Taken, code: str) -> None:
    """A new message is looked for; an update simply goes again: the same twice does no harm. That
    it may take effect late, over a newer one, is remembered in ``looks``."""
    now = sender.clock()
    log.info("channel %s: end of a %s unknown: %s", sender.channel.name, taken.message.kind, code)
    if taken.message.kind in POSTS and sender.channel.reconciles:
        await _settle(sender, taken, state="unknown", due_at=now, error=code)
    else:
        again = now + timedelta(seconds=2)
        doubted = {"looks": notices.c.looks + 1} if sender.channel.reconciles else {}
        await _settle(sender, taken, state="pending", due_at=again, error=code, **doubted)


async def _settle(sender: _Sender, taken: Taken, **values: object) -> None:
    async with sender.db.writing() as connection:
        await _settled(connection, taken, values)


async def _settled(connection: AsyncConnection, taken: Taken, values: Mapping[str, object]) -> None:
    if not await settle_attempt(connection, taken.message.id, taken.attempt, **values):
        log.warning("an attempt ended after it had been given up; reconciliation goes on")

"""Whatever Slack does, every card stands exactly once. The stand-in's journal is the truth."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.channels.slack.channel import Slack
from listener.store.tables import notices
from tests.alerts.channels.slack_faults import FAULTS, Fault, Faults
from tests.alerts.channels.slack_server import SlackServer
from tests.alerts.channels.slack_store import standing
from tests.alerts.channels.world import World

pytestmark = pytest.mark.whole

CARDS = 60
EACH = 4
KILLS = {"kill_received": "received", "kill_stored": "stored", "kill_answered": "answered"}


class Sender:
    """The delivering process, in this loop: a kill cancels it where it stands, and it is started
    anew with nothing in its memory."""

    def __init__(self, world: World, slack: SlackServer, *, reconciles: bool = True) -> None:
        self.world, self.slack, self.reconciles = world, slack, reconciles
        self.task: asyncio.Task[int] | None = None
        slack.on = self.kill

    def channel(self) -> Slack:
        return self.world.slack(self.slack.url, timeout=0.6, reconciles=self.reconciles)

    def kill(self, point: str, index: int) -> None:
        fault = self.slack.faults.by_index.get(index)
        if fault in KILLS and KILLS[fault] == point and self.task is not None:
            self.task.cancel()

    async def run(self, *, rounds: int = 400) -> None:
        """Until nothing is left to send, to look for, or to look at once more."""
        for _ in range(rounds):
            self.task = asyncio.ensure_future(self.world.deliver(self.channel()))
            await asyncio.wait([self.task])
            if not self.task.cancelled():
                self.task.result()
            if self.slack.late is not None:
                self.slack.late.set()  # what timed out in this round turns up after it
                await self.slack.settle_late()
            if not await self._left():
                return
            self.world.clock.pass_(seconds=11)
        raise AssertionError("the outbox did not come to rest")

    async def _left(self) -> bool:
        open_ = notices.c.state.in_(("pending", "sending", "unknown"))
        async with self.world.db.reading() as connection:
            left = select(notices.c.id).where(open_ | notices.c.until.is_not(None)).limit(1)
            return (await connection.execute(left)).first() is not None


@pytest.fixture
def dialect() -> str:
    return "sqlite"  # the same statements ran on both databases in the tests beside this


def faulty(slack: SlackServer, counts: dict[Fault, int], *, seed: int) -> None:
    slack.faults = Faults(retry_after=3)
    slack.faults.spread(counts, over=CARDS, seed=seed)
    slack.late = asyncio.Event()


async def send_all(world: World, sender: Sender) -> dict[str, int]:
    """Notice id → how often its card stands at the end."""
    for _ in range(CARDS):
        await world.mention()
    assert await world.decide() == CARDS
    await sender.run()
    shown = standing(sender.slack.store.journal or Path())
    ids = [row.id for row in await world.rows(notices)]
    assert len(ids) == CARDS
    return {notice: len(shown.get(notice, [])) for notice in ids}


async def test_every_fault_kind_and_every_card_stands_once(
    world: World, slack: SlackServer
) -> None:
    faulty(slack, dict.fromkeys(FAULTS, EACH), seed=7)
    times = await send_all(world, Sender(world, slack))
    assert sum(slack.faults.happened.values()) == EACH * len(FAULTS)
    assert [n for n in times.values() if n == 0] == []
    assert [n for n in times.values() if n > 1] == []
    assert await world.states() == {"sent": CARDS}


async def test_without_reconciliation_cards_stand_twice(world: World, slack: SlackServer) -> None:
    faulty(slack, {"500_after": EACH, "drop_after": EACH, "kill_stored": EACH}, seed=7)
    times = await send_all(world, Sender(world, slack, reconciles=False))
    assert min(times.values()) == 1
    assert sum(n - 1 for n in times.values()) == 3 * EACH


async def test_a_post_that_appears_after_it_was_sent_again_is_deleted(
    world: World, slack: SlackServer
) -> None:
    slack.faults = Faults(by_index={0: "late"})
    slack.late = asyncio.Event()
    channel = world.slack(slack.url, timeout=0.3)
    await world.mention()
    await world.decide()
    for _ in range(3):  # look, look again, send again
        await world.deliver(channel)
        world.clock.pass_(seconds=31)
    assert await world.deliver(channel) == 0
    assert len(slack.store.messages["C0CUSTCARE"]) == 1
    slack.late.set()
    await slack.settle_late()
    assert len(slack.store.messages["C0CUSTCARE"]) == 2
    world.clock.pass_(seconds=60)
    await world.deliver(channel)
    (message,) = slack.store.messages["C0CUSTCARE"]
    (notice,) = await world.rows(notices)
    assert (notice.state, notice.ts, notice.until) == ("sent", message["ts"], None)


async def test_retry_after_is_waited_for(world: World, slack: SlackServer) -> None:
    slack.faults = Faults(by_index={0: "429"}, retry_after=40)
    channel = world.slack(slack.url)
    await world.mention()
    await world.decide()
    began = world.clock()
    assert await world.deliver(channel) == 0
    world.clock.pass_(seconds=39)
    assert await world.deliver(channel) == 0
    assert slack.posts == 1
    world.clock.pass_(seconds=2)
    assert await world.deliver(channel) == 1
    assert (world.clock() - began).total_seconds() >= 40


async def test_a_follow_up_is_found_in_its_thread(world: World, slack: SlackServer) -> None:
    slack.faults = Faults(by_index={1: "drop_after"})
    channel = world.slack(slack.url)
    for text in ("أول", "ثانٍ"):
        await world.mention(text, author_id="sara")
    await world.decide()
    for _ in range(3):
        await world.deliver(channel)
        world.clock.pass_(seconds=5)
    assert "conversations.replies" in slack.calls
    assert len(slack.store.messages["C0CUSTCARE"]) == 2
    assert set(await world.states()) == {"sent"}


async def test_the_look_reads_every_page(world: World, slack: SlackServer) -> None:
    slack.faults = Faults(by_index={0: "500_after"})
    channel = world.slack(slack.url)
    await world.mention()
    await world.decide()
    await world.deliver(channel)
    for n in range(450):  # others wrote since, more than two pages of 200
        slack.store.post("C0CUSTCARE", {"text": f"chat {n}"})
    assert await world.deliver(channel) == 1
    assert slack.calls.count("conversations.history") == 3
    assert slack.posts == 1


@pytest.mark.parametrize(
    ("answer", "waits"), [("invalid_auth", True), ("is_archived", True), ("msg_too_long", False)]
)
async def test_a_permanent_error_pauses_the_channel_or_fails_the_message(
    world: World, slack: SlackServer, answer: str, waits: bool
) -> None:
    slack.broken = answer
    await world.mention()
    await world.decide()
    await world.deliver(world.slack(slack.url))
    assert set(await world.states()) == ({"pending"} if waits else {"failed"})

"""Alerts over time: at(…) something happens, and it is known what stands in the channel when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest
import pytest_asyncio

from alerts.channels.base import Later, Message, Pacer, Sent, Unknown
from alerts.desk.actions import Action, Verb, act, wake_snoozed
from listener.store.session import Database
from listener.store.tables import notices
from tests.alerts.channels.world import RIYADH, START, World


@dataclass
class Wall:
    """A channel that keeps what it was told, and when; ``trouble`` is raised, one a message."""

    world: World
    seconds: float = 1.0
    name: str = "care"
    target: str = "wall"
    timeout: float = 10.0
    look_again: timedelta = timedelta(seconds=30)
    reconciles: bool = True
    trouble: list[Exception] = field(default_factory=list)
    hidden: list[tuple[float, str]] = field(default_factory=list)
    shown: list[tuple[float, str, str]] = field(default_factory=list)  # second, kind, text
    looks: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = self.world.clock
        self.pacer = Pacer(self.seconds, monotonic=clock.monotonic, sleep=clock.sleep)
        self.at: dict[str, str] = {}

    def second(self) -> float:
        return (self.world.clock() - START).total_seconds()

    async def resolve(self) -> str:
        return "W1"

    async def send(self, message: Message) -> Sent:
        if self.trouble:
            error = self.trouble.pop(0)
            if isinstance(error, Unknown) and error.code == "shown":
                self._show(message)
            raise error
        return self._show(message)

    def _show(self, message: Message) -> Sent:
        quote = message.quote or (message.card.quote if message.card else None)
        self.shown.append((self.second(), message.kind, quote.text if quote else ""))
        self.at[message.id] = str(len(self.shown))
        return Sent("W1", self.at[message.id])

    async def update(self, message: Message) -> None:
        state = message.card.state if message.card else ""
        self.shown.append((self.second(), "update", state))

    async def delete(self, sent: Sent) -> None:
        raise AssertionError("nothing stands twice here")

    async def find(self, messages: Sequence[Message]) -> dict[str, list[Sent]]:
        self.looks.append(self.second())
        return {m.id: [Sent("W1", self.at[m.id])] for m in messages if m.id in self.at}

    async def close(self) -> None: ...


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest_asyncio.fixture
async def world(db: Database) -> World:
    made = World(db)
    await made.brands()
    return made


async def until(world: World, wall: Wall, second: float) -> None:
    """Sweeps once a second until ``second`` after the start."""
    while wall.second() < second:
        await world.decide()
        await wake_snoozed(world.db, now=world.clock())
        await world.deliver(wall)
        if wall.second() < second:
            world.clock.at = min(
                world.clock() + timedelta(seconds=1), START + timedelta(seconds=second)
            )


async def test_one_a_second_in_order(world: World) -> None:
    wall = Wall(world)
    for n in range(5):
        await world.mention(f"نص {n}")
    await until(world, wall, 30)
    assert [text for _, _, text in wall.shown] == [f"نص {n}" for n in range(5)]
    times = [second for second, _, _ in wall.shown]
    assert all(b - a >= 1 for a, b in pairwise(times))
    assert times[-1] <= 6


async def test_retry_after_holds_the_whole_channel(world: World) -> None:
    wall = Wall(world, trouble=[Later("ratelimited", 20)])
    for n in range(3):
        await world.mention(f"نص {n}")
    await until(world, wall, 60)
    assert len(wall.shown) == 3
    assert min(second for second, _, _ in wall.shown) >= 20


async def test_look_at_once_look_after_30_seconds_send_again(world: World) -> None:
    wall = Wall(world, trouble=[Unknown("timeout")])
    await world.mention("نص")
    await until(world, wall, 25)
    assert wall.shown == []
    assert len(wall.looks) == 1
    assert wall.looks[0] <= 2
    await until(world, wall, 120)
    first, second, verify = wall.looks
    assert 30 <= second - first <= 32
    ((sent_at, kind, _),) = wall.shown
    assert kind == "card"
    assert second <= sent_at <= second + 2
    assert 60 <= verify - sent_at <= 62
    assert await world.states() == {"sent": 1}


async def test_shown_in_the_dark_is_found_and_not_sent_again(world: World) -> None:
    wall = Wall(world, trouble=[Unknown("shown")])
    await world.mention("نص")
    await until(world, wall, 90)
    assert [kind for _, kind, _ in wall.shown] == ["card"]
    assert len(wall.looks) == 1


async def test_what_builds_on_a_card_waits_for_it(world: World) -> None:
    wall = Wall(world, trouble=[Unknown("timeout")])
    await world.mention("أول", author_id="sara")
    await world.decide()
    await until(world, wall, 5)
    await world.mention("ثانٍ", author_id="sara")
    await until(world, wall, 28)
    assert wall.shown == []
    await until(world, wall, 60)
    assert [kind for _, kind, _ in wall.shown] == ["card", "follow_up", "update"]


async def test_a_dead_senders_attempt_is_looked_for_once_it_is_stale(world: World) -> None:
    wall = Wall(world)
    await world.mention("نص")
    await world.decide()
    async with world.db.writing() as connection:
        await connection.execute(
            notices.update().values(
                state="sending", attempt=1, sending_at=START, until=START + timedelta(seconds=20)
            )
        )
    await until(world, wall, 19)
    assert wall.looks == []
    await until(world, wall, 24)
    assert len(wall.looks) == 1
    await until(world, wall, 60)
    assert [kind for _, kind, _ in wall.shown] == ["card"]


async def test_a_snooze_comes_back_as_a_reminder(world: World) -> None:
    wall = Wall(world)
    await world.mention("نص")
    await until(world, wall, 2)

    async def press(verb: Verb, choice: str | None = None) -> None:
        action = Action(f"{verb}:{wall.second()}", 1, "U1", verb, choice)
        assert await act(world.db, action, now=world.clock(), zone=RIYADH) == "done"

    await press("claim")
    await press("snooze", "1h")
    await until(world, wall, 5)
    world.clock.pass_(seconds=3_590)
    await until(world, wall, 3_598)
    assert [what for _, _, what in wall.shown] == ["نص", "snoozed"]
    await until(world, wall, 3_620)
    assert [(kind, what) for _, kind, what in wall.shown[2:]] == [
        ("reminder", "نص"),
        ("update", "claimed"),
    ]

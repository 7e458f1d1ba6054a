"""A run from start to verdict.

First each process runs alone, as in a deployment, and the Slack stand-in kills the sender on its
schedule; every other process and the queue server are killed in turn. Then `rasid run` takes over
the same folder: its children, its queue server and itself are killed in turn.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from listener.running.redis_server import command, find_server
from tests.e2e.faults import verdict as v
from tests.e2e.faults.keeper import Keeper, alive, kill
from tests.e2e.faults.plan import Plan
from tests.e2e.faults.stage import Stage
from tests.e2e.faults.truth import Batch
from tests.servers import Postgres

PROCESSES = ("collect", "label", "count", "serve", "alert")
AWAY = 2.0
"""Seconds for which a killed queue server stays away."""
Say = Callable[[str], None]


@dataclass
class Run:
    stage: Stage
    keeper: Keeper
    say: Say
    began: float = field(default_factory=time.monotonic)
    seen: set[int] = field(default_factory=set)
    batches: list[Batch] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        return self.stage.plan

    async def alone(self) -> None:
        """The first part: until its cards stand."""
        plan, stage = self.plan, self.stage
        share = plan.alone / plan.cards
        self.batches = [_batch(0, plan.alone, plan.seconds * share)]
        await stage.open(self.batches)
        binary = find_server()
        if binary is not None:
            serve = command(binary, folder=stage.folder / "data", socket=Path(stage.redis))
            self.keeper.keep("queue", serve, pause=AWAY)
        for name in PROCESSES[:-1]:
            self.keeper.keep(name, self.rasid("run", name))
        forge = [sys.executable, "-m", "tests.e2e.faults.forge", str(stage.sender)]
        self.keeper.keep("alert", [*forge, "--config", str(stage.config), "run", "alert"])
        for n in range(plan.beside):
            self.keeper.keep(f"alert-{n}", self.rasid("run", "alert"))
        victims = ["collect", "queue", "label", "count", "serve"] * plan.rounds
        if self.stage.server is not None:
            victims += ["postgresql"] * plan.restarts
        elif self.stage.database is None:
            victims += ["power"] * plan.cuts
        if plan.stopped:
            victims += ["label stopped", "alert stopped"]
        for n, name in enumerate(victims):
            await self.until_shown(int(plan.alone * (n + 1) / (len(victims) + 2)))
            await self.strike(name)
        await self.until_shown(plan.alone)
        await self.note()
        self.say("the processes end; `rasid run` takes over")
        await self.keeper.end_all()
        stage.sender.unlink(missing_ok=True)

    async def strike(self, name: str) -> None:
        self.say(f"fault: {name}")
        if name == "power":
            await self.keeper.cut(self.stage.power_comes_back)
        elif name == "postgresql" and self.stage.server is not None:
            await asyncio.to_thread(self.stage.server.crash)
            self.keeper.killed[name] += 1
        elif name.endswith(" stopped"):
            await self.keeper.hold(name.removesuffix(" stopped"), self.plan.stopped)
        else:
            self.keeper.kill(name)

    async def together(self) -> None:
        """The second part: `rasid run`, its children and itself killed in turn."""
        plan = self.plan
        self.batches.append(_batch(plan.alone, plan.cards - plan.alone, plan.seconds * 0.2))
        await self.stage.show(self.batches)
        self.keeper.keep("run", self.rasid("run"))
        for _ in range(plan.rounds):
            pids = await self.all_up()
            for name in PROCESSES:
                self.say(f"killing {name} under `rasid run`")
                self.keeper.killed[f"{name} under run"] += kill(pids[name])
                await asyncio.sleep(0.5)
            await self.kill_queue()
            pids = await self.all_up(besides=pids)
            self.say("killing `rasid run`")
            self.keeper.kill("run")
            await self.all_up(besides=pids)

    async def kill_queue(self) -> None:
        pid = await self.queue_pid()
        if pid is not None:
            self.say("killing the queue server under `rasid run`")
            self.seen.add(pid)
            self.keeper.killed["queue under run"] += kill(pid)

    async def queue_pid(self) -> int | None:
        """The id of the queue server, if one answers."""
        client = Redis(unix_socket_path=self.stage.redis)
        try:
            async with asyncio.timeout(5):
                return int((await client.info("server"))["process_id"])
        except (RedisError, OSError, TimeoutError):
            return None
        finally:
            await client.aclose()

    async def all_up(self, besides: dict[str, int] | None = None) -> dict[str, int]:
        """Ids of the five processes once all run (as others than ``besides``)."""

        async def up() -> bool:
            pids = await self.note()
            old = set((besides or {}).values())
            return set(pids) == set(PROCESSES) and all(
                alive(pid) and pid not in old for pid in pids.values()
            )

        await self.until(up, "all five processes are up")
        return await self.stage.pids()

    async def note(self) -> dict[str, int]:
        """Remembers who ran, to see at the end that nobody was left behind."""
        pids = await self.stage.pids()
        self.seen.update(pids.values())
        return pids

    async def until_shown(self, count: int) -> None:
        async def enough() -> bool:
            return len(v.shown(self.stage.journal).posted) >= count

        await self.until(enough, f"{count} cards stand")

    async def settled(self) -> None:
        """All that is under way has ended, and what Slack stores late is there."""
        calm = 0
        for _ in range(10_000):
            posted = v.shown(self.stage.journal).posted
            rest = len(posted) >= self.plan.cards and not await self.stage.unfinished()
            calm = calm + 1 if rest else 0
            if calm > 2 or self.over():
                break
            await asyncio.sleep(0.5)
        await asyncio.sleep(self.plan.late + self.plan.timeout)

    async def until(self, condition: Callable[[], Awaitable[bool]], what: str) -> None:
        while not await condition():
            if self.over():
                raise TimeoutError(f"given up waiting until {what}")
            await asyncio.sleep(0.3)

    def over(self) -> bool:
        return time.monotonic() - self.began > self.plan.within

    def rasid(self, *arguments: str) -> list[str]:
        return [
            sys.executable, "-m", "listener.cli", "--config", str(self.stage.config), *arguments,
        ]  # fmt: skip

    async def verdict(self, answers: bool | None) -> v.Verdict:
        stage, cards = self.stage, self.plan.cards
        shown = v.shown(stage.journal)
        standing = {each for each, n in shown.standing.items() if n > 0}
        known = {v.mark(n) for n in range(cards)}
        return v.Verdict(
            cards=cards,
            mentions_lost=v.lost(cards, v.marks_in(await stage.stored())),
            alerts_lost=v.lost(cards, standing),
            posted_twice=sorted(each for each, n in shown.posted.items() if n > 1),
            standing_twice=sorted(each for each, n in shown.standing.items() if n > 1),
            unasked=sorted(set(shown.posted) - known),
            faults=v.happened(stage.log),
            killed=self.keeper.killed,
            seconds=time.monotonic() - self.began,
            left_open=await stage.unfinished(),
            left_running=sorted(pid for pid in self.seen if alive(pid)),
            queue_answers=answers,
        )


async def run(
    plan: Plan,
    folder: Path,
    *,
    database: str | None = None,
    server: Postgres | None = None,
    say: Say = lambda _: None,
) -> v.Verdict:
    """``server``: of ``database``, where that is PostgreSQL. Raises TimeoutError where the run does
    not come to its end within the plan's time, NoCompiler where power cannot be cut."""
    stage = Stage(folder, plan, database, server)
    keeper = Keeper(folder, stage.watched())
    made = Run(stage, keeper, say)
    try:
        await made.alone()
        await made.together()
        say("waiting until all is at rest")
        await made.settled()
        queue = await made.queue_pid()
        if queue is not None:
            made.seen.add(queue)
        await keeper.end_all()
        await asyncio.sleep(0.5)
        return await made.verdict(None if find_server() is None else queue is not None)
    finally:
        with suppress(TimeoutError):
            await keeper.end_all()
        await stage.close()


def _batch(first: int, count: int, seconds: float) -> Batch:
    return Batch(first, count, datetime.now(UTC) + timedelta(seconds=3), seconds)

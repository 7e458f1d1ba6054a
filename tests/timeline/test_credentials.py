"""Hours with tokens that end: renewed on the way, refused once, well again with a new file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from listener.collecting.collector import Source
from listener.collecting.seeds import Seed
from listener.collecting.waiting import LOOK
from listener.networks.base import Read
from listener.store import standing
from listener.store.session import Database
from tests.listener.collecting.tokens import Signed, Tokens, in_files, seed_for, token_server
from tests.upstream import Bench

READS = (Read("search", "زين"), Read("search", "زين كاش"))


@dataclass
class SignedBench(Bench):
    seed: Seed | None = None

    def source(self) -> Source:
        network = Signed(self.upstream.url)
        return replace(super().source(), network=network, credential=self.seed)  # type: ignore[arg-type]


@pytest.fixture
async def tokens() -> AsyncIterator[Tokens]:
    async with token_server() as served:
        served.api.url = served.url
        yield served


def bench_of(db: Database, tokens: Tokens, seed: Seed) -> SignedBench:
    every = timedelta(minutes=10)
    return SignedBench(db, tokens.api, every=every, reads=READS, seed=seed)


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task((await bench.collector()).run(stop))
    try:
        await bench.clock.settled(len(READS))
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def states(bench: Bench) -> dict[str, set[str]]:
    async with bench.db.reading() as connection:
        rows = await standing.sources(connection, bench.clock.now())
    return {"state": {r["state"] for r in rows}, "why": {r["why"] or "" for r in rows}}


async def test_a_day_of_hourly_tokens_is_renewed_ahead_and_nothing_is_refused(
    db: Database, tokens: Tokens, tmp_path: Path
) -> None:
    named = in_files(tmp_path, token="stale-token", refresh_token="refresh-0")
    bench = bench_of(db, tokens, seed_for(tokens.url, named))
    tokens.api.add("زين 1")
    async with running(bench):
        refused = tokens.used.count("stale-token")
        await bench.clock.advance(6 * 3600, sleepers=2)
        tokens.api.add("زين 2")
        await bench.clock.advance(700, sleepers=2)
        assert await bench.stored() == ["1", "2"]
    assert refused in (1, 2)  # both reads may have been under way with it
    assert "stale-token" not in tokens.used[2:]
    assert 6 <= len(tokens.forms) <= 8  # a token serves 55 minutes, looked at every ten
    assert (await states(bench))["state"] == {"ok"}


async def test_a_revoked_sign_in_is_asked_for_seldom_and_a_new_file_needs_no_restart(
    db: Database, tokens: Tokens, tmp_path: Path
) -> None:
    named = in_files(tmp_path, token="stale-token", refresh_token="refresh-0")
    bench = bench_of(db, tokens, seed_for(tokens.url, named))
    async with running(bench):
        tokens.granted = 7  # what we hold is good no more, neither token nor refresh token
        tokens.api.add("زين")
        await bench.clock.advance(700, sleepers=2)
        found = await states(bench)
        assert found["state"] == {"refused"}
        assert any("networks.plain.refresh_token" in why for why in found["why"])
        assert not any("refresh-1" in why or "token-1" in why for why in found["why"])
        asked = len(tokens.forms)
        await bench.clock.advance(600, sleepers=2)
        assert len(tokens.forms) == asked
        (tmp_path / "token").write_text("token-7")
        (tmp_path / "refresh_token").write_text("refresh-7")
        await bench.clock.advance(LOOK + 1, sleepers=2)
        assert await bench.stored() == ["1"]
        assert (await states(bench))["state"] == {"ok"}

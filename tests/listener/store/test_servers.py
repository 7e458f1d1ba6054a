"""The fixtures themselves: a real server answers, and every test starts empty."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from listener.store.session import Database
from listener.store.tables import mentions
from tests.listener.store.rows import mention, read, store


async def test_redis_answers(redis_url: str) -> None:
    client = Redis.from_url(redis_url)
    try:
        assert await client.ping()
        found = await client.config_get("appendonly")
        assert found == {"appendonly": "yes"}
    finally:
        await client.aclose()


@pytest.mark.parametrize("time", [1, 2])
async def test_a_test_sees_only_its_own_rows(db: Database, time: int) -> None:
    await store(db, mention(time))
    assert len(await read(db, mentions)) == 1

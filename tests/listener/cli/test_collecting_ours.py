"""The collect process stores what an own account brings: its figures, and what is said to it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import select

from listener.cli.house import open_house
from listener.cli.processes import collect
from listener.collecting import sources
from listener.collecting.source import Source
from listener.networks.base import Read
from listener.networks.demo import Demo
from listener.records import Query
from listener.settings import Settings
from listener.store.tables import figures, mentions
from tests.upstream import serving


async def answer(request: web.Request) -> web.Response:
    if request.path.startswith("/api/accounts/"):
        return web.json_response({"followers": 41_800})
    post = {"id": "1", "text": "وين طلبي", "at": "2026-11-22T08:00:00+00:00", "parent": "p"}
    return web.json_response({"posts": [post]})


async def test_figures_and_comments_of_our_account_become_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.model_validate(
        {
            "service": {"data": str(tmp_path)},
            "storage": {"redis": "none"},
            "brands": [{"name": "رشفان", "keywords": ["رشفان"]}],
            "channels": {"care": {"kind": "console"}},
            "routes": [{"name": "all", "channel": "care"}],
        }
    )
    ours = Query("رشفان", "")
    async with serving(answer) as url:
        reads = [Read("figures", "rashfan", ours), Read("replies", "p", ours)]
        source = Source(Demo(url), reads)
        monkeypatch.setattr(sources, "sources_of", lambda *_args: [source])
        async with open_house(settings) as house:
            stop = asyncio.Event()
            task = asyncio.create_task(collect(house, stop))
            try:
                async with asyncio.timeout(30):
                    while True:
                        async with house.db.reading() as connection:
                            told = (await connection.execute(select(figures))).mappings().all()
                            said = (await connection.execute(select(mentions.c.text))).all()
                        if told and said:
                            break
                        await asyncio.sleep(0.05)
            finally:
                stop.set()
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
    assert [(row["account"], row["measure"], row["value"]) for row in told] == [
        ("rashfan", "followers", 41_800.0)
    ]
    assert said == [("وين طلبي",)]

"""What the tests of the collector over simulated places and apps share."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listener.demo import sites
from listener.demo.posts import Post
from listener.demo.world import Fault, World, make_world
from listener.store import tables as t
from tests.timeline.at_sites import END, AtSite

DAY = timedelta(days=1)
RECENT = timedelta(hours=48)
"""How far back a first walk goes."""


def lived(name: str, *faults: Fault) -> World:
    """The week as it stands a day before its end: what changes on the last day is still to come."""
    made = make_world(END, sites=[name])
    return World(made.end - DAY, made.posts, faults, made.left, made.cast)


def changing(name: str) -> tuple[World, str, str]:
    """``lived``, where of the newest two reviews one is deleted and one edited on the last day:
    their ids."""
    world, at = lived(name), END - timedelta(hours=18)
    left, edited, *_ = (p.native for p in world.seen(name, world.end) if p.rating is not None)
    posts = [
        replace(post, deleted=at if post.native == left else None)
        if post.native != edited
        else replace(post, edited=(at, f"{post.text}، وتحسّن كل شيء"), deleted=None)
        for post in world.posts
    ]
    return World(world.end, tuple(posts), world.faults, world.left, world.cast), left, edited


def review(post: Post) -> bool:
    return post.rating is not None


async def settled(site: AtSite) -> None:
    """Once nothing more is asked for."""
    asked, still = -1, 0
    async with asyncio.timeout(90):
        while still < 40:
            await asyncio.sleep(0.02)
            still = still + 1 if len(site.urls.journal) == asked else 0
            asked = len(site.urls.journal)


async def later(site: AtSite, span: timedelta, step: timedelta = timedelta(hours=3)) -> None:
    """Lets ``span`` pass, all that falls due done on the way."""
    for _ in range(int(span / step)):
        await site.clock.advance(step.total_seconds())
        await settled(site)


async def standing(site: AtSite) -> dict[str, dict[str, Any]]:
    """Rows that are not gone, by native id."""
    return {row["native_id"]: row for row in await site.rows() if row["gone_at"] is None}


async def measured(site: AtSite) -> dict[tuple[str, str | None], list[float]]:
    """Values by (measure, period), in order of time."""
    rows = sorted(await site.rows(t.figures), key=lambda row: row["as_of"])
    found: dict[tuple[str, str | None], list[float]] = {}
    for row in rows:
        found.setdefault((row["measure"], row["period"]), []).append(row["value"])
    return found


def remembered(monkeypatch: pytest.MonkeyPatch, name: str) -> list[Any]:
    """The sites ``name``, in the order in which they are opened; others are served beside them."""
    found: list[Any] = []
    real = sites.open_site

    def opening(of: str, *given: Any) -> Any:
        site = real(of, *given)
        if of == name:
            found.append(site)
        return site

    monkeypatch.setattr("listener.demo.servers.open_site", opening)
    return found

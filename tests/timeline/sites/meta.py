"""What the tests of the collector over Meta's simulated networks share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from listener.demo.posts import Post
from listener.demo.world import World, make_world
from listener.networks import NETWORKS, load
from listener.store import tables as t
from tests.timeline.at_sites import END, AtSite

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def root(post: Post) -> Post:
    while post.reply_to is not None:
        post = post.reply_to
    return post


def comment(post: Post) -> bool:
    """What other people write under the brand's posts."""
    return post.reply_to is not None and not post.own and root(post).own


def own(post: Post) -> bool:
    return post.own and post.rating is None


def ending(name: str, at: datetime) -> World:
    """The week as it stands at ``at``: what comes later is still to come."""
    made = make_world(END, sites=[name])
    return World(at, made.posts, (), made.left, made.cast)


def before_a_deletion(name: str, wanted: Callable[[Post], bool]) -> tuple[World, Post]:
    """The world an hour before one that is ``wanted`` is deleted, and that one."""
    made = ending(name, END)
    lost = next(p for p in made.posts if p.network == name and wanted(p) and not p.deleted)
    at = lost.at + 4 * HOUR
    posts = tuple(replace(p, deleted=at) if p is lost else p for p in made.posts)
    return replace(made, posts=posts, end=at - HOUR), lost


async def settled(site: AtSite, *, children: bool = True) -> None:
    """Once all that is due has been done: every read sleeps, so does who asks when the token ends
    (where the network tells), and nothing more is asked for. ``children``: whether pages have asked
    for reads."""
    asked, still = -1, 0
    watched = hasattr(load(NETWORKS[site.name]), "expiry_request")
    async with asyncio.timeout(300):
        while still < 4:
            reads = [row for row in await site.rows(t.cursors) if row["parent"] is None]
            await site.clock.settled(len(reads) + watched + children)
            await asyncio.sleep(0.02)
            still = still + 1 if reads and len(site.urls.journal) == asked else 0
            asked = len(site.urls.journal)


async def later(
    site: AtSite, span: timedelta, step: timedelta = timedelta(minutes=30), *, children: bool = True
) -> None:
    """Lets ``span`` pass, all that falls due done on the way."""
    for _ in range(int(span / step)):
        await site.clock.advance(step.total_seconds())
        await settled(site, children=children)


async def cursors(site: AtSite) -> dict[str, dict[str, Any]]:
    return {row["read"]: row for row in await site.rows(t.cursors)}


async def measured(site: AtSite) -> dict[tuple[str, str], float]:
    """The newest value by (post, measure); post "" for the account."""
    rows = sorted(await site.rows(t.figures), key=lambda row: row["as_of"])
    return {(row["post_id"], row["measure"]): row["value"] for row in rows}


def asked(site: AtSite, *words: str) -> list[str]:
    """Addresses that hold all of ``words``."""
    return [path for _name, path, _status in site.urls.journal if all(w in path for w in words)]

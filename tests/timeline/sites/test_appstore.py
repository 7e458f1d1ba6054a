"""The collector over Apple's feed of customer reviews, simulated with its oddities."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from listener.demo.sites.appstore import APP, COUNTRIES
from listener.demo.world import Fault
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import END, at_site
from tests.timeline.sites.places import (
    DAY,
    RECENT,
    later,
    lived,
    remembered,
    review,
    settled,
    standing,
)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The site, once it is open."""
    return remembered(monkeypatch, "appstore")


async def test_what_the_stores_show_is_what_is_stored(db: Database) -> None:
    async with at_site(db, "appstore", accounts=()) as site:
        await settled(site)
        await later(site, timedelta(hours=3))  # the second walk of "refresh" goes through it all
        rows, shown = await standing(site), site.written(review)
        assert rows.keys() == shown.keys()
        for key, row in rows.items():
            post = shown[key]
            assert row["text"].split() == post.text_at(END).split()
            assert (row["rating"], row["kind"], row["likes"]) == (post.rating, "review", post.likes)
            assert row["author_name"] == post.author.name
            store = COUNTRIES[int(key) % 2]
            assert row["url"] == f"https://apps.apple.com/{store}/app/id{APP}?see-all=reviews"


async def test_figures_are_each_stores_own(db: Database) -> None:
    async with at_site(db, "appstore", accounts=()) as site:
        await settled(site)
        rows = await site.rows(t.figures)
        shown = site.written(review)
        for number, country in enumerate(COUNTRIES):
            of = [post.rating or 0 for key, post in shown.items() if int(key) % 2 == number]
            told = {r["measure"]: r["value"] for r in rows if r["account"] == f"{country}/{APP}"}
            assert told == {"rating": round(sum(of) / len(of), 1), "reviews": 100 * len(of)}


async def test_a_page_that_is_empty_now_and_then_loses_nothing(
    db: Database, opened: list[Any]
) -> None:
    world = lived("appstore")
    async with at_site(db, "appstore", accounts=(), world=world) as site:
        opened[0].flaky = True
        await settled(site)
        opened[0].flaky = False
        await later(site, timedelta(hours=3))
        now = site.clock.now()
        recent = {k for k, p in site.written(review).items() if p.at > now - RECENT}
        assert recent <= (await standing(site)).keys()


async def test_apples_403_is_a_limit_and_what_came_meanwhile_is_read_later(db: Database) -> None:
    fault = Fault("appstore", "limited", END - DAY, END - DAY + timedelta(hours=2))
    world = lived("appstore", fault)
    async with at_site(db, "appstore", accounts=(), world=world, faults=(fault,)) as site:
        await settled(site)
        states = {row["state"] for row in await site.rows(t.cursors)}
        assert states <= {"unreachable", "waiting"}  # not refused: nobody has to do anything
        assert not await standing(site)
        await later(site, timedelta(hours=6))
        assert len(await standing(site)) > 5

"""The collector over a simulated Google Business Profile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.demo.review_posts import answer, average, reviews
from listener.demo.sites import google_business as place
from listener.demo.world import Fault
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import END, at_site
from tests.timeline.sites.places import (
    DAY,
    RECENT,
    changing,
    later,
    lived,
    measured,
    remembered,
    review,
    settled,
    standing,
)

NAME = "google_business"


async def test_what_the_place_shows_is_what_is_stored(db: Database) -> None:
    async with at_site(db, NAME, accounts=()) as site:
        await settled(site)
        rows, shown = await standing(site), site.written(review)
        assert rows.keys() <= shown.keys()
        assert rows.keys() >= {key for key, post in shown.items() if post.at > END - RECENT}
        assert len(rows) > 5
        for key, row in rows.items():
            post = shown[key]
            assert (row["text"], row["rating"]) == (post.text_at(END), post.rating)
            assert (row["kind"], row["created_at"]) == ("review", post.at)
            assert (row["author_name"], row["author_id"]) == (post.author.name, None)
            assert row["ref"] == f"{place.PLACE}/reviews/{key}"


async def test_our_answers_are_own_posts_and_figures_those_of_the_place(db: Database) -> None:
    async with at_site(db, NAME, accounts=()) as site:
        await settled(site)
        await later(site, timedelta(hours=3))
        shown = site.written(review)
        answered = {f"{key}/reply" for key, post in shown.items() if answer(post, site.clock.now())}
        ours = {row["native_id"]: row for row in await site.rows(t.own_posts)}
        assert ours.keys() == answered
        assert all(row["parent_id"] == key.removesuffix("/reply") for key, row in ours.items())
        found = reviews(site.world, NAME, END)
        told = await measured(site)
        assert told["rating", "lifetime"][-1] == average(found)
        assert told["reviews", "lifetime"][-1] == len(found)
        days = [(END - timedelta(days=n)).date() for n in range(10, 2, -1)]
        metrics = [m for m in METRICS if "IMPRESSIONS" in m]
        there = [day for day in days if sum(place.seen(m, day) for m in metrics)]
        assert told["impressions", "day"] == [
            sum(place.seen(m, day) for m in metrics) for day in there
        ]
        assert told["calls", "day"] == [
            place.seen("CALL_CLICKS", day) for day in days if place.seen("CALL_CLICKS", day)
        ]  # a day without a value is no nought


METRICS = (
    "BUSINESS_IMPRESSIONS_DESKTOP_MAPS", "BUSINESS_IMPRESSIONS_DESKTOP_SEARCH",
    "BUSINESS_IMPRESSIONS_MOBILE_MAPS", "BUSINESS_IMPRESSIONS_MOBILE_SEARCH",
)  # fmt: skip


async def test_a_review_that_is_gone_there_is_gone_here_and_edits_are_followed(
    db: Database,
) -> None:
    world, left, edited = changing(NAME)
    async with at_site(db, NAME, accounts=(), world=world) as site:
        await settled(site)
        before = await standing(site)
        assert before.keys() >= {left, edited}
        await later(site, DAY)
        shown, rows = site.written(review), await standing(site)
        assert before.keys() - rows.keys() == {left}
        assert rows[edited]["revision"] == 2
        assert all(row["text"] == shown[key].text_at(END) for key, row in rows.items())


async def test_a_place_that_is_ours_no_longer_takes_nothing_with_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = remembered(monkeypatch, NAME)
    async with at_site(db, NAME, accounts=()) as site:
        await settled(site)
        before = await standing(site)
        opened[0].lost = True
        await later(site, DAY)
        assert (await standing(site)).keys() == before.keys()
        states = {row["read"]: row["state"] for row in await site.rows(t.cursors)}
        assert set(states.values()) == {"refused"}


async def test_an_hour_of_limits_loses_nothing(db: Database) -> None:
    fault = Fault(NAME, "limited", END - DAY, END - DAY + timedelta(hours=1))
    async with at_site(db, NAME, accounts=(), world=lived(NAME, fault), faults=(fault,)) as site:
        await settled(site)
        assert not await standing(site)
        await later(site, timedelta(hours=3))
        now = site.clock.now()
        shown = {k for k, p in site.written(review).items() if p.at > now - RECENT}
        assert shown <= (await standing(site)).keys()


async def test_a_token_that_is_refused_reads_nothing(db: Database) -> None:
    async with at_site(db, NAME, accounts=(), options={"token": "another"}) as site:
        await settled(site)
        assert not await site.rows()
        assert {row["state"] for row in await site.rows(t.cursors)} == {"refused"}


async def test_a_section_as_a_user_writes_it_is_signed_in_by_its_refresh_token(
    db: Database,
) -> None:
    async with at_site(db, NAME, accounts=(), options={"token": "", **place.CLIENT}) as site:
        await settled(site)
        now = site.clock.now()
        shown = {k for k, p in site.written(review).items() if p.at > now - RECENT}
        assert shown <= (await standing(site)).keys()

"""The collector over simulated reviews of Google Play."""

from __future__ import annotations

from datetime import timedelta

from listener.demo.review_posts import answer
from listener.demo.sites import googleplay
from listener.demo.world import Fault
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import END, at_site
from tests.timeline.sites.places import DAY, changing, later, lived, review, settled, standing


async def test_the_week_that_the_app_shows_is_what_is_stored(db: Database) -> None:
    async with at_site(db, "googleplay", accounts=()) as site:
        await settled(site)
        await later(site, timedelta(hours=3))  # the second walk of "own_posts" is the whole week
        rows, shown = await standing(site), site.written(review)
        assert rows.keys() == shown.keys()
        for key, row in rows.items():
            post = shown[key]
            assert (row["text"], row["rating"]) == (post.text_at(END), post.rating)
            assert (row["likes"], row["author_name"]) == (post.likes, post.author.name)
        answered = {f"{key}/reply" for key, post in shown.items() if answer(post, site.clock.now())}
        ours = {row["native_id"]: row for row in await site.rows(t.own_posts)}
        assert ours.keys() == answered
        assert {row["parent_id"] for row in ours.values()} <= shown.keys()


async def test_an_edit_is_followed_and_a_deletion_is_not_guessed(db: Database) -> None:
    world, left, edited = changing("googleplay")
    async with at_site(db, "googleplay", accounts=(), world=world) as site:
        await settled(site)
        before = await standing(site)
        assert before.keys() >= {left, edited}
        await later(site, DAY)
        rows, shown = await standing(site), site.written(review)
        assert left in rows.keys() - shown.keys()  # the API tells of no deletion
        assert rows[edited]["revision"] == 2
        assert all(rows[key]["text"] == post.text_at(END) for key, post in shown.items())


async def test_limits_wait_and_lose_nothing(db: Database) -> None:
    fault = Fault("googleplay", "limited", END - DAY, END - DAY + timedelta(hours=1))
    world = lived("googleplay", fault)
    async with at_site(db, "googleplay", accounts=(), world=world, faults=(fault,)) as site:
        await settled(site)
        assert not await standing(site)
        await later(site, timedelta(hours=6))
        assert (await standing(site)).keys() >= site.written(review).keys()


async def test_another_apps_reviews_are_not_ours_to_read(db: Database) -> None:
    options = {"packages": ["com.other.app"]}
    async with at_site(db, "googleplay", accounts=(), options=options) as site:
        await settled(site)
        assert not await site.rows()
        assert "gone" not in {row["state"] for row in await site.rows(t.cursors)}
        told = " ".join(row["why"] or "" for row in await site.rows(t.cursors))
        assert "Package not found" in told
        assert googleplay.TOKEN not in told

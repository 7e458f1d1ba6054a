"""The collector over a simulated Pinterest: the brand's pins and numbers."""

from __future__ import annotations

from datetime import timedelta

from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.posts import Post
from listener.demo.sites.pinterest import Site, _pin, seen_times
from listener.demo.world import Fault, make_world
from listener.store import tables as t
from listener.store.session import Database
from tests.listener.demo.test_servers import same, shape
from tests.listener.networks.recorded import body
from tests.timeline.at_sites import END, at_site
from tests.timeline.sites.meta import HOUR, cursors, later, measured, settled

WEEK = timedelta(days=9)


def pin(post: Post) -> bool:
    return post.own and post.reply_to is None


async def test_the_brands_pins_and_their_numbers_are_what_is_stored(db: Database) -> None:
    async with at_site(db, "pinterest", first=WEEK, options={"limit": 3}) as site:
        await settled(site, children=False)
        written = site.written(pin)
        assert len(written) > 5
        assert {row["native_id"] for row in await site.rows(t.own_posts)} == written.keys()
        told = await measured(site)
        for key, post in written.items():
            assert (told[key, "likes"], told[key, "comments"]) == (post.likes, post.replies)
            assert told[key, "impressions"] == seen_times(post)
            assert (told[key, "clicks"], told[key, "link_clicks"]) == (post.shares, 3)
        account = {measure: value for (post_id, measure), value in told.items() if not post_id}
        assert account == {
            "followers": BRAND_PERSON.followers, "following": 31, "posts": len(written),
            "views": 150_233,
        }  # fmt: skip


async def test_a_limit_is_waited_out_and_nothing_is_lost(db: Database) -> None:
    fault = Fault("pinterest", "limited", END, END + HOUR)
    async with at_site(db, "pinterest", first=WEEK, faults=(fault,)) as site:
        await settled(site, children=False)
        assert {row["state"] for row in (await cursors(site)).values()} == {"waiting"}
        await later(site, 2 * HOUR, children=False)
        assert {row["native_id"] for row in await site.rows(t.own_posts)} == (
            site.written(pin).keys()
        )


async def test_a_token_that_is_refused_is_told(db: Database) -> None:
    async with at_site(db, "pinterest", options={"token": "pina_another"}) as site:
        await settled(site, children=False)
        states = (await cursors(site)).values()
        assert {row["state"] for row in states} == {"refused"}
        assert not await site.rows(t.figures)


def test_the_site_tells_the_described_fields() -> None:
    site = Site(make_world(END, sites=["pinterest"]), lambda: END)
    told = shape([_pin(post, END, metrics=True) for post in site.pins()])
    recorded = shape(body("pinterest/pins_first.json")["items"][:1])
    # A pin that was saved has its saves; nobody saves in the world.
    assert same(recorded, told) == [".pin_metrics.lifetime_metrics.save"]

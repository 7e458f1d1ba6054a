"""The collector over a simulated Snapchat: nothing but the own profile's numbers."""

from __future__ import annotations

import pytest

from listener.demo.elsewhere import BRAND_PERSON
from listener.demo.sites.snapchat import Site
from listener.store import tables as t
from listener.store.session import Database
from tests.timeline.at_sites import at_site
from tests.timeline.sites.meta import HOUR, asked, cursors, later, measured, settled


async def test_the_profiles_numbers_are_stored_and_nothing_else(db: Database) -> None:
    async with at_site(db, "snapchat") as site:
        await settled(site, children=False)
        assert await measured(site) == {
            ("", "followers"): BRAND_PERSON.followers, ("", "views"): 733_012,
            ("", "reach"): 91_230, ("", "shares"): 441, ("", "story_views"): 512_000,
            ("", "interactions"): 12_033,
        }  # fmt: skip
        assert not await site.rows()
        assert not await site.rows(t.own_posts)
        await later(site, 7 * HOUR, children=False)
        assert len(asked(site, "/stats")) == 2


async def test_an_app_that_is_not_on_the_allowlist_is_told_so(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "allowed", False)
    async with at_site(db, "snapchat") as site:
        await settled(site, children=False)
        states = (await cursors(site)).values()
        assert "ok" not in {row["state"] for row in states}
        assert all("may not read this" in row["why"] for row in states)
        assert not await site.rows(t.figures)

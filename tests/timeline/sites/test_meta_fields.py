"""Meta's simulated networks speak with the fields of recorded answers."""

from __future__ import annotations

from typing import Any

import pytest

from listener.demo.sites import open_site
from listener.demo.sites.facebook import PAGE
from listener.demo.sites.instagram import USER
from listener.demo.world import make_world
from listener.networks.facebook.items import COMMENT, POST
from listener.networks.instagram.items import COMMENTS, OWN
from tests.listener.networks.recorded import body
from tests.timeline.at_sites import END


def keys(items: list[dict[str, Any]]) -> set[str]:
    return set().union(*(set(item) for item in items))


@pytest.mark.parametrize(
    ("name", "path", "below", "fields", "recorded", "further"),
    [
        ("instagram", f"{USER}/media", "", OWN, "own_media", {"username", "media_product_type"}),
        ("instagram", f"{USER}/media", "comments", COMMENTS, "threads", {"parent_id", "user"}),
        ("facebook", f"{PAGE}/feed", "", POST, "feed_first", set()),
        ("facebook", f"{PAGE}/feed", "comments", COMMENT, "comments_first", {"from"}),
    ],
)
def test_a_site_shows_the_fields_that_a_recorded_answer_has(
    name: str, path: str, below: str, fields: str, recorded: str, further: set[str]
) -> None:
    site: Any = open_site(name, make_world(END, sites=[name]), lambda: END)
    shown = site.answer(path, {"fields": fields})
    if below:
        posts = [post["id"] for post in shown]
        shown = [one for post in posts for one in site.answer(f"{post}/{below}", {})]
    known = keys(body(f"{name}/{recorded}.json")["data"])
    asked = {field.partition(".")[0].partition("{")[0] for field in fields.split(",")}
    assert known - {"attachments"} <= keys(shown) | {"replies"}
    assert keys(shown) <= known | further | asked

"""What is looked for is asked for as people write it, where a network keeps spellings apart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.collecting.room import within
from listener.networks import build
from listener.networks.base import Read
from listener.records import Query

QUERY = Query("b", '"قهوة النخلة" OR #أمطار_جدة OR stc')


def targets(name: str, kind: str) -> set[str | None]:
    return {r.target for r in build(name, {}).reads([QUERY], []) if r.kind == kind}


@pytest.mark.parametrize("name", ["bluesky", "hackernews"])
def test_a_search_is_sent_as_the_brand_writes_it_and_as_people_do(name: str) -> None:
    assert {'"قهوة النخلة"', '"قهوه النخله"', "stc"} <= targets(name, "search")


def test_a_hashtag_is_read_in_its_spellings() -> None:
    assert targets("bluesky", "hashtag") == {
        "أمطار_جدة", "امطار_جده", "أمطار_جده", "امطار_جدة", "أمطارجدة", "امطارجده", "أمطارجده",
        "امطارجدة",
    }  # fmt: skip


def test_a_hashtag_is_asked_for_with_the_underscore_that_a_keyword_tells() -> None:
    reads = build("bluesky", {}).reads([Query("b", '"قهوة النخلة"')], ["قهوةالنخلة"])
    assert "قهوة_النخلة" in {r.target for r in reads if r.kind == "hashtag"}


def test_mastodon_is_asked_for_five_spellings_in_one_request() -> None:
    mastodon = build("mastodon", {})
    first, second = (r for r in mastodon.reads([], ["أمطار_جدة"]) if r.kind == "hashtag")
    asked = mastodon.request(first, credential=None, since=None, page=None)
    assert asked.url.path.endswith("/tag/أمطار_جدة")
    told = asked.url.params.get_list("any[]")
    assert len(told) == 4
    assert {"أمطارجدة", "امطار_جده", "امطارجده"} <= set(told)
    assert (first.spelling, second.spelling) == (0, 1)
    (only,) = mastodon.reads([], ["stc"])
    assert "any[]" not in mastodon.request(only, credential=None, since=None, page=None).url.params


def test_spellings_take_the_room_that_the_pace_leaves_the_likely_ones_first() -> None:
    reads = [Read("search", f"{n}.{s}", None, s) for n in range(10) for s in range(4)]
    kept = within(reads, rate=1.0, every=timedelta(minutes=1))  # room for 30
    assert [r.target for r in kept if r.spelling < 3] == [r.target for r in reads if r.spelling < 3]
    assert len(kept) == 30
    assert kept == [read for read in reads if read in kept]
    crowded = within(reads, rate=0.1, every=timedelta(seconds=1))  # a minute all the same: 3
    assert [r.spelling for r in crowded] == [0] * 10


def test_a_spelling_that_is_another_terms_own_is_kept_as_that() -> None:
    query = Query("b", '"قهوة النخلة" OR "قهوه النخله"')
    reads = build("bluesky", {}).reads([query], [])
    assert {r.target: r.spelling for r in reads} == {'"قهوة النخلة"': 0, '"قهوه النخله"': 0}

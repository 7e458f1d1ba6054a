"""Time slices instead of pages, and the two kinds of hits."""

from __future__ import annotations

from listener.networks.base import Page
from listener.networks.hackernews import HackerNews
from tests.listener.networks.pages.hackernews import HACKERNEWS
from tests.listener.networks.recorded import SEARCH, answer, body, of_json


def test_the_fields_of_a_story_and_a_comment() -> None:
    story, comment = HACKERNEWS.parse(answer("hackernews/search_first.json"), SEARCH, None).mentions
    assert story.text == "Show HN: I scraped the opening hours of every Rashfan branch"
    assert (story.kind, story.media, story.thread_id) == ("post", ("link",), None)
    assert (story.engagement.likes, story.engagement.replies) == (17, 1)
    assert comment.text == (
        'Rashfan\'s app did that to me twice.\nPoints gone after an update, support says "wait".'
    )
    assert (comment.kind, comment.parent_id, comment.thread_id) == (
        "comment",
        "48000001",
        "47990000",
    )
    assert comment.engagement.likes is None
    assert comment.url == "https://news.ycombinator.com/item?id=48000077"


def test_since_and_older_are_times_with_an_overlap() -> None:
    page = HACKERNEWS.parse(answer("hackernews/search_first.json"), SEARCH, None)
    assert (page.newest, page.older) == ("1795338724", "1795338164")
    request = HACKERNEWS.request(SEARCH, credential=None, since=page.newest, page=page.older)
    assert request.url.params["numericFilters"] == (
        "created_at_i>=1795338124,created_at_i<=1795338164"
    )
    assert request.url.path == "/api/v1/search_by_date"


def test_slices_reach_every_hit_far_beyond_the_cap_and_end() -> None:
    stamps = sorted([1_795_000_000 + n // 3 for n in range(90)], reverse=True)
    network, seen, page, turns = HackerNews(limit=7), set(), None, 0
    sample = body("hackernews/search_first.json")
    while True:
        turns += 1
        assert turns < 60, "the walk must end"
        inside = [(n, t) for n, t in enumerate(stamps) if page is None or t <= int(page)]
        hits = [{**sample["hits"][0], "objectID": str(n), "created_at_i": t} for n, t in inside[:7]]
        answer: Page = network.parse(
            of_json({**sample, "hits": hits, "nbHits": len(inside)}), SEARCH, None
        )
        seen |= {mention.id for mention in answer.mentions}
        if answer.older is None:
            break
        assert page is None or int(answer.older) < int(page) or len(hits) == 7
        page = answer.older
    assert len(seen) == 90


def test_a_page_of_one_second_steps_over_it() -> None:
    sample = body("hackernews/search_first.json")
    hits = [
        {**sample["hits"][0], "objectID": str(n), "created_at_i": 1_795_000_000} for n in (1, 2)
    ]
    page = HACKERNEWS.parse(of_json({**sample, "hits": hits, "nbHits": 9}), SEARCH, None)
    assert page.older == "1794999999"

"""What only Mastodon does: boosts, handles, Link paging, uri against server id."""

from __future__ import annotations

import httpx

from listener.networks.base import Read
from listener.networks.mastodon import OVERLAP, Mastodon
from listener.records import Query
from tests.listener.networks.pages.mastodon import MASTODON, TAG
from tests.listener.networks.recorded import SEARCH, answer, body, of_json


def test_the_fields_of_a_recorded_status() -> None:
    page = MASTODON.parse(answer("mastodon/tag_first.json"), TAG, None)
    first = page.mentions[0]
    assert first.id == "https://rstats.me/users/simonpcouch/statuses/114870142137562212"
    assert first.url == "https://rstats.me/@simonpcouch/114870142137562212"
    assert first.text.startswith("After a month or so of not using Claude Code much")
    assert "#rstats package" in first.text
    assert first.text.endswith("https://www.simonpcouch.com/blog/2025-07-17-claude-code-2/")
    assert first.author is not None
    assert first.author.handle == "simonpcouch@rstats.me"
    assert first.author.followers == 656
    assert first.hashtags == ("rstats",)
    assert first.media == ("photo",)
    assert (first.engagement.likes, first.engagement.views) == (1, None)
    assert page.newest == "114870142263126875"
    assert page.older == "114869144097749491" or page.older is not None


def test_older_is_the_max_id_of_the_link_header_and_never_an_address() -> None:
    page = MASTODON.parse(answer("mastodon/tag_first.json"), TAG, None)
    assert page.older == "114869144097749491"
    request = MASTODON.request(TAG, credential=None, since=None, page=page.older)
    assert request.url.params["max_id"] == page.older
    assert request.url.host == "fosstodon.org"


def test_since_is_moved_back_by_the_overlap_in_snowflake_time() -> None:
    request = MASTODON.request(TAG, credential=None, since="114870142263126875", page=None)
    moved = int(request.url.params["since_id"])
    assert (114870142263126875 - moved) >> 16 == OVERLAP.total_seconds() * 1000
    foreign = MASTODON.request(TAG, credential=None, since="AbcFlake12", page=None)
    assert foreign.url.params["since_id"] == "AbcFlake12"


def test_a_boost_is_the_status_it_carries() -> None:
    carried = body("mastodon/tag_first.json")[0]
    boost = {**carried, "id": "114870142263126999", "uri": "https://m.example/boost/1"}
    boost |= {"content": "", "reblog": carried}
    page = MASTODON.parse(of_json([boost]), TAG, None)
    assert page.mentions[0].id == carried["uri"]
    assert page.newest == boost["id"]


def test_a_local_handle_gets_the_host() -> None:
    local = Mastodon(api_url="http://localhost:3000")
    mention = local.parse(answer("mastodon/tag_single_4_5.json"), TAG, None).mentions[0]
    assert mention.author is not None
    assert mention.author.handle == "mastodonpy_test_2@localhost:3000"


def test_a_parent_on_the_same_page_is_named_by_its_uri() -> None:
    mentions = MASTODON.parse(answer("mastodon/context_replies.json"), TAG, None).mentions
    assert mentions[0].kind == "reply"
    assert any(m.parent_id in {other.id for other in mentions} for m in mentions)
    assert mentions[0].parent_id == "fosstodon.org:114026814291152535"


def test_a_content_warning_is_part_of_the_text() -> None:
    raw = body("mastodon/tag_single_4_5.json")
    raw[0]["spoiler_text"] = "تحذير"
    assert MASTODON.parse(of_json(raw), TAG, None).mentions[0].text == "تحذير\n#hoot (hashtag toot)"


def test_an_item_without_an_id_is_skipped_and_counted() -> None:
    raw = body("mastodon/tag_first.json")
    del raw[1]["uri"]
    raw.append("not a status")
    page = MASTODON.parse(of_json(raw), TAG, None)
    assert (len(page.mentions), page.skipped) == (2, 2)


def test_words_become_tags_and_phrases_do_not() -> None:
    reads = MASTODON.reads(
        [Query("b", '(زين OR "زين السعودية" OR @ZainKSA) NOT كرة')], ["#عالم_جميل"]
    )
    assert [read.target for read in reads] == ["عالم_جميل", "زين"]
    request = MASTODON.request(reads[0], credential=None, since=None, page=None)
    assert request.url.path == "/api/v1/timelines/tag/عالم_جميل"
    assert str(request.url).isascii()


def test_with_a_token_words_are_searched_too() -> None:
    searching = Mastodon(api_url="https://m.example/api/", searching=True)
    read = next(r for r in searching.reads([Query("b", '"رشفان جدة"')], []) if r.kind == "search")
    request = searching.request(read, credential=None, since="5", page="3")
    assert request.url.path == "/api/v2/search"
    assert dict(request.url.params) == {
        "limit": "40", "max_id": "3", "min_id": "5", "q": '"رشفان جدة"', "type": "statuses",
    }  # fmt: skip


def test_a_full_search_page_names_its_oldest_id() -> None:
    raw = {"statuses": body("mastodon/tag_first.json")}
    page = MASTODON.parse(of_json(raw), SEARCH, None)
    assert page.older == min((s["id"] for s in raw["statuses"]), key=int)


def test_an_empty_page_ends_the_walk_even_with_a_link() -> None:
    link = '<https://fosstodon.org/api/v1/timelines/tag/x?max_id=1>; rel="next"'
    page = MASTODON.parse(httpx.Response(200, headers={"link": link}, content=b"[]"), TAG, None)
    assert (page.mentions, page.older, page.newest) == ((), None, None)


def test_read_kinds_other_than_hashtag_search() -> None:
    request = MASTODON.request(Read("search", "x"), credential=None, since=None, page=None)
    assert request.url.path == "/api/v2/search"

"""What only Reddit does: things of several kinds, deleted texts, nested comments, its inbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from listener.networks import build
from listener.networks.base import BadPage, Page, Read, Refused, Wait
from listener.networks.failures import pause
from listener.networks.reddit import ABOUT, Reddit
from listener.records import (
    Account,
    Author,
    Beside,
    Credential,
    Engagement,
    Figure,
    Mention,
    Query,
)
from tests.listener.networks.pages.reddit import COMMUNITY, INBOX, OWN, POSTS, REDDIT, THREAD, WORDS
from tests.listener.networks.recorded import DATE, QUERY, answer, body, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
TOKEN = Credential("reddit", {"token": "eyJ-secret"})


def ask(read: Read, *, since: str | None = None, page: str | None = None) -> httpx.Request:
    return REDDIT.request(read, credential=TOKEN, since=since, page=page)


def test_the_fields_of_two_recorded_posts() -> None:
    page = REDDIT.parse(answer("reddit/search_last.json"), WORDS, None)
    first, second, _third = page.mentions
    assert first == Mention(
        "reddit",
        "t3_3gpbiu",
        first.text,
        datetime(2015, 8, 12, 9, 8, 34, tzinfo=UTC),
        url="https://www.reddit.com/r/redditdev/comments/3gpbiu/"
        "prawoauth2util_problem_using_get_banned_raise/",
        author=Author("reddit", None, "dClauzel", "dClauzel"),
        engagement=Engagement(0, 21, as_of=SEEN),
    )
    assert first.text.startswith("[PRAW][OAuth2Util] Problem using get_banned()")
    assert "\nsolved" in first.text.replace("# ", "")
    assert (second.id, second.engagement.replies) == ("t3_3x4kt2", 5)
    assert page.newest == "1450299786"


def test_the_fields_of_two_recorded_comments() -> None:
    page = REDDIT.parse(answer("reddit/comments.json"), COMMUNITY, None)
    first, second, third = page.mentions
    assert first == Mention(
        "reddit",
        "t1_dgauydy",
        "i lick it",
        datetime(2017, 4, 15, 16, 48, 28, tzinfo=UTC),
        url="https://www.reddit.com/comments/654eqk/_/dgauydy/",
        author=Author("reddit", None, "butt_woman", "butt_woman"),
        kind="reply",
        parent_id="t1_dg7dqfd",
        thread_id="t3_654eqk",
        engagement=Engagement(2, None, as_of=SEEN),  # its num_comments is its post's
    )
    assert (second.kind, second.parent_id) == ("reply", "t1_dg7dqfd")
    assert (third.kind, third.parent_id) == ("comment", "t3_654eqk")
    assert third.mentions == ("butt_woman",)


def test_what_is_said_to_us_in_the_inbox_knows_its_thread_and_private_messages_are_left_out() -> (
    None
):
    page = REDDIT.parse(answer("reddit/inbox_mixed.json"), INBOX, None)
    first, _second = page.mentions
    assert first.id == "t1_ekftbox"
    assert first.author == Author("reddit", "t2_3efd9zdo", "2Botter2Loop", "2Botter2Loop")
    assert (first.parent_id, first.thread_id) == ("t3_bb24k7", "t3_bb24k7")
    assert (first.url or "").endswith("/ekftbox/")
    assert "?" not in (first.url or "")
    assert page.skipped == 0
    (reply,) = REDDIT.parse(answer("reddit/inbox_last.json"), INBOX, None).mentions
    assert (reply.kind, reply.thread_id) == ("reply", "t3_1j7g9uj")


def test_deleted_removed_and_whoever_left_are_gone_whatever_the_text_says() -> None:
    keys = ["t3_1cross", "t3_1del", "t3_1rem", "t1_1ok", "t1_1rem", "t1_1user", "t3_1never"]
    page = REDDIT.parse_reread(answer("reddit/info.json"), keys)
    assert [mention.id for mention in page.mentions] == ["t3_1cross", "t1_1ok"]
    assert set(page.gone) == {"t3_1del", "t3_1rem", "t1_1rem", "t1_1user", "t3_1never"}
    assert page.skipped == 0
    assert not any("[deleted]" in m.text or "[removed]" in m.text for m in page.mentions)


def test_a_link_that_moderators_removed_has_no_text_to_say_so_and_is_gone_all_the_same() -> None:
    raw = body("reddit/info.json")
    told = {"selftext": "", "is_self": False, "removed_by_category": "moderator"}
    raw["data"]["children"][0]["data"] |= told
    page = REDDIT.parse_reread(of_json(raw), ["t3_1cross"])
    assert "t3_1cross" in page.gone
    assert "t3_1cross" not in {mention.id for mention in page.mentions}


def test_a_crosspost_shows_what_it_passes_on_beside_its_title() -> None:
    page = REDDIT.parse(answer("reddit/info.json"), WORDS, None)
    assert page.mentions[0].text == "شوفوا هذي التجربة"
    quoted = "تجربتي مع رشفان\nالقهوة باردة والطلب تأخر ساعة"
    assert page.mentions[0].beside == (Beside("quoted", quoted),)
    raw = body("reddit/info.json")
    raw["data"]["children"][0]["data"]["crosspost_parent_list"][0]["selftext"] = "[removed]"
    assert REDDIT.parse(of_json(raw), WORDS, None).mentions[0].beside == ()


@pytest.mark.parametrize("edited", [False, 1795377400.0, None, "yes"])
def test_edited_is_false_or_a_time_and_no_matter(edited: object) -> None:
    raw = body("reddit/info.json")
    raw["data"]["children"][3]["data"]["edited"] = edited
    mention = REDDIT.parse(of_json(raw), WORDS, None).mentions[1]
    assert mention.created_at == datetime(2026, 11, 22, 19, 51, 40, tzinfo=UTC)


def test_a_hidden_or_negative_score_is_unknown() -> None:
    raw = body("reddit/info.json")
    raw["data"]["children"][3]["data"] |= {"score_hidden": True}
    raw["data"]["children"][0]["data"] |= {"score": -4}
    likes = [m.engagement.likes for m in REDDIT.parse(of_json(raw), WORDS, None).mentions]
    assert likes == [None, None]


def test_comments_below_comments_are_read_too_and_folded_ones_are_no_fault() -> None:
    page = REDDIT.parse(answer("reddit/thread.json"), THREAD, None)
    assert [(m.kind, m.parent_id) for m in page.mentions] == [
        ("comment", "t3_2gmzqe"),
        ("reply", page.mentions[0].id),
    ]
    raw = body("reddit/thread.json")
    raw[1]["data"]["children"].append({"kind": "more", "data": {"count": 7, "children": ["x"]}})
    again = REDDIT.parse(of_json(raw), THREAD, None)
    assert (again.mentions, again.skipped, again.newest) == (page.mentions, 0, None)


def test_comments_nested_without_end_are_read_to_a_bound() -> None:
    def nested(depth: int) -> Any:
        inner = nested(depth - 1) if depth else ""
        said = {"id": f"c{depth}", "body": "x", "created_utc": 1.6e9, "replies": inner}
        return {"kind": "Listing", "data": {"children": [{"kind": "t1", "data": said}]}}

    empty = {"kind": "Listing", "data": {"children": []}}
    page = REDDIT.parse(of_json([empty, nested(120)]), THREAD, None)
    assert 50 <= len(page.mentions) <= 52


def test_posts_that_talk_ask_for_their_comments_and_a_community_does_not() -> None:
    page = REDDIT.parse(answer("reddit/new_first.json"), WORDS, None)
    assert page.more == tuple(Read("replies", m.id, QUERY) for m in page.mentions)
    raw = body("reddit/new_first.json")
    raw["data"]["children"][0]["data"]["num_comments"] = 0
    assert len(REDDIT.parse(of_json(raw), WORDS, None).more) == 1
    assert REDDIT.parse(answer("reddit/new_first.json"), COMMUNITY, None).more == ()


def test_a_community_that_is_not_there_is_doubted_by_name() -> None:
    page = REDDIT.parse(answer("reddit/unknown_community.json"), Read("feed", "nosuch"), None)
    assert page.mentions == ()
    assert page.doubt == "there is no r/nosuch: a search for it is shown"


def test_listings_are_read_from_the_top_so_no_anchor_can_be_deleted() -> None:
    assert REDDIT.parse(answer("reddit/before_deleted_empty.json"), COMMUNITY, None) == Page()
    for read in (WORDS, COMMUNITY, INBOX, POSTS):
        params = ask(read, since="1795377000").url.params
        assert "before" not in params
        assert (params["raw_json"], params["limit"]) == ("1", "100")
    assert ask(WORDS, page="t3_48fbgl").url.params["after"] == "t3_48fbgl"


def test_each_read_is_asked_of_its_own_place() -> None:
    assert ask(WORDS).url.path == "/search"
    assert ask(WORDS).url.params["sort"] == "new"
    assert ask(WORDS).url.params["include_over_18"] == "on"
    assert ask(COMMUNITY).url.path == "/r/kakapo/comments"
    assert ask(THREAD).url.path == "/comments/2gmzqe"
    assert ask(INBOX).url.path == "/message/inbox"
    assert ask(INBOX).url.params["mark"] == "false"  # nobody's unread messages become read
    assert ask(POSTS).url.path == "/user/rashfan/overview"
    request = ask(Read("figures", "u/rashfan", OWN))
    assert request.url.path == "/user/rashfan/about"
    assert request.headers["user-agent"] == "linux:rasid:1 (by /u/rashfan)"
    assert request.headers["authorization"] == "Bearer eyJ-secret"


def test_a_tag_is_a_word_and_the_inbox_is_read_where_it_is_wanted() -> None:
    query = Query("b", "رشفان OR #رشفان OR #قهوة_رشفان OR @rashfan")
    account = Account("رشفان", "rashfan")
    reads = build("reddit", {"subreddits": ["r/saudiarabia", "saudiarabia"]}).reads(
        [query], ["Rashfan"], [account]
    )
    assert [(r.kind, r.target) for r in reads if not r.spelling] == [
        ("search", "رشفان"),
        ("search", "قهوة_رشفان"),
        ("search", "Rashfan"),
        ("feed", "saudiarabia"),
        ("own_posts", "rashfan"),
        ("figures", "rashfan"),
    ]
    wanted = build("reddit", {"inbox": True}).reads([query], [], [account])
    assert ("mentions", True) in {(read.kind, read.given) for read in wanted}


def test_followers_of_the_account_are_a_figure_and_hidden_ones_are_none() -> None:
    read = Read("figures", "rashfan", OWN)
    page = REDDIT.parse(answer("reddit/account.json"), read, None)
    assert page.figures == (Figure("رشفان", "reddit", "rashfan", "followers", 87, SEEN),)
    raw = body("reddit/account.json")
    raw["data"]["subreddit"] = None
    assert REDDIT.parse(of_json(raw), read, None) == Page()


@pytest.mark.parametrize("told", [{"kind": "t2"}, {"error": 403}, [], {"kind": "Listing"}])
def test_an_answer_with_an_error_in_it_is_no_empty_page(told: object) -> None:
    for read in (WORDS, COMMUNITY, THREAD, Read("figures", "rashfan", OWN)):
        with pytest.raises(BadPage):
            REDDIT.parse(of_json(told), read, None)


def test_the_limit_is_told_in_decimals_and_in_seconds_from_now() -> None:
    assert pause(answer("reddit/info.json"), SEEN) is None  # 594.0 are left
    spent = {"date": DATE, "x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "57"}
    assert pause(httpx.Response(200, headers=spent, json={}), SEEN) == 57
    trouble = REDDIT.trouble(httpx.Response(429, headers=spent, json={}), SEEN)
    assert isinstance(trouble, Wait)
    assert (trouble.seconds, trouble.scope) == (57, "host")


def test_a_client_that_does_not_say_who_it_is_hears_what_to_write() -> None:
    page = httpx.Response(403, headers={"content-type": "text/html"}, content=b"<html>whoa</html>")
    trouble = REDDIT.trouble(page)
    assert isinstance(trouble, Refused)
    assert trouble.scope == "host"
    assert "user_agent" in trouble.why


def test_a_hundred_things_are_asked_again_by_name() -> None:
    assert REDDIT.reread_key("t3_abc", None) == "t3_abc"
    assert REDDIT.reread_key("t4_abc", None) is None
    request = REDDIT.reread_request(["t3_a", "t1_b"], credential=TOKEN)
    assert (request.url.path, request.url.params["id"]) == ("/api/info", "t3_a,t1_b")
    assert request.url.params["raw_json"] == "1"
    assert ABOUT.keep == timedelta(hours=48)


def test_tokens_are_the_apps_own_or_the_accounts_where_its_inbox_is_read() -> None:
    oauth = Reddit().oauth
    assert oauth == ABOUT.oauth
    assert oauth.flow == "client_credentials"
    assert Reddit(inbox=True).oauth.flow == "refresh_token"
    assert oauth.url("https://oauth.reddit.com/") == "https://www.reddit.com/api/v1/access_token"
    moved = oauth.url("http://127.0.0.1:9/reddit")
    assert moved == "http://127.0.0.1:9/reddit/api/v1/access_token"


def test_a_check_tries_the_app_each_community_and_the_account() -> None:
    probes = REDDIT.probes([Account("رشفان", "rashfan")], credential=TOKEN)
    kinds = [probe.kind for probe in probes]
    assert kinds == ["search", "feed", "mentions", "own_posts", "figures"]
    assert all(probe.arabic and probe.english for probe in probes)

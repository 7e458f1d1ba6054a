"""X's posts, accounts and lookups, held against what a person reads in the recorded answers."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest

from listener.collecting.budget import Budget
from listener.collecting.charging import charge_count
from listener.collecting.cursors import Cursor
from listener.collecting.left_unread import lost_to
from listener.collecting.pace import Pace
from listener.networks.allowance import Costs, Counts
from listener.networks.base import BadPage, Page, Probes, Read, Rereads
from listener.networks.x import X
from listener.networks.x.stream import XStream
from listener.records import Account, Author, Beside, Credential, Engagement, Mention, Query
from tests.listener.networks.recorded import DATE, SEARCH, answer, body, of_json

OWN = Query("رشفان", "")
SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
NETWORK = X()
FIRST = "x/search_first.json"


def page_of(name: str, read: Read = SEARCH) -> Page:
    return NETWORK.parse(answer(name), read, None)


def one(raw: dict[str, Any], includes: dict[str, Any] | None = None) -> Mention:
    meta = {"result_count": 1}
    whole = {"data": [raw], "meta": meta, "includes": includes or {}}
    (mention,) = NETWORK.parse(of_json(whole), SEARCH, None).mentions
    return mention


def raw(**more: Any) -> dict[str, Any]:
    return {"id": "2000000000000000005", "text": "رشفان", "author_id": "71", **more}


def test_a_post_of_the_newer_naming_is_read_field_by_field() -> None:
    assert page_of(FIRST).mentions[0] == Mention(
        network="x",
        id="2000000000000000005",
        text="قهوة رشفان & كعك <3 https://rashfan.example/menu",
        created_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        url="https://x.com/lama/status/2000000000000000005",
        author=Author("x", "71", "lama", "لمى ☕", 1250),
        kind="post",
        language="ar",
        thread_id="2000000000000000005",
        hashtags=("قهوة_رشفان",),
        media=("photo",),
        engagement=Engagement(likes=30, replies=1, shares=3, views=1500, as_of=SEEN),
        beside=(
            Beside("picture", "فنجان قهوة على طاولة خشبية"),
            Beside("link", "قائمة رشفان\nما نقدمه هذا الأسبوع"),
        ),
    )


def test_a_recorded_reply_is_read_field_by_field() -> None:
    assert page_of("x/search_last.json").mentions[0] == Mention(
        network="x",
        id="1276035977375477760",
        text="@snowman Ooo, thanks error message, public_metircs are not the metrics you’re"
        " looking for",
        created_at=datetime(2020, 6, 25, 6, 14, 19, tzinfo=UTC),
        url="https://x.com/happycamper/status/1276035977375477760",
        author=Author("x", "63046977", "happycamper", "Emily Waligoske 🏕"),
        kind="reply",
        language="en",
        parent_id="1275653067283759104",
        mentions=("snowman",),
        media=("file",),  # of what kind is not told
        engagement=Engagement(as_of=SEEN),
    )


def test_a_repost_has_the_whole_words_of_what_it_carries_and_none_of_its_numbers() -> None:
    repost = page_of(FIRST).mentions[1]
    assert (repost.kind, repost.parent_id) == ("repost", "1999999999999999000")
    assert repost.text.endswith("حتى التاسعة #رشفان")
    assert repost.hashtags == ("رشفان",)
    assert repost.author == Author("x", "72", "fahad", "فهد", 80)
    assert repost.engagement == Engagement(as_of=SEEN)


def test_a_quote_of_what_is_gone_and_an_author_that_is_not_told_are_no_fault() -> None:
    page = page_of(FIRST)
    quote = page.mentions[2]
    assert (quote.kind, quote.parent_id) == ("quote", "1999999999999999001")
    assert quote.beside == ()
    assert quote.author == Author("x", "73")
    assert quote.url == "https://x.com/i/status/2000000000000000003"
    assert page.skipped == 0


def test_a_quoted_post_stands_beside_the_text() -> None:
    quoted = {"id": "7", "text": "التوصيل تأخر &amp; برد"}
    told = raw(referenced_tweets=[{"type": "quoted", "id": "7"}])
    assert one(told, {"tweets": [quoted]}).beside == (Beside("quoted", "التوصيل تأخر & برد"),)


def test_a_long_post_is_read_to_its_end_and_an_edited_one_is_the_post_it_was() -> None:
    edited = page_of(FIRST).mentions[3]
    assert edited.text == "بداية نص طويل عن رشفان، وهذه بقيته كاملة & غير مقطوعة #رشفان"
    assert edited.hashtags == ("رشفان",)
    assert (edited.id, edited.ref) == ("2000000000000000000", "2000000000000000002")
    assert edited.url == "https://x.com/lama/status/2000000000000000002"
    # When it was first posted, as its first id says, not when it was edited.
    assert edited.created_at == datetime(2025, 12, 14, 0, 28, 52, 860000, tzinfo=UTC)


def test_what_is_withheld_everywhere_is_gone_and_what_is_in_a_country_stays() -> None:
    assert page_of(FIRST).gone == ("1999999999999999990",)
    told = raw(withheld={"copyright": False, "country_codes": ["DE"]})
    assert one(told).text == "رشفان"


def test_both_versions_of_a_post_on_a_page_are_one_mention_with_the_newer_text() -> None:
    chain = ["2000000000000000010", "2000000000000000012"]
    new = raw(id=chain[1], text="الثاني", edit_history_tweet_ids=chain)
    old = raw(id=chain[0], text="الأول", edit_history_tweet_ids=chain)
    for order in ([new, old], [old, new]):
        page = NETWORK.parse(of_json({"data": order, "meta": {}}), SEARCH, None)
        assert [(m.id, m.ref, m.text) for m in page.mentions] == [(chain[0], chain[1], "الثاني")]
    alone = NETWORK.parse(of_json({"data": [old], "meta": {}}), SEARCH, None)
    assert alone.mentions == ()  # replaced: an old text never follows a new one


@pytest.mark.parametrize(
    ("told", "means"),
    [
        ("a &amp;amp; b", "a &amp; b"),
        ("AT&amp;T &lt;br&gt;", "AT&T <br>"),
        ("&copy; 2026", "&copy; 2026"),
    ],
)
def test_exactly_what_x_escapes_is_unescaped_and_once(told: str, means: str) -> None:
    assert one(raw(text=told)).text == means


def test_both_namings_are_read_alike() -> None:
    whole = body(FIRST)
    older = json.loads(
        json.dumps(whole)
        .replace("referenced_posts", "referenced_tweets")
        .replace("reposted", "retweeted")
        .replace("note_post", "note_tweet")
        .replace("edit_history_post_ids", "edit_history_tweet_ids")
        .replace("repost_count", "retweet_count")
        .replace('"posts"', '"tweets"')
    )
    assert NETWORK.parse(of_json(older), SEARCH, None) == NETWORK.parse(
        of_json(whole), SEARCH, None
    )
    account = body("x/account.json")
    renamed = copy.deepcopy(account)
    renamed["data"]["public_metrics"]["post_count"] = renamed["data"]["public_metrics"].pop(
        "tweet_count"
    )
    read = Read("figures", "2244994945", OWN)
    assert NETWORK.parse(of_json(renamed), read, None) == NETWORK.parse(
        of_json(account), read, None
    )


@pytest.mark.parametrize("naming", ["tweet", "post"])
def test_requests_ask_in_the_naming_that_is_configured(naming: str) -> None:
    other = "post" if naming == "tweet" else "tweet"
    asked = X(naming=naming)
    for request in (
        asked.request(SEARCH, credential=None, since="5", page="n"),
        asked.reread_request(["1", "2"], credential=None),
    ):
        names = {key.removesuffix(".fields") for key in request.url.params if "." in key}
        assert names == {naming, "media"} | ({"user"} if "search" in request.url.path else set())
        words = ",".join(value for key, value in request.url.params.items() if key != "ids")
        assert other not in words


def test_a_page_with_the_fields_that_come_unasked_is_read() -> None:
    page = page_of("x/search_bare.json")
    assert [m.id for m in page.mentions] == [
        "1578516068309794817", "1578515564971970560", "1578515061600964608",
    ]  # fmt: skip
    first = page.mentions[0]
    assert first.author is None
    assert first.created_at == datetime(2022, 10, 7, 22, 42, 12, 752000, tzinfo=UTC)  # of its id
    assert page.newest == "1578516068309794817"
    assert page.older == "b26v89c19zqg8o3fpzbn1e0ffhxjiofzw6po136rvbnul"


def test_ids_as_numbers_are_read_as_the_same_ids() -> None:
    assert one(raw(id=2000000000000000005, author_id=71)) == one(raw())


@pytest.mark.parametrize("at", ["2026-99-99T00:00:00Z", None, 7])
def test_a_time_that_is_not_understood_is_the_ids_and_never_now(at: object) -> None:
    told = one(raw(created_at=at)).created_at
    assert told == datetime(2025, 12, 14, 0, 28, 52, 860000, tzinfo=UTC)
    early = NETWORK.parse(
        of_json({"data": [raw(id="20", created_at=at)], "meta": {}}), SEARCH, None
    )
    assert early.skipped == 1


def test_a_name_that_runs_from_the_right_is_kept_as_it_is() -> None:
    name = "\u202eمقلوب\u202c 🌿"
    told = one(raw(), {"users": [{"id": "71", "username": "x_y", "name": name}]})
    assert told.author == Author("x", "71", "x_y", name)


@pytest.mark.parametrize("whole", [{}, {"errors": [{"message": "x"}]}, {"data": {"id": "1"}}])
def test_a_200_that_is_no_page_is_bad_and_no_empty_one(whole: dict[str, Any]) -> None:
    with pytest.raises(BadPage):
        NETWORK.parse(of_json(whole), SEARCH, None)


def test_own_posts_ask_for_the_answers_to_those_that_have_some() -> None:
    page = page_of("x/own_posts.json", Read("own_posts", "2244994945", OWN))
    assert page.more[0] == Read("replies", "1364275610764201984", OWN)
    assert page.own_posts[0].engagement == Engagement(likes=37, replies=2, shares=11, as_of=SEEN)
    asked = NETWORK.request(page.more[0], credential=None, since=None, page=None)
    assert asked.url.params["query"] == "conversation_id:1364275610764201984"
    quiet = raw(conversation_id="2000000000000000005", public_metrics={"reply_count": 0})
    ours = raw(id="2000000000000000006", conversation_id="5", public_metrics={"reply_count": 3})
    for none in (quiet, ours):
        whole = {"data": [none], "meta": {"result_count": 1}}
        own = NETWORK.parse(of_json(whole), Read("own_posts", "71", OWN), None)
        assert (len(own.own_posts), own.more) == (1, ())


def test_an_account_given_by_name_is_looked_up_and_read_by_its_id() -> None:
    accounts = [Account("رشفان", "rashfan"), Account("منافس", "other", "competitor", "5")]
    (read,) = NETWORK.reads([], [], accounts)
    assert (read.kind, read.target) == ("figures", "rashfan")
    page = page_of("x/account.json", Read("figures", "TwitterDev", OWN))
    assert {f.measure: f.value for f in page.figures} == {
        "followers": 514020, "following": 2038, "posts": 3639,
    }  # fmt: skip
    assert [(r.kind, r.target) for r in page.more] == [
        ("mentions", "2244994945"),
        ("own_posts", "2244994945"),
    ]
    known = NETWORK.reads([], [], [Account("رشفان", "rashfan", id="71")])
    assert [(r.kind, r.target) for r in known] == [
        ("mentions", "71"), ("own_posts", "71"), ("figures", "71"),
    ]  # fmt: skip


def test_own_names_and_tags_that_are_searched_already_are_not_paid_for_twice() -> None:
    query = Query("رشفان", "Rashfan OR #رشفان OR @rashfan OR @rival")
    reads = NETWORK.reads([query], ["رشفان", "قهوة_رشفان"], [Account("رشفان", "rashfan", id="71")])
    searched = [r.target for r in reads if r.kind == "search"]
    assert searched == ["Rashfan OR #رشفان OR @rival"]
    (tag,) = [r for r in reads if r.kind == "hashtag"]
    asked = NETWORK.request(tag, credential=None, since=None, page=None).url.params["query"]
    assert asked == "#قهوة_رشفان OR #قهوةرشفان OR #قهوه_رشفان OR #قهوهرشفان"


def test_a_lookup_follows_edits_and_says_what_is_gone_as_far_as_x_says_so() -> None:
    keys = [f"20000000000000000{n}" for n in ("10", "11", "13", "14", "15")]
    page = NETWORK.parse_reread(answer("x/lookup.json"), keys)
    assert page.gone == (keys[2], keys[3])  # deleted, protected; of the last nothing is said
    edited, same = page.mentions
    assert (edited.id, edited.ref) == (keys[0], "2000000000000000012")
    assert edited.text == "وهذا نصها بعد التعديل"
    assert same.engagement == Engagement(likes=9, replies=0, shares=3, as_of=SEEN)
    assert NETWORK.reread_key(keys[0], "2000000000000000012") == "2000000000000000012"
    assert NETWORK.reread_key("handed in", None) is None
    gone = {"errors": body("x/lookup.json")["errors"]}
    assert NETWORK.parse_reread(of_json(gone), keys[2:4]).gone == (keys[2], keys[3])
    assert NETWORK.trouble(of_json(gone), SEEN) is None
    with pytest.raises(BadPage):
        NETWORK.parse_reread(of_json({}), keys)


def test_it_offers_what_the_runners_ask_of_it() -> None:
    for protocol in (Costs, Counts, Probes, Rereads):
        assert isinstance(NETWORK, protocol)


def test_a_count_is_asked_for_what_can_be_counted() -> None:
    asked = NETWORK.count_request(SEARCH, credential=None, since="7")
    assert asked is not None
    assert asked.url.path == "/2/tweets/counts/recent"
    assert dict(asked.url.params) == {"query": "rashfan", "granularity": "day", "since_id": "7"}
    timeline = Read("mentions", "71", OWN)
    assert NETWORK.count_request(timeline, credential=None, since=None) is None
    assert NETWORK.parse_count(answer("x/count.json")) == 411
    assert NETWORK.parse_count(of_json({"meta": {"total_post_count": 3}})) == 3
    assert NETWORK.parse_count(of_json({"meta": {}})) is None
    with pytest.raises(BadPage):
        NETWORK.parse_count(of_json({"data": []}))


def _spent(network: X, name: str, kind: Any = "search") -> dict[str, float]:
    costs = network.spent(answer(name), Read(kind, "1", OWN), None)
    sums: dict[str, float] = {}
    for cost in costs:
        sums[cost.of] = round(sums.get(cost.of, 0) + cost.amount, 6)
    return sums


def test_an_answer_costs_what_stands_in_it() -> None:
    # 5 posts and one carried on, 2 authors.
    assert _spent(NETWORK, FIRST) == {"money": 0.05, "posts": 6}
    # 4 posts, 2 that they answer (a third is one of the 4), 3 authors.
    assert _spent(NETWORK, "x/search_last.json") == {"money": 0.06, "posts": 6}
    assert _spent(NETWORK, "x/mentions_first.json", "mentions") == {"money": 0.003, "posts": 3}
    assert _spent(NETWORK, "x/account.json", "figures") == {"money": 0.01}
    assert _spent(NETWORK, "x/empty.json") == {}
    assert NETWORK.spent(httpx.Response(200, content=b"<html>"), SEARCH, None) == ()


def test_a_page_costs_at_most_what_is_said_before_it_is_asked_for() -> None:
    def most(network: X, read: Read) -> dict[str, float]:
        return {cost.of: round(cost.amount, 6) for cost in network.cost(read, None)}

    assert most(NETWORK, SEARCH) == {"money": 0.5, "posts": 50}
    bare = X(authors=False, referenced=False, limit=100)
    assert most(bare, SEARCH) == {"money": 0.5, "posts": 100}
    assert most(bare, Read("own_posts", "71", OWN)) == {"money": 0.1, "posts": 100}
    assert most(NETWORK, Read("refresh")) == {"money": 0.5, "posts": 100}
    assert most(X(limit=3), SEARCH)["posts"] == 20  # X gives no smaller page than ten


def test_the_archive_is_asked_from_its_first_day_and_onward_by_the_last_post() -> None:
    network = X(archive=True)
    first = network.request(SEARCH, credential=None, since=None, page=None).url
    assert first.path == "/2/tweets/search/all"
    assert first.params["start_time"] == "2006-03-21T00:00:00Z"
    onward = network.request(SEARCH, credential=None, since="5", page=None).url.params
    assert "start_time" not in onward  # X refuses the two together
    assert onward["since_id"] == "5"


def test_probes_say_in_both_languages_what_somebody_has_to_get() -> None:
    token = Credential("x", {"token": "77:s3cret"})
    found = NETWORK.probes([Account("رشفان", "rashfan", id="71")], credential=token)
    assert [p.kind for p in found] == ["search", "figures", "mentions"]
    for probe in found:
        assert probe.request.method == "GET"
        assert probe.request.headers["authorization"] == "Bearer 77:s3cret"
        assert probe.arabic != probe.english
        assert "إكس" in probe.arabic or "الحساب" in probe.arabic
    archive = X(archive=True).probes([], credential=token)
    assert "archive" in archive[0].english


def _refusal(status: int, whole: Any) -> httpx.Response:
    headers = {"content-type": "application/json", "date": DATE}
    return httpx.Response(status, headers=headers, content=json.dumps(whole))


def test_a_mark_that_is_too_old_for_recent_search_is_as_an_old_page_token() -> None:
    said = "'since_id' must be a tweet id created after 2026-11-15T20:00Z. Please use a 'since_id'"
    errors = [{"parameters": {"since_id": ["12"]}, "message": said}]
    told = NETWORK.trouble(_refusal(400, {"errors": errors, "title": "Invalid Request"}), SEEN)
    assert told is not None
    assert getattr(told, "kind", None) == "page token"
    assert "created after" in told.why
    errors = [{"parameters": {"query": ["("]}, "message": "no viable alternative"}]
    told = NETWORK.trouble(_refusal(400, {"errors": errors, "title": "Invalid Request"}), SEEN)
    assert getattr(told, "kind", None) == "query"


def test_a_daily_cap_is_waited_for_until_the_day_ends_and_an_empty_purse_for_an_hour() -> None:
    cap = {"title": "UsageCapExceeded", "type": "https://api.x.com/2/problems/usage-capped"}
    daily = NETWORK.trouble(_refusal(429, {**cap, "period": "Daily"}), SEEN)
    assert getattr(daily, "seconds", None) == 4 * 3600
    purse = {"title": "CreditsDepleted", "type": "https://api.x.com/2/problems/credits"}
    empty = NETWORK.trouble(_refusal(402, purse), SEEN)
    assert getattr(empty, "seconds", None) == 3600


def test_an_account_that_is_not_there_is_refused_though_x_answers_200() -> None:
    error = {
        "value": "nobody", "resource_type": "user", "parameter": "username",
        "title": "Not Found Error", "detail": "Could not find user with username: [nobody].",
        "type": "https://api.x.com/2/problems/resource-not-found",
    }  # fmt: skip
    told = NETWORK.trouble(of_json({"errors": [error]}), SEEN)
    assert getattr(told, "kind", None) == "gone"
    beside = {"data": [], "errors": [error], "meta": {"result_count": 0}}
    assert NETWORK.trouble(of_json(beside), SEEN) is None


def test_nought_is_told_and_is_no_hidden_number() -> None:
    metrics = {"retweet_count": 0, "quote_count": 0, "like_count": 0, "reply_count": 0}
    assert one(raw(public_metrics=metrics)).engagement == Engagement(0, 0, 0, as_of=SEEN)
    assert one(raw()).engagement == Engagement(as_of=SEEN)


def test_what_we_only_carry_on_is_not_asked_for_as_our_own() -> None:
    read = Read("own_posts", "71", OWN)
    asked = NETWORK.request(read, credential=None, since="5", page="n").url
    assert asked.path == "/2/users/71/tweets"
    assert asked.params["exclude"] == "retweets"
    assert (asked.params["since_id"], asked.params["pagination_token"]) == ("5", "n")


def test_a_count_is_paid_for_each_time_though_things_are_paid_for_once_a_day() -> None:
    paid = charge_count(NETWORK, cast(Budget, object()), "", SEARCH)
    assert paid is not None
    assert [cost.item for cost in paid.spent(answer("x/count.json"))] == [None]


def test_only_a_search_that_does_not_reach_the_whole_archive_may_come_too_late() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    read = Read("search", "زين")
    away = Cursor("x", read.key, pace=Pace("ok", last_success=now - timedelta(days=9)))
    lost = lost_to(away, read, X(), now)
    assert lost is not None
    assert (lost.kind, lost.until) == ("gap", now - timedelta(days=7))
    assert lost_to(away, read, X(archive=True), now) is None


def test_an_event_of_the_stream_costs_what_it_brings_and_the_most_where_it_cannot_be_read() -> None:
    stream = XStream()
    whole = {"data": {"id": "5"}, "includes": {"users": [{"id": "7"}], "tweets": [{"id": "4"}]}}
    money = [cost for cost in stream.spent(json.dumps(whole).encode()) if cost.of == "money"]
    assert {cost.item: cost.amount for cost in money} == {
        "post 5": 0.005, "post 4": 0.005, "user 7": 0.010,
    }  # fmt: skip
    assert stream.spent(b'{"errors": []}') == []
    assert stream.spent(b'{"data": {"id"') == stream.cost()
    assert sum(cost.amount for cost in stream.cost() if cost.of == "money") == pytest.approx(0.02)

"""What YouTube is asked, what that takes, what its refusals and pushes mean."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from listener.networks.base import BadPage, Page, Read, Refused, Wait
from listener.networks.websub import hub_secret
from listener.networks.youtube import YouTube
from listener.networks.youtube.asked import OVERLAP
from listener.networks.youtube.failures import until_midnight
from listener.records import Account, Credential, Query
from tests.listener.networks.pages.youtube import (
    CHANNEL,
    COMMENTS,
    IDS,
    OWN,
    THREAD,
    UPLOADS,
    VIDEO,
    WORDS,
    YOUTUBE,
    refused,
)
from tests.listener.networks.recorded import DATA, DATE, QUERY, answer, of_json

KEY = Credential("youtube", {"key": "AIza-secret"})


def ask(read: Read, *, since: str | None = None, page: str | None = None) -> httpx.Request:
    return YOUTUBE.request(read, credential=KEY, since=since, page=page)


def test_since_moves_the_search_back_by_the_overlap_and_no_language_is_forced() -> None:
    params = ask(WORDS, since="2026-11-22T12:00:00.000Z").url.params
    assert params["publishedAfter"] == "2026-11-22T09:00:00.000Z"
    assert timedelta(hours=3) == OVERLAP
    assert (params["order"], params["type"]) == ("date", "video")
    assert "relevanceLanguage" not in params
    assert "regionCode" not in params
    chosen = YouTube(language="ar", region="SA")
    params = chosen.request(WORDS, credential=None, since=None, page=None).url.params
    assert (params["relevanceLanguage"], params["regionCode"]) == ("ar", "SA")


def test_all_single_terms_of_a_brand_are_one_search() -> None:
    query = Query("b", 'رشفان OR Rashfan OR #رشفان OR "قهوة الضحى" OR (توصيل AND بطيء) OR @rashfan')
    reads = YOUTUBE.reads([query], ["رشفان", "RASHFAN", "سياحة"])
    assert [read.target for read in reads] == [
        'رشفان|Rashfan|"قهوة الضحى"|@rashfan|"قهوه الضحي"|"قهوة الضحي"|"قهوه الضحى"',
        "توصيل بطيء",
        "سياحة|سياحه",
    ]
    assert [read.kind for read in reads] == ["search", "search", "hashtag"]


def test_a_long_list_of_terms_is_as_few_searches_as_it_needs() -> None:
    words = " OR ".join(f"Rashfanbrand{n:02}" for n in range(30))
    reads = YOUTUBE.reads([Query("b", words)], [])
    assert len(reads) == 3
    assert all(len(read.target or "") <= 200 for read in reads)
    assert sum((read.target or "").count("|") + 1 for read in reads) == 30


def test_an_own_channel_is_read_by_its_id_and_a_handle_asks_for_the_id_first() -> None:
    by_id = Account("رشفان", "rashfan", id=CHANNEL)
    kinds = [(read.kind, read.target) for read in YOUTUBE.reads([], [], [by_id])]
    assert kinds == [("mentions", CHANNEL), ("own_posts", CHANNEL), ("figures", CHANNEL)]
    (figures,) = YOUTUBE.reads([], [], [Account("رشفان", "rashfan")])
    assert (figures.kind, ask(figures).url.params["forHandle"]) == ("figures", "@rashfan")
    page = YOUTUBE.parse(answer("youtube/channel.json"), figures, None)
    assert page.more == (Read("mentions", CHANNEL, OWN), Read("own_posts", CHANNEL, OWN))
    assert all(read.given for read in page.more)
    competitor = Account("آخر", "x", "competitor", id=CHANNEL)
    assert YOUTUBE.reads([], [], [competitor]) == []


def test_comments_and_uploads_of_a_channel_are_asked_for_by_its_name() -> None:
    params = ask(COMMENTS).url.params
    assert params["allThreadsRelatedToChannelId"] == CHANNEL
    assert params["order"] == "time"
    assert ask(UPLOADS).url.params["playlistId"] == "UU" + CHANNEL[2:]
    assert ask(VIDEO).url.params["videoId"] == "D-lhorsDlUQ"


def test_named_channels_and_videos_are_read_and_given_to_nobody() -> None:
    named = YouTube(channels=(CHANNEL,), videos=("D-lhorsDlUQ",))
    reads = named.reads([], [])
    assert [(read.kind, read.target) for read in reads] == [
        ("feed", CHANNEL),
        ("mentions", CHANNEL),
        ("mentions", "D-lhorsDlUQ"),
    ]
    assert not any(read.given for read in reads)


def test_the_key_is_a_header_and_in_no_address() -> None:
    request = ask(WORDS)
    assert request.headers["x-goog-api-key"] == "AIza-secret"
    assert "AIza" not in str(request.url)


def test_a_search_takes_one_of_a_hundred_and_its_units_and_any_other_page_one() -> None:
    def taken(read: Read, page: str | None = None) -> dict[str, float]:
        return {cost.of: cost.amount for cost in YOUTUBE.cost(read, page)}

    assert taken(WORDS) == {"searches": 1, "units": 100}
    assert taken(WORDS, "CBkQAA") == {"searches": 1, "units": 100}
    assert taken(WORDS, IDS) == {"units": 1}
    for read in (VIDEO, COMMENTS, THREAD, UPLOADS, Read("figures", CHANNEL), Read("refresh")):
        assert taken(read) == {"units": 1}
    apart = YouTube(search_units=1).cost(WORDS, None)
    assert [cost.amount for cost in apart] == [1, 1]


def test_what_a_brand_is_read_for_by_default_fits_a_day() -> None:
    account = Account("رشفان", "rashfan", id=CHANNEL)
    units = 0.0
    for read in YOUTUBE.reads([QUERY], ["رشفان"], [account]):
        polls = timedelta(days=1) / YOUTUBE.about.every_of(read.kind)
        pages = [None, IDS] if read.kind in ("search", "own_posts") else [None]
        units += polls * sum(
            c.amount for p in pages for c in YOUTUBE.cost(read, p) if c.of == "units"
        )
    assert units < 10_000 / 3  # three brands, and room for what their searches find


def test_posts_are_asked_again_fifty_at_a_time_each_sort_apart() -> None:
    comment = "Ugw5zYU6n9pmIgAZWvN4AaABAg"
    assert YOUTUBE.reread_key("D-lhorsDlUQ", None) == "D-lhorsDlUQ"
    assert YOUTUBE.reread_key(f"{comment}.91zT3cYb5B291za6voUoRh", None) is not None
    assert YOUTUBE.reread_key("something of another time", None) is None
    assert YOUTUBE.reread_sort("D-lhorsDlUQ") != YOUTUBE.reread_sort(comment)
    asked = YOUTUBE.reread_request(["a" * 11, "b" * 11], credential=KEY)
    assert asked.url.path.endswith("/videos")
    assert asked.url.params["id"] == f"{'a' * 11},{'b' * 11}"
    asked = YOUTUBE.reread_request([comment], credential=KEY)
    assert asked.url.path.endswith("/comments")
    assert asked.url.params["textFormat"] == "plainText"


def test_what_is_not_in_the_answer_is_gone() -> None:
    keys = ["D-lhorsDlUQ", "ovdbrdCIP7U", "xxxxxxxxxxx"]
    page = YOUTUBE.parse_reread(answer("youtube/videos.json"), keys)
    assert ([m.id for m in page.mentions], page.gone) == (keys[:2], ("xxxxxxxxxxx",))
    assert page.more == ()
    comments = ["UgyUBI0HsgL9emxcZpR4AaABAg", "Ugzi3lkqDPfIOirGFLh4AaABAg", "Ugy" + "x" * 20]
    page = YOUTUBE.parse_reread(answer("youtube/comments_by_id.json"), comments)
    assert ([m.text for m in page.mentions], page.gone) == (
        ["Hello", "exceptional content!"],
        (comments[2],),
    )


def answered(status: int, told: Any, asked: httpx.Request | None = None) -> httpx.Response:
    response = httpx.Response(status, headers={"date": DATE}, json=told)
    if asked is not None:
        response.request = asked
    return response


def test_of_many_comments_one_unknown_is_looked_for_and_alone_it_is_gone() -> None:
    ids = ["Ugy" + "x" * 20, "Ugy" + "y" * 20]
    told = refused("commentNotFound", "One or more of the comments cannot be found.")
    many = answered(404, told, YOUTUBE.reread_request(ids, credential=None))
    trouble = YOUTUBE.trouble(many)
    assert isinstance(trouble, Refused)
    assert (trouble.kind, trouble.scope) == ("query", "read")
    one = answered(404, told, YOUTUBE.reread_request(ids[:1], credential=None))
    assert YOUTUBE.trouble(one) is None
    assert YOUTUBE.parse_reread(one, ids[:1]).gone == (ids[0],)
    thread = answered(404, told, ask(THREAD))
    gone = YOUTUBE.trouble(thread)
    assert isinstance(gone, Refused)
    assert gone.kind == "gone"


def test_a_spent_day_waits_for_midnight_in_california_and_a_spent_search_for_itself() -> None:
    told = refused("quotaExceeded", "exceeded your quota.")
    units = YOUTUBE.trouble(answered(403, told, ask(VIDEO)))
    assert isinstance(units, Wait)
    assert (units.seconds, units.scope) == (12 * 3600, "host")
    search = YOUTUBE.trouble(answered(403, told, ask(WORDS)))
    assert isinstance(search, Wait)
    assert search.scope == "read"
    words = "Quota exceeded for quota metric 'Search Queries' and limit 'Search Queries per day'"
    apart = YOUTUBE.trouble(answered(429, refused("rateLimitExceeded", words)))
    assert isinstance(apart, Wait)
    assert (apart.seconds, apart.scope) == (12 * 3600, "read")


def test_midnight_in_california_knows_summer_time() -> None:
    def hours(*at: int) -> float:
        return until_midnight(datetime(*at, tzinfo=UTC)) / 3600  # type: ignore[misc,arg-type]

    assert hours(2026, 7, 1, 6, 0) == 1  # UTC-7
    assert hours(2026, 12, 1, 6, 0) == 2  # UTC-8
    assert hours(2026, 3, 8, 8, 0) == 23  # the day that is an hour short
    assert hours(2026, 11, 1, 7, 0) == 25


def test_a_key_that_is_wrong_and_an_api_that_is_off_hold_the_host_and_say_what_to_do() -> None:
    wrong = {"error": {"message": "API key not valid. Please pass a valid API key.",
                       "errors": [{"reason": "badRequest"}],
                       "details": [{"reason": "API_KEY_INVALID"}]}}  # fmt: skip
    trouble = YOUTUBE.trouble(answered(400, wrong))
    assert isinstance(trouble, Refused)
    assert (trouble.kind, trouble.scope) == ("sign-in", "host")
    assert "check the key" in trouble.why
    off = YOUTUBE.trouble(answered(403, refused("accessNotConfigured", "not used before")))
    assert isinstance(off, Refused)
    assert (off.kind, off.scope) == ("not allowed", "host")
    assert "enable YouTube Data API v3" in off.why


def test_an_answer_with_an_error_in_it_is_no_empty_page() -> None:
    no_lists: list[Any] = [refused("backendError"), {}, {"items": {}}]
    for told in (*no_lists, {"kind": "youtube#x", "items": 3}):
        with pytest.raises(BadPage):
            YOUTUBE.parse(of_json(told), VIDEO, None)


def test_a_push_is_a_hint_to_read_the_channel_it_names() -> None:
    channel = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
    told = (DATA / "youtube/push.xml").read_bytes()
    accounts = [Account("رشفان", "rashfan", id=channel), Account("آخر", "x", id=CHANNEL)]
    network = YouTube(channels=(channel,))
    push = network.pushed(told, accounts)
    assert push.due == (Read("own_posts", channel, OWN), Read("feed", channel))
    named = {read.key for read in network.reads([], [], accounts)}
    assert {read.key for read in push.due} <= named  # so they are read at once
    assert push.page == Page()
    assert network.pushed((DATA / "youtube/push_deleted.xml").read_bytes(), accounts).due == ()
    for junk in (b"", b"{}", b"<html>", b"\xff\xfe"):
        with pytest.raises(BadPage):
            network.pushed(junk, accounts)


def test_own_and_named_channels_are_subscribed_signed_and_challenged() -> None:
    other = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
    network = YouTube(channels=(other,))
    accounts = [
        Account("رشفان", "r", id=CHANNEL),
        Account("آخر", "c", "competitor", "UC" + "x" * 22),
    ]
    requests = network.subscribing(
        "https://r.example/push/youtube", "s3cret", accounts, credential=KEY
    )
    forms = [parse_qs(request.read().decode()) for request in requests]
    feed = "https://www.youtube.com/xml/feeds/videos.xml?channel_id="
    assert [form["hub.topic"] for form in forms] == [[feed + CHANNEL], [feed + other]]
    assert {str(request.url) for request in requests} == {network.hub}
    assert forms[0]["hub.callback"] == ["https://r.example/push/youtube"]
    assert timedelta(seconds=int(forms[0]["hub.lease_seconds"][0])) > network.lease
    assert network.subscribing(None, "s3cret", accounts, credential=KEY) == []
    intent = {"hub.mode": "subscribe", "hub.challenge": "c1", "hub.topic": feed + CHANNEL}
    assert network.challenge(intent, "s3cret", accounts) == "c1"
    assert network.challenge({**intent, "hub.topic": feed + "UCother"}, "s3cret", accounts) is None
    mac = hmac.new(hub_secret("s3cret").encode(), b"<feed/>", hashlib.sha1).hexdigest()
    assert network.signed({"x-hub-signature": f"sha1={mac}"}, b"<feed/>", "s3cret")
    assert not network.signed({"x-hub-signature": f"sha1={mac}"}, b"<feed />", "s3cret")


def test_a_check_tries_the_key_and_own_channels_for_a_unit_each() -> None:
    probes = YOUTUBE.probes([Account("رشفان", "r", id=CHANNEL)], credential=KEY)
    assert [probe.kind for probe in probes] == ["sign-in", "mentions", "own_posts", "figures"]
    assert not any("search" in probe.request.url.path for probe in probes)
    assert all(probe.request.headers["x-goog-api-key"] for probe in probes)
    assert all(probe.arabic and probe.english for probe in probes)

"""What every network promises, run over every network and every recorded page."""

from __future__ import annotations

import copy
import json
from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.networks import NETWORKS, build, capabilities
from listener.networks.base import BadPage, Network, Read, Refused, Wait
from listener.records import Credential, Query
from tests.listener.networks import recorded
from tests.listener.networks.recorded import DATA, PAGES, QUERY, REFUSED, Case, answer, of_json

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
BUILT = [build(name, {"feeds": ["https://example.com/f"]}) for name in NETWORKS]
every_page = pytest.mark.parametrize("case", PAGES, ids=lambda case: case.label)
every_network = pytest.mark.parametrize("network", BUILT, ids=lambda network: network.name)


@every_page
def test_a_recorded_page_is_read_whole(case: Case) -> None:
    page = case.network.parse(answer(case.name), case.read)
    assert (len(page.mentions), page.skipped) == (case.mentions, 0)
    assert (page.older is not None) == case.older


@every_page
def test_mentions_are_storable_and_say_who_when_where(case: Case) -> None:
    for mention in case.network.parse(answer(case.name), case.read).mentions:
        assert mention.network == case.network.name
        assert mention.id
        assert mention.text or mention.media
        if (at := mention.created_at) is not None:  # None: the page does not say
            assert at.utcoffset() == NOW.utcoffset()
            assert at <= NOW
        assert mention.url
        assert mention.url.startswith(("http://", "https://"))
        assert mention.author is not None
        assert not (mention.author.handle or "").startswith("@")
        assert not any(tag.startswith("#") for tag in mention.hashtags)
        assert "<" not in mention.text or "<3" in mention.text
        mention.text.encode()  # no lone surrogate


@every_page
def test_parse_is_pure_and_its_ids_are_unique(case: Case) -> None:
    first = case.network.parse(answer(case.name), case.read)
    assert case.network.parse(answer(case.name), case.read) == first
    assert len({mention.id for mention in first.mentions}) == len(first.mentions)


@every_page
def test_a_good_page_is_no_trouble(case: Case) -> None:
    assert case.network.trouble(answer(case.name)) is None


@pytest.mark.parametrize(("network", "name", "kind"), REFUSED, ids=lambda v: str(v)[:40])
def test_a_refused_page_says_what_to_change(network: Network, name: str, kind: str) -> None:
    trouble = network.trouble(answer(name))
    assert isinstance(trouble, Refused)
    assert trouble.kind == kind
    assert trouble.why.startswith("HTTP 4")


@every_network
def test_every_network_takes_api_url_and_is_frozen(network: Network) -> None:
    assert is_dataclass(network)
    assert "api_url" in {field.name for field in fields(network)}
    with pytest.raises(FrozenInstanceError):
        network.api_url = "x"  # type: ignore[attr-defined]


@every_network
def test_requests_go_to_api_url_with_since_page_and_no_secret_in_the_address(
    network: Network,
) -> None:
    moved = build(network.name, {"api_url": "http://127.0.0.1:9/base/", "feeds": ["f.xml"]})
    reads = moved.reads([QUERY], ["رشفان"])
    assert reads
    credential = Credential(network.name, {"token": "s3cret"})
    for read in reads:
        plain = moved.request(read, credential=None, since=None, page=None)
        assert str(plain.url).startswith("http://127.0.0.1:9/base/")
        assert plain.method == "GET"
        assert "authorization" not in plain.headers
        signed = moved.request(read, credential=credential, since=None, page="7")
        assert "s3cret" not in str(signed.url)
        if network.name != "rss":
            assert signed.url != plain.url


@every_network
def test_reads_are_distinct_and_queries_translate(network: Network) -> None:
    twice = [QUERY, Query("b", "Rashfan")]
    reads = network.reads(twice, ["رشفان", "#رشفان", "RASHFAN"])
    assert len({read.key for read in reads}) == len(reads)
    words, exact = network.translate(QUERY)
    assert "رشفان" in words
    assert not exact
    assert network.translate(Query("b", "Rashfan")) == ("Rashfan", True)
    assert network.cost(reads[0]) >= 1


@every_network
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"<html><body>Sign in to the wi-fi", b"[[[", b"null", b'"x"', b"\xff\xfe"],
)
def test_what_is_no_page_is_bad_page_and_nothing_else(network: Network, content: bytes) -> None:
    read = network.reads([QUERY], ["رشفان"])[0]
    with pytest.raises(BadPage):
        network.parse(httpx.Response(200, content=content), read)


@every_network
def test_a_json_of_a_hundred_thousand_brackets_is_a_bad_page(network: Network) -> None:
    read = network.reads([QUERY], ["رشفان"])[0]
    with pytest.raises(BadPage):
        network.parse(httpx.Response(200, content=b"[" * 100_000), read)


@every_network
def test_too_many_requests_waits_as_long_as_told(network: Network) -> None:
    limited = httpx.Response(429, headers={"retry-after": "7"})
    assert network.trouble(limited, NOW) == Wait(7.0, "HTTP 429")


JSON_PAGES = [case for case in PAGES if case.name.endswith(".json")]
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.lists(st.integers(), max_size=2), st.just({}), st.just({"id": 1}), st.just("\ud800\x00"),
    st.just(10**30), st.just(-1), st.just("9" * 5000), st.just("2026-99-99T00:00:00Z"),
)  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, item in inner:
        found.append((*path, key))
        if isinstance(item, dict | list):
            found += _places(item, (*path, key))
    return found


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_mutated_page_raises_anything_but_bad_page(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(JSON_PAGES))
    raw = json.loads((DATA / case.name).read_text("utf-8"))
    page = raw.get("body", raw)
    for _ in range(data.draw(st.integers(1, 4))):
        places = _places(page)
        if not places:
            break
        *path, last = data.draw(st.sampled_from(places))
        holder = page
        for key in path:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[last] = copy.deepcopy(data.draw(JUNK))
        else:
            del holder[last]
    try:
        result = case.network.parse(of_json(page), case.read)
    except BadPage:
        return
    for mention in result.mentions:
        mention.text.encode()
        assert "\x00" not in mention.text
        for number in (mention.engagement.likes, mention.engagement.shares):
            assert number is None or 0 <= number < 2**63


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_mutated_feed_raises_anything_but_bad_page(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([c.name for c in PAGES if c.name.endswith(".xml")]))
    content = bytearray((DATA / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(
            st.sampled_from([b"", b"<", b"]]>", b"&", b"\xff", b"<!", b"</", b"\x00"])
        )
        content[at : at + data.draw(st.integers(0, 40))] = piece
    response = httpx.Response(200, headers={"date": recorded.DATE}, content=bytes(content))
    try:
        page = recorded.RSS.parse(response, recorded.FEED)
    except BadPage:
        return
    assert all(mention.text and mention.id for mention in page.mentions)


def test_capabilities_name_every_network_once_and_never_promise_what_is_not_offered() -> None:
    rows = {row["name"]: row for row in capabilities()}
    assert len(rows) == len(capabilities()) == 24
    keys = {"name", "search", "stream", "hashtag", "replies", "own_figures", "reach"}
    keys |= {"credential", "quota", "note", "built"}
    for row in rows.values():
        assert set(row) == keys
        six = ("search", "stream", "hashtag", "replies", "own_figures", "reach")
        assert {row[key] for key in six} <= {"yes", "no", "partial"}
        assert row["note"]
    for name in ("snapchat", "linkedin", "facebook", "pinterest", "instagram"):
        assert rows[name]["search"] == "no"
    built = {name for name, row in rows.items() if row["built"] == "yes"}
    assert built == {*NETWORKS, "webhook", "import"}
    assert all(NETWORKS[name].name == name for name in NETWORKS)


def test_build_ignores_the_runners_keys_and_refuses_wrong_types() -> None:
    options = {"every": "1m", "keep": "30d", "token": "t", "api_url": "https://m.example"}
    assert build("mastodon", options) == build("mastodon", {**options, "searching": True})
    with pytest.raises(ValueError, match=r"networks\.rss\.feeds: expected a list"):
        build("rss", {"feeds": "https://example.com/feed.xml"})
    with pytest.raises(ValueError, match=r"networks\.mastodon\.api_url"):
        build("mastodon", {"api_url": 3})
    with pytest.raises(KeyError):
        build("snapchat", {})


def test_reads_without_a_target_fall_back_to_their_query() -> None:
    request = recorded.BLUESKY.request(
        Read("search", query=QUERY), credential=None, since=None, page=None
    )
    assert request.url.params["q"] == "رشفان"


def test_a_hashtag_in_a_query_is_not_read_twice_nor_searched_where_there_are_none() -> None:
    query = Query("b", '"رشفان" OR #رشفان OR #قهوة OR @rashfan')
    targets = {
        name: [(read.kind, read.target) for read in build(name, {}).reads([query], ["رشفان"])]
        for name in ("bluesky", "mastodon", "hackernews")
    }
    assert targets["bluesky"] == [
        ("search", "رشفان"),
        ("search", "@rashfan"),
        ("hashtag", "رشفان"),
        ("hashtag", "قهوة"),
    ]
    assert targets["mastodon"] == [("hashtag", "رشفان"), ("hashtag", "قهوة")]
    assert targets["hackernews"] == [("search", "رشفان")]

"""What networks that tell more about authors promise, and Bluesky's profiles."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.networks import BUILT as NAMES
from listener.networks import build
from listener.networks.base import BadPage, Broken, Network, Resolves
from listener.records import Author, Credential
from tests.listener.networks.pages.bluesky import BLUESKY
from tests.listener.networks.recorded import answer, body, of_json

BUILT = [build(name, {"api_url": "http://127.0.0.1:9/base/"}) for name in NAMES]
RESOLVING = [network for network in BUILT if isinstance(network, Resolves)]
DID = "did:plc:46yyakot3byghwqc6rhmqzqd"
every_one = pytest.mark.parametrize("network", RESOLVING, ids=lambda network: network.name)


def test_bluesky_resolves_authors_and_networks_that_tell_all_do_not() -> None:
    names = {network.name for network in BUILT if isinstance(network, Resolves)}
    assert "bluesky" in names
    assert not names & {"mastodon", "rss"}


@every_one
def test_requests_go_to_api_url_and_the_secret_into_a_header(network: Resolves) -> None:
    credential = Credential("any", {"token": "s3cret", "key": "s3cret"})
    plain = network.authors_request(["a", "b"], credential=None)
    signed = network.authors_request(["a", "b"], credential=credential)
    assert str(plain.url).startswith("http://127.0.0.1:9/base/")
    assert signed.url == plain.url
    added = {name: value for name, value in signed.headers.items() if name not in plain.headers}
    assert added in ({"authorization": "Bearer s3cret"}, {"x-goog-api-key": "s3cret"})
    assert network.most_authors >= 1


@every_one
@pytest.mark.parametrize("content", [b"", b"{", b"<html>", b"[]", b"null", b"{}", b"[" * 100_000])
def test_what_is_no_answer_is_bad_page_and_nothing_else(network: Resolves, content: bytes) -> None:
    with pytest.raises(BadPage):
        network.parse_authors(httpx.Response(200, content=content))


def test_all_are_asked_for_in_one_request() -> None:
    request = BLUESKY.authors_request([DID, "did:web:a.example"], credential=None)
    assert request.url.path == "/xrpc/app.bsky.actor.getProfiles"
    assert request.url.params.get_list("actors") == [DID, "did:web:a.example"]


def test_the_fields_of_a_recorded_profile() -> None:
    found = BLUESKY.parse_authors(answer("bluesky/profiles.json"))
    assert found == {DID: Author("bluesky", DID, "researcher.example", "A Researcher 📊", 3608)}


@pytest.mark.parametrize("followers", [None, "3608", -1, 2**63, True, 1.5])
def test_a_count_that_is_none_is_unknown(followers: object) -> None:
    raw = body("bluesky/profiles.json")
    raw["profiles"][0]["followersCount"] = followers
    assert BLUESKY.parse_authors(of_json(raw))[DID].followers is None


def test_a_handle_that_its_domain_does_not_confirm_is_unknown() -> None:
    raw = body("bluesky/profiles.json")
    raw["profiles"][0]["handle"] = "handle.invalid"
    assert BLUESKY.parse_authors(of_json(raw))[DID].handle is None


def test_a_profile_that_cannot_be_read_is_left_out() -> None:
    raw = body("bluesky/profiles.json")
    raw["profiles"] = [None, [], {"handle": "a.example"}, {"did": 7}, *raw["profiles"], "x"]
    assert {"7", DID} == set(BLUESKY.parse_authors(of_json(raw)))


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5),
    st.lists(st.integers(), max_size=2), st.just({}), st.just("\ud800\x00"), st.just(10**30),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_mutated_answer_raises_anything_but_bad_page(data: st.DataObject) -> None:
    raw: dict[str, Any] = body("bluesky/profiles.json")
    profile = raw["profiles"][0]
    for _ in range(data.draw(st.integers(1, 4))):
        profile[data.draw(st.sampled_from(sorted(profile)))] = copy.deepcopy(data.draw(JUNK))
    if data.draw(st.booleans()):
        raw["profiles"] = data.draw(JUNK)
    try:
        found = BLUESKY.parse_authors(of_json(raw))
    except BadPage:
        return
    for author_id, author in found.items():
        assert author.id == author_id
        assert author.followers is None or 0 <= author.followers < 2**63
        for text in (author.handle, author.name):
            assert text is None or "\x00" not in text
            (text or "").encode()


def test_a_refused_lookup_is_trouble_as_any_other() -> None:
    network: Network = BLUESKY
    moved = httpx.Response(302, headers={"location": "https://else.example"})
    assert isinstance(network.trouble(moved), Broken)

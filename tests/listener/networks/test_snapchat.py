"""The own profile's numbers on Snapchat, held against what a person reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from listener.networks.base import BadPage, Page, Probes, Read
from listener.networks.snapchat import Snapchat
from listener.records import Account, Credential, Figure, Query
from tests.listener.networks.pages.snapchat import KEY, PROFILE, STATS
from tests.listener.networks.recorded import answer, body, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
NETWORK = Snapchat(profile=KEY)
TOKEN = Credential("snapchat", {"token": "s3cret-token"})


def page_of(name: str, read: Read) -> Page:
    return NETWORK.parse(answer(f"snapchat/{name}.json"), read, None)


def test_subscribers_are_followers() -> None:
    assert page_of("profile", PROFILE) == Page(
        figures=(Figure("رشفان", "snapchat", KEY, "followers", 18422, SEEN, "lifetime"),)
    )


def test_what_was_seen_is_told_over_all_and_not_by_part() -> None:
    figures = page_of("stats", STATS).figures
    assert figures[0] == Figure("رشفان", "snapchat", KEY, "views", 733012, SEEN, "lifetime")
    assert {f.measure: f.value for f in figures} == {
        "views": 733012, "reach": 91230, "shares": 441, "story_views": 512000,
        "interactions": 12033,
    }  # fmt: skip


@pytest.mark.parametrize("hidden", [None, "", "many", -1, True, "-5", 10**30])
def test_a_number_that_is_hidden_or_odd_is_no_figure_and_never_nought(hidden: object) -> None:
    raw = body("snapchat/stats.json")
    raw["assets"][0]["timeseries"][0]["fields"][0]["stats"][0]["value"] = hidden
    measures = {f.measure for f in NETWORK.parse(of_json(raw), STATS, None).figures}
    assert measures == {"reach", "shares", "story_views", "interactions"}
    profile = body("snapchat/profile.json")
    profile["public_profiles"][0]["public_profile"]["subscriber_count"] = hidden
    assert NETWORK.parse(of_json(profile), PROFILE, None) == Page()


@pytest.mark.parametrize("read", [PROFILE, STATS])
def test_a_200_that_carries_an_error_is_bad_and_no_empty_page(read: Read) -> None:
    wholes: list[object] = [
        {},
        {"request_status": "ERROR", "debug_message": "no such profile"},
        {"request_status": "SUCCESS", "public_profiles": [], "assets": None},
    ]
    for whole in wholes:
        with pytest.raises(BadPage):
            NETWORK.parse(of_json(whole), read, None)


def test_what_is_asked_is_the_profile_and_the_numbers_of_its_lifetime() -> None:
    asked = NETWORK.request(STATS, credential=TOKEN, since=None, page=None)
    assert asked.url.path == f"/v1/public_profiles/{KEY}/stats"
    assert dict(asked.url.params) == {
        "assetType": "PROFILE", "granularity": "LIFETIME",
        "fields": "VIEWS,VIEWERS,SHARES,STORY_VIEWS,INTERACTIONS",
    }  # fmt: skip
    assert asked.headers["authorization"] == "Bearer s3cret-token"


def test_only_own_profiles_are_read_each_by_its_id_and_nothing_by_words() -> None:
    accounts = [
        Account("رشفان", "rashfan"), Account("بن", "bun", id="77-88"),
        Account("منافس", "x", "competitor", "99"),
    ]  # fmt: skip
    reads = NETWORK.reads([Query("رشفان", "رشفان")], ["رشفان"], accounts)
    assert {(r.kind, r.target) for r in reads} == {
        ("figures", key + tail) for key in (KEY, "77-88") for tail in ("", "#stats")
    }
    assert Snapchat().reads([], [], accounts[:1]) == []
    assert NETWORK.about.listens is False


def test_tokens_are_renewed_at_snaps_accounts_and_probes_name_the_allowlist() -> None:
    oauth = NETWORK.about.oauth
    assert oauth is not None
    assert oauth.url(NETWORK.api_url) == ("https://accounts.snapchat.com/login/oauth2/access_token")
    assert isinstance(NETWORK, Probes)
    (probe,) = NETWORK.probes([Account("رشفان", "rashfan")], credential=TOKEN)
    assert probe.kind == "figures"
    assert "snapchat-profile-api" in probe.arabic
    assert "allowlist" in probe.english

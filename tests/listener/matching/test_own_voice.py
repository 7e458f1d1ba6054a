"""What a brand writes itself is told from what is written about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from listener.matching.matcher import Matcher
from listener.records import Author, Brand, Mention
from listener.settings.brands import brands_of
from listener.settings.model import AccountSettings, BrandSettings, NetworkSettings, Settings

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _mention(network: str, text: str = "قهوة النخلة وين طلبي", **more: Any) -> Mention:
    who = {name: more.pop(name, None) for name in ("id", "handle", "name")}
    return Mention(network, "1", text, NOW, author=Author(network, **who), **more)


def _speaks(network: str, account: str, mention: Mention, **sections: NetworkSettings) -> bool:
    brand = BrandSettings(
        name="Nakhla",
        keywords=("قهوة النخلة",),
        accounts=(AccountSettings(network=network, handle=account),),
    )
    matcher = Matcher(brands_of(Settings(brands=(brand,), networks=sections)))
    return any(hit.own for hit in matcher.match(mention))


def test_an_account_is_known_by_the_id_beside_its_handle() -> None:
    ours = AccountSettings(network="instagram", handle="nakhla", id="17841400000000001")
    brands = brands_of(Settings(brands=(BrandSettings(name="Nakhla", accounts=(ours,)),)))
    assert brands[0].accounts == (
        ("instagram", "nakhla"), ("instagram", "17841400000000001"),
    )  # fmt: skip
    assert brands[0].handles == ("nakhla",)  # nobody writes @17841400000000001
    matcher = Matcher(brands)
    for who, own in (
        ({"id": "17841400000000001"}, True),
        ({"handle": "Nakhla", "id": "9"}, True),
        ({"id": "9", "handle": "nora"}, False),
    ):
        assert any(h.own for h in matcher.match(_mention("instagram", **who))) is own
    assert not matcher.match(_mention("facebook", id="17841400000000001"))


@pytest.mark.parametrize(
    ("network", "account", "who"),
    [
        ("bluesky", "@Nakhla.bsky.example", {"handle": "nakhla.bsky.example"}),
        ("bluesky", "did:plc:abc", {"id": "did:plc:abc"}),
        ("bluesky", "https://bsky.app/profile/nakhla.example", {"handle": "nakhla.example"}),
        ("mastodon", "nakhla", {"handle": "nakhla@mastodon.social"}),
        ("mastodon", "@nakhla@coffee.example", {"handle": "nakhla@coffee.example"}),
        ("mastodon", "https://coffee.example/@nakhla", {"handle": "nakhla@coffee.example"}),
        ("x", "https://x.com/NakhlaKSA/", {"handle": "nakhlaksa"}),
        ("youtube", "https://www.youtube.com/@Nakhla", {"handle": "@nakhla"}),
        ("hackernews", "nakhla", {"id": "nakhla", "handle": "nakhla"}),
        ("rss", "قهوة النخلة", {"name": "قهوة  النخلة"}),
    ],
)  # fmt: skip
def test_an_account_is_known_by_handle_id_or_address(
    network: str, account: str, who: dict[str, str]
) -> None:
    assert _speaks(network, account, _mention(network, **who))


@pytest.mark.parametrize(
    ("network", "account", "mention"),
    [
        ("bluesky", "nakhla.bsky.example", _mention("bluesky", handle="nakhla.bsky.example.evil")),
        ("bluesky", "nakhla", _mention("x", handle="nakhla")),
        ("mastodon", "nakhla", _mention("mastodon", handle="nakhla@evil.example")),
        ("x", "NakhlaKSA", _mention("x", name="NakhlaKSA")),
        ("x", "NakhlaKSA", Mention("x", "1", "قهوة النخلة @NakhlaKSA", NOW)),
        ("rss", "nakhla.example", _mention("rss", url="https://notnakhla.example/1")),
        ("rss", "https://medium.com/@nakhla", _mention("rss", url="https://medium.com/@ali/1")),
    ],
)
def test_a_namesake_is_a_customer(network: str, account: str, mention: Mention) -> None:
    assert not _speaks(network, account, mention)


@pytest.mark.parametrize(
    ("account", "url"),
    [
        ("nakhla.example", "https://www.nakhla.example/2026/1"),
        ("nakhla.example", "https://blog.nakhla.example/1"),
        ("https://nakhla.example/feed.xml", "https://nakhla.example/1"),
        ("https://nakhla.example/blog/feed/", "https://nakhla.example/blog/1"),
        ("https://medium.com/feed/@nakhla", "https://medium.com/@Nakhla/1"),
    ],
)
def test_a_feed_of_the_brands_own_site_is_its_voice(account: str, url: str) -> None:
    assert _speaks("rss", account, _mention("rss", url=url))


def test_a_bare_mastodon_name_is_one_of_the_server_that_is_read() -> None:
    section = NetworkSettings(api_url="https://social.example")
    ours = _mention("mastodon", handle="nakhla@social.example")
    assert _speaks("mastodon", "nakhla", ours, mastodon=section)


def test_a_row_without_a_network_is_told_by_its_author_alone() -> None:
    assert _speaks("x", "NakhlaKSA", _mention("import", handle="NakhlaKSA"))


def test_own_voice_is_own_whatever_it_says_and_a_mention_of_others_all_the_same() -> None:
    brands = [
        Brand("Nakhla", keywords=("نخلة",), accounts=(("x", "nakhla"),)),
        Brand("Rival", keywords=("منافس",)),
    ]
    match = Matcher(brands).match
    said = [(hit.brand, hit.own) for hit in match(_mention("x", "منافس لنا", handle="nakhla"))]
    assert said == [("Nakhla", True), ("Rival", False)]
    assert [hit.own for hit in match(_mention("x", "صباح الخير", handle="nakhla"))] == [True]
    assert match(_mention("x", "صباح الخير", handle="ali")) == []


def test_apps_and_places_are_accounts_and_no_names_that_people_write() -> None:
    accounts = [
        {"network": "appstore", "handle": "1404176564"},
        {"network": "google_business", "handle": "accounts/1/locations/2"},
        {"network": "x", "handle": "@rashfan"},
    ]
    brand = BrandSettings.model_validate({"name": "رشفان", "accounts": accounts})
    (found,) = brands_of(Settings(brands=(brand,)))
    assert found.handles == ("rashfan",)
    assert ("google_business", "accounts/1/locations/2") in found.accounts

"""A source that can bring nothing is said, instead of being silent for ever."""

from __future__ import annotations

from typing import Any

import pytest

from listener.checking.unread import findings
from listener.settings import Settings


def said(brand: dict[str, Any], networks: dict[str, Any]) -> list[tuple[str, str]]:
    found = {"brands": [{"name": "زين", **brand}], "networks": networks}
    return [(f.path, f.code) for f in findings(Settings.model_validate(found), {})]


ACCOUNT = {"accounts": [{"network": "x", "handle": "@zain"}]}


@pytest.mark.parametrize("network", ["mastodon", "hackernews"])
def test_a_network_that_nothing_can_be_asked_of_is_said(network: str) -> None:
    assert said(ACCOUNT, {network: {}}) == [(f"networks.{network}", "asks_nothing")]
    assert said({**ACCOUNT, "keywords": ["زين"]}, {network: {}}) == []
    assert said(ACCOUNT, {network: {"enabled": False}}) == []
    assert said(ACCOUNT, {"bluesky": {}}) == []  # it is asked for the handle


def test_what_a_stream_or_a_feed_brings_is_not_asked_for() -> None:
    assert said(ACCOUNT, {"bluesky": {"stream": "wss://j.example/subscribe"}}) == []
    assert said(ACCOUNT, {"rss": {"feeds": ["https://e.example/feed"]}}) == []


def test_a_text_that_is_told_by_itself_is_not_told_again() -> None:
    assert said({"keywords": ["قهوة النخلة"]}, {"mastodon": {}}) == []


@pytest.mark.parametrize(
    ("network", "kind", "known"),
    [
        ("bluesky", "replies", True),  # below our own posts
        ("instagram", "replies", True),
        ("x", "own_posts", True),  # once its name is looked up
        ("x", "feed", False),
        ("bluesky", "refresh", True),
        ("bluesky", "hashtag", True),
        ("hackernews", "figures", False),
        ("mastodon", "figures", True),
        ("mastodon", "search", False),  # without a token there is none
        ("hackernews", "hashtag", False),
        ("hackernews", "refresh", False),
        ("rss", "search", False),
        ("rss", "feed", True),
    ],
)
def test_a_time_for_a_kind_that_is_never_read_is_said(network: str, kind: str, known: bool) -> None:
    section = {"every": {kind: "5m"}, "feeds": ["https://e.example/f"], "user": "1"}
    told = said({"keywords": ["زين"]}, {network: section})
    assert told == ([] if known else [(f"networks.{network}.every.{kind}", "never_read")])


def test_an_account_that_would_be_read_for_two_brands_is_said() -> None:
    def both(**more: str) -> Settings:
        brands = [
            {"name": name, "keywords": [name], "accounts": [
                {"network": "instagram", "handle": name, **({"id": more[name]} if more else {})}
            ]}
            for name in ("zain", "jawwal")
        ]  # fmt: skip
        section = {"token": "env:UNSET", "user": "17841400000000001"}
        return Settings.model_validate({"brands": brands, "networks": {"instagram": section}})

    [found] = [f for f in findings(both(), {}) if f.code == "shared_account"]
    assert found.values == {"network": "instagram", "brands": "zain, jawwal"}
    assert [f.code for f in findings(both(zain="1", jawwal="2"), {})] == []

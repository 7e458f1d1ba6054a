"""What no network is asked for is said, with the place, the network, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from listener.checking.check import check
from listener.checking.unsearched import by_network, unsearched
from listener.cli.showing import show_status
from listener.query.parser import MAX_LENGTH
from listener.settings import Settings
from listener.words import words
from tests.listener.settings.conftest import GOOD

FREE = {"mastodon": {}, "bluesky": {}, "hackernews": {}}


def settings_of(brand: Mapping[str, Any], networks: Mapping[str, Any] | None = None) -> Settings:
    found = {"brands": [{"name": "زين", **brand}], "networks": networks or FREE}
    return Settings.model_validate(found)


def lacks(brand: Mapping[str, Any], networks: Mapping[str, Any] | None = None) -> list[tuple]:
    return [
        (lack.network, lack.place, lack.text, lack.why)
        for lack in unsearched(settings_of(brand, networks))
    ]


@pytest.mark.parametrize("query", ["from:ahmad", "followers:>1000 lang:ar", "from:a NOT كرة"])
def test_a_query_without_a_word_is_searched_nowhere(query: str) -> None:
    assert lacks({"query": query}) == [
        (network, "brands[0].query", query, "no_words") for network in FREE
    ]


def test_one_alternative_without_a_word_is_told_beside_others_that_have_some() -> None:
    assert [why for *_rest, why in lacks({"query": "زين OR from:ahmad"})] == ["no_words"] * 3
    assert lacks({"query": "زين from:ahmad"}) == []


def test_phrases_are_not_searched_where_only_hashtags_are_read() -> None:
    phrase = ("mastodon", "brands[0].keywords[0]", '"stc pay"', "words")
    assert lacks({"keywords": ["stc pay"]}) == [phrase]
    assert lacks({"query": "زين شبكة"}) == [("mastodon", "brands[0].query", "زين شبكة", "words")]
    assert lacks({"keywords": ["stc"]}) == []
    # one that stands among the hashtags, too, is looked for as it is written there
    assert lacks({"keywords": ["stc pay"], "hashtags": ["stc_pay"]}) == []
    assert lacks({"keywords": ["stc pay"], "hashtags": ["#StcPay"]}) == []
    # and where a token is named, words are searched
    assert lacks({"keywords": ["stc pay"]}, {"mastodon": {"token": "env:UNSET"}}) == []


def test_too_long_for_a_search_is_told() -> None:
    keyword = "كلمة " * (MAX_LENGTH // 5)
    found = lacks({"keywords": [keyword]}, {"bluesky": {}})
    assert [(place, why) for _network, place, _text, why in found] == [
        ("brands[0].keywords[0]", "unparsed")
    ]


def test_hashtags_are_missed_only_where_there_is_nothing_else_to_search() -> None:
    assert lacks({"hashtags": ["زين"], "keywords": ["Zain"]}) == []
    assert lacks({"hashtags": ["زين"]}) == [
        ("hackernews", "brands[0].hashtags[0]", "#زين", "hashtag")
    ]


def test_a_handle_is_looked_for_on_its_own_network() -> None:
    account = {"network": "mastodon", "handle": "@zain"}
    brand = {"keywords": ["زين"], "accounts": [account]}
    assert lacks(brand) == [("mastodon", "brands[0].accounts[0].handle", "@zain", "handle")]
    assert lacks({"keywords": ["زين"], "accounts": [{**account, "network": "x"}]}) == []


def test_what_is_read_whole_lacks_nothing() -> None:
    stream = {"bluesky": {"stream": "wss://jetstream.example/subscribe"}}
    feeds = {"rss": {"feeds": ["https://example.com/feed"]}}
    for networks in (stream, feeds, {"mastodon": {"enabled": False}}, {"x": {}}):
        assert lacks({"query": "from:ahmad"}, networks) == []


def test_check_warns_once_with_place_networks_and_what_to_write_instead(tmp_path: Path) -> None:
    path = tmp_path / "rasid.toml"
    text = GOOD.replace('keywords = ["زين"]', 'query = "from:ahmad"\nkeywords = ["stc pay"]')
    path.write_text(text + "[networks.bluesky]\n", encoding="utf-8")
    checked = check(path)
    found = {finding.code: finding for finding in checked.findings}
    assert set(found) == {"unsearched_no_words", "unsearched_words"}
    assert checked.exit_code == 0
    rows = text.splitlines()
    for finding in found.values():
        assert finding.level == "warning"
        assert rows[(finding.line or 0) - 1].startswith(finding.path.split(".")[1].split("[")[0])
    assert "mastodon, bluesky" in found["unsearched_no_words"].message
    assert '"#stc_pay"' in found["unsearched_words"].hint
    assert "#stc_pay" in found["unsearched_words"].say("ar")[1]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", 'not searched on Mastodon: "stc pay"; from:ahmad'),
        ("ar", "لا يُبحث في"),
    ],
)
def test_status_says_it_under_the_sources(
    capsys: pytest.CaptureFixture[str], language: Any, line: str
) -> None:
    settings = settings_of({"keywords": ["stc pay"], "query": "from:ahmad"}, {"mastodon": {}})
    groups = {name: {} for name in ("mentions", "matches", "alerts", "notices")}
    shown = by_network(settings)
    assert shown == {"mastodon": ["from:ahmad", '"stc pay"']}
    empty: dict[str, Any] = {"sources": [], "workers": [], "jobs": [], "slack": [], "unwritten": []}
    show_status({**empty, **groups}, words(language), shown)
    out = capsys.readouterr().out
    assert line.split(":")[0] in out
    assert "stc pay" in out
    assert "from:ahmad" in out


def test_an_own_account_whose_mentions_are_read_as_such_is_not_missed() -> None:
    instagram = {"instagram": {"token": "env:UNSET", "user": "17841400000000001"}}
    brand = {"keywords": ["زين"], "hashtags": ["زين"]}
    brand["accounts"] = [{"network": "instagram", "handle": "@zain"}]
    assert lacks(brand, instagram) == []
    assert [why for *_rest, why in lacks({**brand, "role": "competitor"}, instagram)] == ["handle"]

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from listener.collecting.sources import accounts_of, queries_of, seed_of, sources_of
from listener.networks import about
from listener.networks.about import About
from listener.networks.appstore import AppStore
from listener.networks.base import Read, ReadKind
from listener.networks.instagram import Instagram
from listener.networks.linkedin import LinkedIn
from listener.networks.mastodon import Mastodon
from listener.networks.oauth import OAuth
from listener.query.parser import MAX_DEPTH, MAX_LENGTH, parse, positive_terms
from listener.records import Account, Brand
from listener.settings import Settings
from listener.settings.brands import brands_of
from listener.settings.model import NetworkSettings
from listener.settings.values import Secret


@pytest.mark.parametrize("keyword", ["abc\\", 'زين "كاش"', "#وسم", "@handle", "stc pay", "OR"])
def test_every_keyword_makes_a_query_that_parses(keyword: str) -> None:
    (query,) = queries_of([Brand("b", keywords=(keyword,))])
    assert parse(query.text)


def test_a_brands_parts_are_alternatives_and_its_exclusions_are_left_to_the_matcher() -> None:
    brand = Brand("b", query="a NOT c", keywords=("د ه",), hashtags=("و",), exclude=("ز",))
    assert queries_of([brand])[0].text == '(a NOT c) OR "د ه" OR #و'


def test_a_thousand_keywords_are_all_searched() -> None:
    keywords = tuple(f"كلمة{number} أخرى" for number in range(1000))
    found = queries_of([Brand("b", keywords=keywords)])
    assert {term.text for query in found for term in positive_terms(parse(query.text))} == set(
        keywords
    )


def test_only_enabled_networks_that_are_built_are_read() -> None:
    settings = Settings.model_validate(
        {
            "brands": [{"name": "زين", "keywords": ["زين"], "hashtags": ["زين"]}],
            "networks": {
                "mastodon": {"every": "7s"},
                "hackernews": {"enabled": False},
                "trustpilot": {"key": "env:X"},
            },
        }
    )
    (source,) = sources_of(settings, brands_of(settings))
    assert (source.network.name, source.every.total_seconds()) == ("mastodon", 7)
    assert source.reads


def test_what_a_section_names_is_read_when_it_is_used_and_what_signs_others_is_not_sent(
    tmp_path: Path,
) -> None:
    for name in ("token", "client_secret"):
        (tmp_path / name).write_text(f"{name} 1")
    named = {
        "token": f"file:{tmp_path / 'token'}",
        "secret": f"file:{tmp_path / 'token'}",
        "client_secret": Secret(f"file:{tmp_path / 'client_secret'}"),
        "subreddits": ["saudi"],
    }
    section = NetworkSettings.model_validate(named)
    seed = seed_of("reddit", section, Renewing(api_url="https://reddit.example"))
    assert seed is not None
    assert seed.values() == {"token": "token 1", "client_secret": "client_secret 1"}
    (tmp_path / "token").write_text("token 2")
    assert seed.values()["token"] == "token 2"
    assert seed.token_url == "https://reddit.example/api/v1/access_token"
    assert seed_of("reddit", NetworkSettings(), Renewing()) is None


class Renewing(Mastodon):
    """A network whose file declares how its tokens are renewed."""

    about: ClassVar[About] = replace(about("reddit"), oauth=OAuth(token_url="/api/v1/access_token"))


def test_own_accounts_and_the_networks_own_pace_reach_its_source() -> None:
    settings = Settings.model_validate(
        {
            "brands": [
                {
                    "name": "زين",
                    "keywords": ["زين"],
                    "accounts": [
                        {"network": "bluesky", "handle": "@zain.example"},
                        {"network": "x", "handle": "ZainKSA"},
                    ],
                }
            ],
            "networks": {"bluesky": {}},
        }
    )
    assert accounts_of(settings, "bluesky") == [Account("زين", "zain.example")]
    (source,) = sources_of(settings, brands_of(settings))
    known = about("bluesky")
    assert source.every_of(Read("search")) == known.every_of("search")
    assert (source.rate, source.burst) == (known.rate, known.burst)


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        # nothing written: the network's own; slow kinds stay slow
        (None, {"search": 2, "hashtag": 2, "replies": 15, "refresh": 10, "figures": 360}),
        # one time for all, but what is slow is not read more often than that
        ("5m", {"search": 5, "hashtag": 5, "replies": 15, "refresh": 10, "figures": 360}),
        ("30m", {"search": 30, "hashtag": 30, "replies": 30, "refresh": 30, "figures": 360}),
        # by kind: these as written, the others as if nothing were
        ({"search": "1m", "replies": "3m"}, {"search": 1, "hashtag": 2, "replies": 3}),
        ({"figures": "1m"}, {"search": 2, "replies": 15, "figures": 1}),
    ],
)
def test_each_kind_of_read_has_its_own_time(written: object, kinds: dict[ReadKind, int]) -> None:
    section = {} if written is None else {"every": written}
    settings = Settings.model_validate(
        {"brands": [{"name": "b", "keywords": ["b"]}], "networks": {"mastodon": section}}
    )
    (source,) = sources_of(settings, brands_of(settings))
    assert {kind: source.every_of(Read(kind)) // MINUTE for kind in kinds} == kinds


@pytest.mark.parametrize(
    "query",
    [
        "(" * (MAX_DEPTH - 1) + "زين" + ")" * (MAX_DEPTH - 1),
        "زين " + "ا" * (MAX_LENGTH - 4),
    ],
    ids=["as deep as may be", "as long as may be"],
)
def test_a_query_that_parses_alone_is_searched_beside_keywords(query: str) -> None:
    assert parse(query)
    found = queries_of([Brand("b", query=query, keywords=("كلمة",))])
    terms = {term.text for each in found for term in positive_terms(parse(each.text))}
    assert {"زين", "كلمة"} <= terms


def test_where_terms_remove_what_is_not_read_again_the_round_goes_on_as_long_as_it_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from listener.collecting import sources

    settings = Settings.model_validate(
        {
            "retention": {"mentions": "90d"},
            "networks": {"bluesky": {}, "mastodon": {"keep": "60d"}, "hackernews": {"keep": "5d"}},
        }
    )
    windows = {s.network.name: s.window.days for s in sources_of(settings, [])}
    assert windows == {"bluesky": 30, "mastodon": 30, "hackernews": 30}
    monkeypatch.setattr(
        sources, "about", lambda name: replace(about(name), keep=timedelta(days=30))
    )
    windows = {s.network.name: s.window.days for s in sources_of(settings, [])}
    assert windows == {"bluesky": 90, "mastodon": 60, "hackernews": 30}


@pytest.mark.parametrize(
    ("network", "written", "named"),
    [
        ("x", "https://x.com/ZainKSA", "ZainKSA"),
        ("youtube", "https://www.youtube.com/@Zain", "Zain"),
        ("youtube", "youtube.com/channel/UCaBcDeF", "UCaBcDeF"),
        ("telegram", "https://t.me/zain_sa/", "zain_sa"),
        ("mastodon", "https://majlis.example/@zain", "zain@majlis.example"),
        ("bluesky", "https://bsky.app/profile/zain.example", "zain.example"),
        ("reddit", "https://www.reddit.com/user/Zain", "Zain"),
        ("x", " @ZainKSA ", "ZainKSA"),
        ("google_business", "accounts/1/locations/2", "accounts/1/locations/2"),
    ],
)
def test_an_account_named_by_its_page_is_asked_for_by_its_name(
    network: str, written: str, named: str
) -> None:
    account = {"network": network, "handle": written}
    settings = Settings.model_validate({"brands": [{"name": "زين", "accounts": [account]}]})
    assert [one.handle for one in accounts_of(settings, network)] == [named]


def test_a_competitor_beside_us_takes_nothing_of_what_is_read_of_our_own_places() -> None:
    ours = {"name": "زين", "keywords": ["زين"]}
    rival = {"name": "جوال", "keywords": ["جوال"], "role": "competitor"}
    another = {**rival, "role": "own"}
    for brands, of in (([ours], "زين"), ([ours, rival], "زين"), ([ours, another], None)):
        settings = Settings.model_validate({"brands": brands})
        places = AppStore(apps=("1",), countries=("sa",))
        reads = places.reads(queries_of(brands_of(settings)), [], [])
        assert {read.brand for read in reads if read.kind == "mentions"} == {of}


def test_the_one_account_of_a_section_is_no_brands_where_two_could_have_it() -> None:
    for network in (Instagram(user="178"), LinkedIn(organization="24")):
        alone = network.reads([], [], [Account("زين", "a")])
        assert {read.brand for read in alone} == {"زين"}
        assert not network.reads([], [], [Account("زين", "a"), Account("جوال", "b")])
        named = [Account("زين", "a"), Account("جوال", "b", id="9")]
        theirs = [read for read in network.reads([], [], named) if read.brand == "جوال"]
        assert {str(read.target).partition("#")[0] for read in theirs} == {"9"}
        beside = [Account("زين", "a"), Account("جوال", "b", "competitor")]
        assert {read.brand for read in network.reads([], [], beside)} == {"زين"}

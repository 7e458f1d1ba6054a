from __future__ import annotations

import pytest

from listener.collecting.sources import accounts_of, queries_of, sources_of
from listener.networks import about
from listener.query.parser import parse, positive_terms
from listener.records import Account, Brand
from listener.settings import Settings
from listener.settings.brands import brands_of


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
                "x": {"token": "env:X"},
            },
        }
    )
    (source,) = sources_of(settings, brands_of(settings))
    assert (source.network.name, source.every.total_seconds()) == ("mastodon", 7)
    assert source.reads


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
    assert source.every == known.every_of("search")
    assert (source.rate, source.burst) == (known.rate, known.burst)

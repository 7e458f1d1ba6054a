"""Our queries as X's searches: never too long, never less than what is meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.networks.x.query import LONGEST, LONGEST_RULE, searches
from listener.query.clauses import clauses


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Rashfan", ["Rashfan"]),
        ("Rashfan OR #Rashfan OR @rashfan", ["Rashfan OR #Rashfan OR @rashfan"]),
        # other networks' names are none of X's, and a search with one is refused as a whole
        ("Rashfan OR @rashfan.bsky.social", ["Rashfan"]),
        ("coffee @rashfan.bsky.social", ["coffee"]),
        ("@rashfan.bsky.social", []),
        ('"stc pay" help', ['"stc pay" help']),
        ("(coffee OR tea) Rashfan", ["(coffee OR tea) Rashfan"]),
        ("Rashfan NOT (ad OR promo) lang:en", ["Rashfan -ad -promo lang:en"]),
        ("Rashfan NOT from:bot", ["Rashfan -from:bot"]),
        ("coffee NEAR/3 Rashfan followers:>100", ["coffee Rashfan"]),
        ("Rashfan OR from:ahmad", ["Rashfan OR from:ahmad"]),
        ("(coffee OR followers:>9) Rashfan", ["Rashfan"]),  # all may match the first
        ('Rashfan NOT exact:"Ad"', ["Rashfan"]),  # X looks less closely than we
        ("NOT (Rashfan coffee) tea", ["tea"]),  # a group is never excluded
        ("lang:ar", []),  # stands only beside a word
        ("NOT Rashfan", []),
        ("((", []),
        ('C++ OR "a:b"', ['"C++" OR "a:b"']),
        ('"OR" Rashfan', ['"OR" Rashfan']),
        ("رشفان", ["رشفان OR ورشفان OR برشفان OR لرشفان"]),
        ("النخلة", ["النخلة OR النخله OR والنخلة OR بالنخلة OR للنخلة"]),
    ],
)
def test_a_query_is_said_as_x_reads_it(ours: str, theirs: list[str]) -> None:
    assert searches(ours) == theirs


def test_names_that_are_read_another_way_are_left_out_where_they_stand_alone() -> None:
    assert searches("@rashfan OR @rashfan coffee", without=["Rashfan"]) == ["@rashfan coffee"]


def test_alternatives_share_a_search_until_it_is_full_and_none_is_lost() -> None:
    words = [f"brand{n}name" for n in range(200)]
    found = searches(" OR ".join(words))
    assert len(found) > 1
    assert all(len(text) <= LONGEST for text in found)
    assert [word for text in found for word in text.split(" OR ")] == words
    assert len(searches(" OR ".join(words), LONGEST_RULE)) < len(found)


def test_an_and_that_is_too_long_loses_its_narrowest_conditions_first() -> None:
    many = " OR ".join(f"city{n}name" for n in range(60))
    (only,) = searches(f"Rashfan ({many}) NOT ad")
    assert only == "Rashfan -ad"
    parted = searches(f"({many}) lang:en")
    assert all(len(text) <= LONGEST for text in parted)
    ways = [way for text in parted for way in text.split(" OR ")]
    assert ways == [f"city{n}name lang:en" for n in range(60)]


WORDS = st.sampled_from(["قهوة", "زين", "Rashfan", "stc pay", "النخلة", "مستشفى الأمل", "#tag_one"])


@settings(max_examples=200, deadline=None)
@given(st.recursive(
    WORDS.map(lambda w: w if w.startswith("#") else f'"{w}"'),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda some: f"({' OR '.join(some)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' '.join(some)})"),
    ),
    max_leaves=25,
), st.sampled_from([60, 120, LONGEST]))  # fmt: skip
def test_no_search_is_too_long_and_every_alternative_is_looked_for(text: str, most: int) -> None:
    found = searches(text, most)
    assert all(0 < len(one) <= most for one in found)
    assert all(one.count("(") == one.count(")") for one in found)
    assert bool(found) == bool(clauses(text))

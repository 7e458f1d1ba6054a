"""Everyday spellings that a network keeps apart."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.arabic import fold
from listener.query import spellings as module
from listener.query.spellings import MOST, spellings, tag_spellings


def test_the_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("term", "others"),
    [
        ("قهوة النخلة", {"قهوه النخله"}),
        ("قهوه النخله", {"قهوة النخلة"}),
        ("أرامكو", {"ارامكو"}),
        ("ارامكو", {"أرامكو", "إرامكو"}),
        ("الامارات", {"الأمارات", "الإمارات"}),
        ("الراجحي", {"الراجحى"}),
        ("مصطفى", {"مصطفي"}),
        ("زَيْن", {"زين"}),
        ("زيــن", {"زين"}),
        ("Nescafé", {"Nescafe"}),
        ("آمال القهوة", {"امال القهوه", "آمال القهوه", "امال القهوة"}),
    ],
)
def test_people_write_it_so_too(term: str, others: set[str]) -> None:
    found = spellings(term)
    assert found[0] == term
    assert others <= set(found)
    assert len(found) == len(set(found)) <= MOST


@pytest.mark.parametrize("term", ["زين", "stc", "stc pay", "لهو", "فيه", "ال", "5G", "@zain", "中"])
def test_what_has_one_spelling_has_one(term: str) -> None:
    assert spellings(term)[:1] == (term,)
    assert len(spellings(term)) == 1 or term in ("فيه",)


def test_a_hashtag_is_asked_for_with_and_without_its_underscores() -> None:
    assert set(tag_spellings("قهوة_النخلة")) >= {"قهوةالنخلة", "قهوه_النخله", "قهوهالنخله"}
    assert "قهوة_النخلة" in tag_spellings("قهوةالنخلة", ["قهوة النخلة", "زين"])
    assert tag_spellings("زين", ["قهوة النخلة"]) == ("زين",)
    assert tag_spellings("stc_pay") == ("stc_pay", "stcpay")


@given(st.text(alphabet="أإآاةهىيؤئولقهوة_ زينabcé\u064e\u0640", max_size=40))
def test_every_spelling_is_one_the_matcher_takes_for_the_same(term: str) -> None:
    assert {fold(spelled) for spelled in spellings(term)} == {fold(term)}

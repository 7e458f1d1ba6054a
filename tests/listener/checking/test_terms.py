"""``check`` says what a brand's words will not find."""

from __future__ import annotations

from typing import Any

import pytest

from listener.checking.terms import findings
from listener.settings.model import BrandSettings, Settings


def _codes(**brand: Any) -> list[tuple[str, str]]:
    settings = Settings(brands=(BrandSettings(name="b", **brand),))
    return [(finding.path, finding.code) for finding in findings(settings, {})]


@pytest.mark.parametrize("term", ["https://stc.com.sa", "care@stc.com", "stc.com/offers"])
def test_an_address_is_never_found(term: str) -> None:
    assert _codes(keywords=(term,)) == [("brands[0].keywords[0]", "address_term")]


def test_words_that_say_nothing() -> None:
    assert _codes(keywords=("هذا من", "the one", "this is")) == [
        ("brands[0].keywords[0]", "stop_words"),
        ("brands[0].keywords[2]", "stop_words"),
    ]


def test_two_spellings_of_one_word() -> None:
    assert _codes(keywords=("قهوة", "قَهوه", "e&", "e", "noon.com", "#A_b", "#ab")) == [
        ("brands[0].keywords[1]", "same_term"),
        ("brands[0].keywords[6]", "same_term"),
    ]


def test_a_keyword_that_exclude_takes_away() -> None:
    assert _codes(keywords=("زين", "زين السعودية"), exclude=("زَين",)) == [
        ("brands[0].keywords[0]", "excluded_term")
    ]

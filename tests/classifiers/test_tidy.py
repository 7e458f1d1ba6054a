"""Clean-up that training and serving share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.tidy import HEAD, TAIL, features_text, fold_tidied, text_key, tidy

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("شوفوا https://a.example/x?y=1 الآن", "شوفوا http الآن"),
        ("@rasid_sa كيف الحال", "@user كيف الحال"),
        ("راسلني a@example.com", "راسلني a@example.com"),
        ("ممتاااااااز", "ممتاااز"),
        ("زين\u200f\u202e\u0000 جدا", "زين جدا"),
        ("a<br />b &amp; c", "a b & c"),
        ("  \n ", ""),
    ],
)
def test_tidy(text: str, expected: str) -> None:
    assert tidy(text) == expected


def test_letter_forms_digits_and_length_fold_to_one() -> None:
    assert features_text("الخِدمـــة أسوأُ") == features_text("الخدمه اسوا")
    assert features_text("٥٠٪") == features_text("12٪")
    assert features_text("روووووعة") == features_text("روعه")
    assert features_text("#خدمة_العملاء") == features_text("خدمة العملاء")


def test_key_is_shared_by_what_only_differs_in_name_and_link() -> None:
    one = text_key("@ali النت ضعيف https://t.co/abc")
    assert one == text_key("@sara  النت ضعيف https://t.co/xyz")
    assert one != text_key("@ali النت ممتاز https://t.co/abc")
    assert len(one) == 64


def test_a_giant_is_read_at_both_ends() -> None:
    result = tidy("بداية " + "كلمة " * 100_000 + " نهاية")
    assert result.startswith("بداية")
    assert result.endswith("نهاية")
    assert len(result) <= HEAD + TAIL + 1


@given(ANY_TEXT)
def test_no_text_raises_and_the_key_follows_the_tidied_text(text: str) -> None:
    tidied = tidy(text)
    assert features_text(text) == fold_tidied(tidied)
    assert "  " not in tidied
    assert text_key(text) == text_key(text + "\u200f")

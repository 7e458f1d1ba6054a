"""Folding: what becomes equal, what must not, and the way back to the original."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.arabic import (
    fold,
    fold_letters,
    fold_letters_with_map,
    is_stretched,
    original_span,
    readings,
    unstretch,
    words,
)

EQUAL = [
    ("أحمد", "احمد"),
    ("إدارة", "اداره"),
    ("آخر", "اخر"),
    ("ٱلله", "الله"),
    ("مستشفى", "مستشفي"),
    ("شبكة", "شبكه"),
    ("مسؤول", "مسوول"),
    ("شئ", "شي"),
    ("جِدًّا", "جدا"),
    ("زيـــن", "زين"),
    ("شرکة", "شركه"),
    ("تهیه", "تهيه"),
    ("ہمراہ", "همراه"),
    ("گوگل", "كوكل"),
    ("پيبسي", "بيبسي"),
    ("ڤودافون", "فودافون"),
    ("٥G", "5g"),
    ("۵G", "5g"),
    ("ﺯﻳﻦ", "زين"),
    ("ﻻ", "لا"),
    ("ＺＡＩＮ", "zain"),
    ("Télécom", "telecom"),
    ("İstanbul", "istanbul"),
    ("Straße", "strasse"),
    ("ز\u200cين\u200f", "زين"),
    ("\u202bزين\u202c", "زين"),
    ("za\u00adin", "zain"),
    ("جمييييل", "جميل"),
    ("cooool", "cool"),
    ("Zaaaain", "zain"),
    ("اللللله", "الله"),
    ("هههههههه", "ههه"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_spellings_of_one_word_fold_alike(left: str, right: str) -> None:
    assert fold(left) == fold(right) == right


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ماء", "ما"),
        ("الله", "اله"),
        ("ممتاز", "متاز"),
        ("good", "god"),
        ("AAA", "a"),
        ("1000", "10"),
    ],
)
def test_other_words_stay_apart(left: str, right: str) -> None:
    assert fold(left) != fold(right)


def test_every_letter_of_unicode_folds_once_and_for_all() -> None:
    for code in range(0x11000):
        folded = fold(chr(code))
        assert fold(folded) == folded, hex(code)
        folded.encode()


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="زينأإآةىؤئًّـ\u200fzaéÀ 5٥_#", max_size=30))
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text() | st.text(alphabet="زيين\u064e\u0640aab "))
def test_the_map_leads_every_letter_back(text: str) -> None:
    folded, offsets = fold_letters_with_map(text)
    assert folded == fold_letters(text)
    assert len(offsets) == len(folded) + 1
    assert offsets == sorted(offsets)
    for letter, at in zip(folded, offsets, strict=False):
        assert letter in fold_letters(text[at])


def test_a_found_word_is_shown_as_it_was_written() -> None:
    text = "يا أَهْلـــــــًا وسهلاااا!"
    folded, offsets = fold_letters_with_map(text)
    found = []
    for word in words(folded):
        start = folded.index(word)
        low, high = original_span(offsets, start, start + len(word))
        found.append(text[low:high])
    assert found == ["يا", "أَهْلـــــــًا", "وسهلاااا"]


def test_a_stretched_word_is_read_every_way() -> None:
    assert readings("cooool") == ["cool", "col"]
    assert set(readings("zaaaiiin")) == {"zain", "zaain", "zaiin", "zaaiin"}
    assert readings("ههههه") == ["ههه"]
    assert readings("zain") == ["zain"]
    assert len(readings("aaabbbcccdddeee")) == 3


def test_stretching_needs_three() -> None:
    assert not is_stretched("الله cool 1000 ... !!!")
    assert is_stretched("جميييل")
    assert unstretch("coool 5555 ...") == "cool 5555 ..."


def test_words_are_letters_and_digits() -> None:
    assert words("عالم_جميل، e&! 5g") == ["عالم", "جميل", "e", "5g"]

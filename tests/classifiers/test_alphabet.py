"""The short way through bytes gives what the table gives for every letter."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from classifiers.alphabet import FREE, LETTERS, to_bytes, to_text
from classifiers.arabic import fold_letters, fold_letters_with_map

WITHOUT_A_BYTE = "\u0416"  # a Cyrillic letter: a text that holds one is folded by the table
LETTER = st.sampled_from([letter for letter in LETTERS if letter != "\ufffe"])
POST = st.lists(st.one_of(LETTER, LETTER, LETTER, st.sampled_from("😂🙏…ﻻЖ")), max_size=20)


def test_every_letter_has_one_byte_and_comes_back() -> None:
    letters = LETTERS.replace("\ufffe", "")
    assert len(set(letters)) == len(letters) == 256 - len(FREE) - LETTERS[128:].count("\ufffe")
    assert to_text(to_bytes(letters)) == letters
    assert all(unicodedata.category(letter) != "Cn" for letter in letters)


def test_a_byte_and_the_table_fold_a_letter_alike() -> None:
    for code in range(0x11000):
        letter = chr(code)
        by_table = fold_letters(WITHOUT_A_BYTE + letter).removeprefix(fold_letters(WITHOUT_A_BYTE))
        assert fold_letters(letter) == by_table, hex(code)


@given(POST.map("".join))
def test_a_text_is_folded_as_its_letters_are_one_by_one(text: str) -> None:
    apart = [fold_letters(letter) for letter in text]
    places = [at for at, folded in enumerate(apart) for _ in folded]
    assert fold_letters_with_map(text) == ("".join(apart), [*places, len(text)])
    assert fold_letters(text) == "".join(apart)

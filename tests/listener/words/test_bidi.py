from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.words.bidi import (
    FSI,
    PDI,
    RLM,
    clean,
    isolate,
    one_line,
    rtl_line,
    shorten,
    strip_isolates,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mأحمر\x1b[0m", "أحمر"),
        ("\x1b]0;title\x07نص", "نص"),
        ("\x1b]8;;https://evil.example\x1b\\رابط\x1b]8;;\x1b\\", "رابط"),
        ("\x9b31mنص", "نص"),
        ("\x9d0;title\x9cنص", "نص"),
        ("ab\x08c\x00\x7f", "abc"),
        ("\u202eجقلب\u202c \u2066x\u2069\u200f", "جقلب x"),
        ("a\u200bb\ufeff", "ab"),
        ("سطر\r\nسطر\u2028سطر", "سطر\nسطر\nسطر"),
        ("أ\n\n\n\n\nب", "أ\n\nب"),
        ("\ud800x", "x"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_post_drives_neither_terminal_nor_card(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text(max_size=300))
def test_nothing_that_controls_is_left(text: str) -> None:
    shown = clean(text)
    left = {c for c in shown if unicodedata.category(c) in ("Cc", "Cs")}
    assert left <= {"\n", "\t"}
    assert clean(shown) == shown
    assert strip_isolates(shown) == shown


def test_a_long_text_is_cut_at_a_whole_letter() -> None:
    assert shorten("abcdef", 4) == "abc…"
    assert clean("مرحبا" * 40_000, limit=100)[-1] == "…"
    assert len(clean("مرحبا" * 40_000, limit=100)) <= 100
    assert shorten("كَتَبَ", 4) == "كَ…"


def test_isolates_do_not_reach_over_lines() -> None:
    assert isolate("a\n\nب") == f"{FSI}a{PDI}\n\n{FSI}ب{PDI}"


def test_own_lines_start_right() -> None:
    assert rtl_line("مرحبا") == "مرحبا"
    assert rtl_line("3 تعليقات") == RLM + "3 تعليقات"
    assert rtl_line(f"{FSI}@x{PDI} كتب") == f"{RLM}{FSI}@x{PDI} كتب"
    assert rtl_line(RLM + "3") == RLM + "3"


def test_names_are_one_line() -> None:
    assert one_line(" أ\n\tب ") == "أ ب"
    assert one_line("x" * 200, limit=80) == "x" * 79 + "…"


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("ab👍🏽cd", 4, "ab…"),  # a skin tone
        ("ab👨‍👩‍👧cd", 5, "ab…"),  # a family, joined
        ("ab👨‍👩‍👧cd", 8, "ab👨‍👩‍👧…"),
        ("ab🇸🇦🇪🇬", 4, "ab…"),  # a flag is two letters
        ("ab🇸🇦🇪🇬cd", 6, "ab🇸🇦…"),
        ("ab🇸🇦🇪🇬cd", 5, "ab🇸🇦…"),
        ("ab1️⃣cd", 4, "ab…"),  # a keycap
        ("شُكرًا جزيلًا", 3, "شُ…"),
        ("abcdef", 3, "ab…"),
    ],
)
def test_a_cut_never_falls_inside_what_is_seen_as_one_character(
    text: str, limit: int, cut: str
) -> None:
    assert shorten(text, limit) == cut

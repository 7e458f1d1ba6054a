"""One module says which characters are unsafe where; nobody else lists them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import listener
from listener.words import unsafe

ROOT = Path(listener.__file__).parents[1]
OWN = {"words/unsafe.py", "words/bidi.py"}


@pytest.mark.parametrize("sign", ["\x1b", "\x9b", "\u202e", "\u2066", "\ud800", "\x00"])
def test_what_drives_a_terminal_or_breaks_an_encoder_is_unsafe_wherever_it_is_shown(
    sign: str,
) -> None:
    for pattern in (unsafe.IN_A_LOG, unsafe.IN_A_LINE, unsafe.IN_A_NAME, unsafe.IN_A_TEXT):
        assert pattern.fullmatch(sign)


def test_each_place_keeps_what_it_needs() -> None:
    assert not unsafe.IN_A_TEXT.search("سطر\nوسطر\tثم 👨\u200d👩 و می\u200cخواهم")
    assert not unsafe.IN_A_NAME.search("می\u200cخواهم & Co.")
    assert not unsafe.IN_A_LOG.search("a\tb\nc")  # line feeds are written as \\n afterwards
    assert unsafe.IN_A_LINE.search("a\nb")
    assert unsafe.IN_A_ROW.findall("a\x00\u202e\x1b") == ["\x00"]
    assert re.fullmatch(unsafe.WITHIN_A_NUMBER, "\u200d")


def test_nobody_else_in_the_listener_or_alerts_lists_bidi_controls() -> None:
    listed = re.compile(r"\[[^\]\n]*\\u20(?:2a|66)")
    others = {
        str(path.relative_to(ROOT))
        for package in ("listener", "alerts")
        for path in (ROOT / package).rglob("*.py")
        if listed.search(path.read_text(encoding="utf-8"))
    }
    assert {name.removeprefix("listener/") for name in others} <= OWN

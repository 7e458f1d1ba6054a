"""Every finding can be said in both languages, with the same values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import listener.settings
from listener.settings.findings import Finding, near, place, printable
from listener.words import Language, catalog
from listener.words import check_words as words_check
from listener.words.bidi import FSI, PDI


def texts(language: Language, prefix: str) -> dict[str, str]:
    """Key without ``prefix`` to text."""
    return {
        str(message.id).removeprefix(prefix): str(message.string)
        for message in catalog(language)
        if str(message.id).startswith(prefix)
    }


ARABIC, ENGLISH = texts("ar", "finding."), texts("en", "finding.")
VALUE = re.compile(r"(?<!\{)\{(\w+)\}")


def test_both_languages_have_the_same_codes_and_values() -> None:
    assert set(ARABIC) == set(ENGLISH)
    for code in ENGLISH:
        if code.endswith(".hint"):
            continue
        said = [f"{each[code]} {each.get(f'{code}.hint', '')}" for each in (ARABIC, ENGLISH)]
        assert set(VALUE.findall(said[0])) == set(VALUE.findall(said[1])), code


@pytest.mark.parametrize("code", sorted(ARABIC))
def test_every_arabic_line_starts_in_arabic_and_has_no_english_sentence(code: str) -> None:
    line = ARABIC[code]
    assert "\u0621" <= line[0] <= "\u064a", line
    left = re.sub(r'"[^"]*"|\{+[^}]*\}+|\[[^\]]*\]|rasid \w+( FILE)?', "", line)
    english = re.findall(r"[A-Za-z_]+(?: [a-z]+){2,}", left)
    assert [e for e in english if "last" not in e] == []


def test_every_code_in_use_has_words() -> None:
    folder = Path(listener.settings.__file__).parent
    source = "".join(p.read_text() for p in folder.glob("*.py"))
    used = set(re.findall(r'find\(\s*(?:\([^()]*(?:\([^()]*\))?[^()]*\)|\w+),\s*"(\w+)"', source))
    used |= set(re.findall(r'Finding\([\w.]+, "(\w+)"', source))
    used |= set(re.findall(r'PydanticCustomError\(\s*"(\w+)"', source))
    assert len(used) > 60  # the search itself still works
    assert used <= set(ENGLISH)


def test_what_check_says_around_them() -> None:
    english = texts("en", "check.")
    for key, arabic in texts("ar", "check.").items():
        assert "\u0621" <= arabic[0] <= "\u064a"
        assert set(VALUE.findall(arabic)) == set(VALUE.findall(english[key]))
    said = words_check.say("file", "ar", isolate=True, name="rasid.toml")
    assert said == f"ملف {FSI}rasid.toml{PDI}"
    assert words_check.say("reason_new_one", "en") == "no alert: new_one"


def test_quoted_values_are_bounded_and_harmless() -> None:
    assert printable("a\x1b[31m\u202eb\nc") == "a [31m b c"
    assert len(printable("x" * 100_000)) == 80
    assert place(("brands", 0, "keywords", 1)) == "brands[0].keywords[1]"
    assert near("mastodn", ["mastodon", "rss"]) == "mastodon"
    assert near("zzz", ["mastodon"]) == ""


def test_a_near_word_takes_the_place_of_the_list() -> None:
    values = {"key": "langage", "known": "a, b", "near": "language"}
    finding = Finding("service.langage", "unknown_key", 3, values)
    assert str(finding) == (
        'service.langage (line 3): there is no setting called "langage" here'
        ' — did you mean "language"?'
    )
    assert finding.say("ar")[1] == 'هل تقصد "language"؟'
    without = Finding("service.langage", "unknown_key", 3, {**values, "near": ""})
    assert without.hint == "known here: a, b"

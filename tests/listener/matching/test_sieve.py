"""What the sieve may never refuse, and what it is there to refuse."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.arabic import fold
from listener.matching.clitics import NONE, heads
from listener.matching.index import Index
from listener.matching.matcher import Matcher
from listener.matching.reading import Reading, handle_names, tag_key
from listener.matching.sieve import Sieve
from listener.records import Brand, Mention

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def mention(text: str, **more: Any) -> Mention:
    return Mention(network="x", id="1", text=text, created_at=NOW, **more)


def sieve(term: str) -> Sieve:
    if term[0] == "#":
        return Sieve([], [tag_key(term)], [])
    if term[0] == "@":
        return Sieve([], [], handle_names(term)[:1])
    return Sieve([(fold(term), heads(fold(term), al=True))], [], [])


@pytest.mark.parametrize(
    ("term", "text", "fields"),
    [
        ("زين", "وبالزَيْـن", {}),
        ("zain", "ＺAÏN", {}),
        ("كوكا", "والكوكا", {}),
        ("cool", "coooooool", {}),
        ("AAA", "aaaaa", {}),
        ("الله", "وووواللللله", {}),
        ("ليل", "لللليل", {}),
        ("zain", "@zainشكرا", {}),
        ("شكرا", "hi@x @zain.ksaشكرا", {}),
        ("شكرا", "＠zainشكرا", {}),
        ("شكرا", "@zain@masto.socialشكرا", {}),
        ("zain", "😂zain😂😂", {}),
        ("zain", "\ue000zain\x01", {}),
        ("мтс", "МТС!", {}),
        ("中国", "中国", {}),
        ("niño", "NIÑO…", {}),
        ("لاما", "ﻻما", {}),
        ("جميل", "", {"hashtags": ("عالم_جميل",)}),
        ("#عالم_جميل", "#عالمجميل", {}),
        ("#عالمجميل", "سلام #عالم__جميل!", {}),
        ("#عالمجميل", "سلام ＃عالم＿جميل!", {}),
        ("#عالم", "#عاااالم", {}),
        ("#عالمجميل", "", {"hashtags": ("عالم جميل",)}),
        ("#zain", "", {"hashtags": ("zaaaain",)}),
        ("@zain.ksa_help", "@ZAIN.ksa_help.", {}),
        ("@zain", "@zain@mastodon.social", {}),
        ("@zain.ksa", "", {"mentions": ("Zain.KSA",)}),
        ("@zain", "", {"mentions": ("zain@mastodon.social",)}),
    ],
)
def test_what_a_term_finds_is_not_refused(term: str, text: str, fields: dict[str, Any]) -> None:
    assert Matcher([Brand("b", query=f'"{term}"' if " " in term else term)]).match(
        mention(text, **fields)
    )
    assert sieve(term).may_hold(mention(text, **fields))


@pytest.mark.parametrize(
    ("term", "text", "fields"),
    [
        ("زين", "حزين زينة الزينب سزين تزيين", {}),
        ("مي", "عالمي كرسي علمي", {}),
        ("كوكا", "ولا هلا بك كوك", {}),
        ("cool", "col school", {}),
        ("мтс", "абв где 😂", {}),
        ("#عالم_جميل", "عالم_جميل #عالم #جميل", {"hashtags": ("عالم", "جميل")}),
        ("#a", "a @a", {}),
        ("@zain", "zainab #zains", {"mentions": ("zainab",)}),
    ],
)
def test_other_words_are_refused(term: str, text: str, fields: dict[str, Any]) -> None:
    assert not sieve(term).may_hold(mention(text, **fields))


def test_without_anything_sought_all_is_refused() -> None:
    assert not Sieve([], [], []).may_hold(mention("زين #a @b", mentions=("b",)))


def test_a_brand_of_fields_only_is_asked_of_every_mention() -> None:
    brands = [Brand("f", query="network:x"), Brand("w", query="زين")]
    assert [hit.brand for hit in Matcher(brands).match(mention("سلام"))] == ["f"]


def test_a_phrase_waits_for_its_rarest_word() -> None:
    index = Index()
    phrase, *_ = (index.words(["شبكه", "زين"]), index.words(["شبكه"]), index.words(["شبكه", "x"]))
    index.freeze()
    waiting = index.sieve({phrase})
    assert waiting.may_hold(mention("زين"))
    assert not waiting.may_hold(mention("شبكة"))
    assert not waiting.may_hold(mention("الزين"))  # nothing stands before a second word


LETTERS = st.one_of(
    st.sampled_from("زيناللوبكفهعمشAaEéßİſ _.-@#😂ﻻ＠＃＿…\u0640\u064e\u200f\x01\n\u00a0٥5мס中क"),
    st.characters(),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(LETTERS, max_size=30).map("".join),
    st.lists(st.lists(LETTERS, max_size=4).map("".join), max_size=2),
)
def test_any_word_tag_or_handle_that_is_read_is_let_through(text: str, tags: list[str]) -> None:
    post = mention(text, hashtags=tuple(tags), mentions=tuple(tags))
    reading = Reading(post)
    for word in reading.tokens:
        if "\u0640" not in word:  # the joint of a handle, which no term holds
            assert Sieve([(fold(word), NONE)], [], []).may_hold(post)
    for tag in reading.tags:
        assert Sieve([], [tag], []).may_hold(post)
    for name in reading.handles:
        if any(letter.isalnum() for letter in fold(name)):
            assert Sieve([], [], [name]).may_hold(post)

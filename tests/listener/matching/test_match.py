"""The matcher on sentences as people write them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from listener.matching.matcher import Matcher
from listener.records import Author, Brand, Mention

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def mention(text: str, **more: Any) -> Mention:
    return Mention(network=more.pop("network", "x"), id="1", text=text, created_at=NOW, **more)


def found(query: str, text: str, **more: Any) -> bool:
    return bool(Matcher([Brand("b", query=query)]).match(mention(text, **more)))


@pytest.mark.parametrize(
    "text",
    [
        "زين شبكتها ضعيفة",
        "كلمت زَيْن أمس",
        "اشتركت بزين وندمت",
        "وزين وين؟",
        "الزين عندكم غير",
        "راسلت للزين",
        "وبالزين",
        "كالزين",
        "فلزين",
        "شبكة_زين",
        "#زين",
        "#زين_السعودية",
        "«زين»، شكرا",
        "زيـــــن",
        "زييييين",
        "ز\u200cي\u200dن",
        "\u202bزين\u202c",
        "زین",
        "ﺯﻳﻦ",
        "لـزين",
        "هالزين",
    ],
)
def test_a_word_is_found_however_it_is_written(text: str) -> None:
    assert found("زين", text)


@pytest.mark.parametrize(
    "text", ["زينة", "زينب", "تزيين", "حزين", "زي ن", "ززين", "سزين", "@زين_1"]
)
def test_other_words_are_not_the_word(text: str) -> None:
    assert not found("زين", text)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("الراجحي", "حولت للراجحي", True),
        ("الراجحي", "بالراجحي", True),
        ("الراجحي", "عالراجحي", True),
        ("الراجحي", "راجحي", False),
        ("اللغة", "للغه العربية", True),
        ("stc", "الـSTC", True),
        ("stc", "وstc خربانة", True),
        ("stc", "stcpay", False),
        ("stc", "info@stc.com", False),
        ("مي", "عالمي", False),
        ("cool", "cooooool!", True),
        ("cool", "col", False),
        ("Zain", "ZAAAAIN", True),
        ("ممتاز", "مممممتاز", True),
        ("الله", "اللللله", True),
        ("AAA", "AAA", True),
        ("AAA", "a", False),
        ('"زين السعودية"', "وزين، السعوديه", True),
        ('"زين السعودية"', "زين في السعودية", False),
        ('"زين السعودية"', "#زين_السعودية", True),
        ('"cool zain"', "coool zaaaain", True),
        ("AT&T", "at&t", True),
        ("5G", "شبكة ال٥G", True),
    ],
)
def test_words_and_phrases(query: str, text: str, expected: bool) -> None:
    assert found(query, text) is expected


@pytest.mark.parametrize(
    ("query", "text", "fields", "expected"),
    [
        ("#عالم_جميل", "#عالمجميل", {}, True),
        ("#عالمجميل", "يا سلام #عالم_جميل!", {}, True),
        ("#عالم_جميل", "عالم جميل", {}, False),
        ("#عالم_جميل", "", {"hashtags": ("عالمجميل",)}, True),
        ("جميل", "", {"hashtags": ("عالم_جميل",)}, True),
        ('"نص عالم"', "نص", {"hashtags": ("عالم",)}, False),
        ("#AAA", "#aaaa", {}, True),
        ("@ZainKSA", "شكرا @zainksa.", {}, True),
        ("@ZainKSA", "شكرا لـ@zainksaشكرا", {}, True),
        ("شكرا NEAR/1 @ZainKSA", "لـ@zainksaشكرا", {}, True),
        ("@ZainKSA", "@zainksa_help", {}, False),
        ("@ZainKSA", "me@zainksa", {}, False),
        ("@ZainKSA", "", {"mentions": ("ZainKSA",)}, True),
        ("@zain", "@zain@mastodon.social", {}, True),
        ("@zain@mastodon.social", "@zain", {}, False),
        ("@zain.bsky.social", "hi @zain.bsky.social.", {}, True),
        ("zain", "@zain", {}, True),
        ("zain", "@zain_ahmed @zain.ali @zain-x", {}, False),
    ],
)
def test_hashtags_and_handles(
    query: str, text: str, fields: dict[str, Any], expected: bool
) -> None:
    assert found(query, text, **fields) is expected


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ('exact:"STC"', "STC أحسن", True),
        ('exact:"STC"', "stc", False),
        ('exact:"ريم"', "كريم", False),
        ('exact:"ريم"', "ريم\u200f وصلت", True),
        ('exact:"زين"', "زينٌ", False),
        ('exact:"زين"', "زيـن", False),
        ('exact:"e&"', "باقات e& الجديدة", True),
        ('exact:"e&"', "e الجديدة", False),
        ('exact:"أحمد علي"', "احمد علي", False),
        ('exact:"أحمد علي"', "قال أحمد علي.", True),
    ],
)
def test_exact_is_exact(query: str, text: str, expected: bool) -> None:
    assert found(query, text) is expected


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("a NEAR/1 b", "b a", True),
        ("a NEAR/1 b", "a x b", False),
        ("a NEAR/2 b", "a x b", True),
        ("a NEAR/5 a", "a", False),
        ("a NEAR/5 a", "a a", True),
        ('a NEAR/2 "b c"', "b c x a", True),
        ("a NEAR/1 b NEAR/1 c", "a b c", True),
        ("a NEAR/1 b NEAR/1 c", "a b x b c", False),
        ("a NEAR/1 (b OR c)", "c a", True),
        ("#a NEAR/2 b", "#a x b", True),
        ("@a NEAR/1 b", "b @a", True),
        ('exact:"A" NEAR/1 b', "a b x A x b", False),
    ],
)
def test_near_counts_words_between_nearest_ends(query: str, text: str, expected: bool) -> None:
    assert found(query, text) is expected


def test_fields_ask_the_record_and_unknown_is_never_true() -> None:
    author = Author("x", handle="Sara@masto.host", followers=1000)
    assert found("a lang:ar", "a", language="ar-SA")
    assert not found("a lang:ar", "a")
    assert found("a NOT lang:ar", "a")
    assert found("network:RSS", "", network="rss")
    assert found("from:@sara", "", author=author)
    assert found("from:sara@masto.host", "", author=author)
    assert found("a followers:>=1000", "a", author=author)
    assert not found("a followers:>1k", "a", author=author)
    assert not found("a followers:<1k", "a", author=Author("x"))
    assert not found("a followers:<1k", "a")


def _steps(text: str) -> int:
    """Calls made while matching: a measure of work that does not depend on the machine."""
    zain = Brand("z", query='زين OR "زين السعودية"', context=("شبكة",), hashtags=("عالم_جميل",))
    brands = [zain, Brand("n", query='a NEAR/3 (b OR "c a") NOT exact:"B"')]
    matcher = Matcher([*brands, Brand("s", keywords=("cool", "col", '"cool col"'))])
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        matcher.match(mention(text))
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "piece",
    [
        "زين ",
        "a ",
        "a b ",
        "c a x ",
        "coool ",
        "#زين ",
        "@a.b ",
        "شبكة زين ",
        "aaab",
        "\u200f",
        "B a ",
        "زين_",
    ],
)
def test_work_grows_with_the_length_only(piece: str) -> None:
    small, large = _steps(piece * 400), _steps(piece * 4000)
    assert large < 12 * small

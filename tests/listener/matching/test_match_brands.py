"""Brands: context, exclusion, ال, evidence, explanations, and words too common to be names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from listener.matching.matcher import CONTEXT_WORDS, Matcher, MissReason, is_common_word
from listener.query.parser import QueryError
from listener.records import Author, Brand, Evidence, Mention

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def mention(text: str, **more: Any) -> Mention:
    return Mention(network="x", id="1", text=text, created_at=NOW, **more)


def brand_zain(**more: Any) -> Brand:
    fields: dict[str, Any] = {
        "query": '(زين OR "زين السعودية" OR Zain) NOT "زين الدين"',
        "context": ("شبكة", "باقة", "5G"),
        "hashtags": ("زين", "عالم_جميل"),
        "handles": ("ZainKSA",),
        "exclude": ("zain malik",),
    }
    return Brand("زين", **fields | more)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("زين شكرا", False),
        ("شبكة زين ضعيفة", True),
        ("زين " + "كلمة " * CONTEXT_WORDS + "شبكة", True),
        ("زين " + "كلمة " * (CONTEXT_WORDS + 1) + "شبكة", False),
        ("زين السعودية", True),
        ("#زين", True),
        ("@ZainKSA وين الرد", True),
        ("الشبكة عند زين الدين", False),
        ("@ZainKSA zain malik شبكة", False),
    ],
)
def test_an_ambiguous_name_needs_context(text: str, expected: bool) -> None:
    assert bool(Matcher([brand_zain()]).match(mention(text))) is expected


def test_keywords_need_context_too_and_own_signs_give_it() -> None:
    brand = Brand("b", keywords=("نون", "متجر نون"), context=("طلب", "#تسوق"))
    matcher = Matcher([brand])
    assert not matcher.match(mention("حرف نون"))
    assert not matcher.match(mention("متجر نون"))
    assert matcher.match(mention("طلبي من نون؟ الطلب تأخر"))
    assert matcher.match(mention("نون", hashtags=("تسوق",)))


def test_al_false_keeps_al_for_a_name() -> None:
    matcher = Matcher([Brand("b", keywords=("راجحي",), al=False)])
    assert not matcher.match(mention("الراجحي"))
    assert not matcher.match(mention("بالراجحي"))
    assert matcher.match(mention("وراجحي"))


def test_hits_come_in_order_with_the_original_writing_as_evidence() -> None:
    brands = [Brand("stc", keywords=("stc",)), brand_zain(), Brand("none", keywords=("x",))]
    hits = Matcher(brands).match(
        mention("وبالزييين الشبكهْ @ZainKSA مو مثل الـSTC", author=Author("x", handle="s"))
    )
    assert [hit.brand for hit in hits] == ["stc", "زين"]
    assert hits[0].evidence == (Evidence("stc", "text", "الـSTC"),)
    assert hits[1].evidence == (
        Evidence("زين", "text", "وبالزييين"),
        Evidence("@ZainKSA", "handle", "ZainKSA"),
    )


def test_evidence_of_the_record_names_its_place() -> None:
    matcher = Matcher([Brand("b", query="(#a OR @c) from:s")])
    author = Author("x", handle="S")
    (hit,) = matcher.match(mention("", hashtags=("A",), mentions=("C",), author=author))
    assert hit.evidence == (
        Evidence("#a", "hashtag", "A"),
        Evidence("@c", "handle", "@c"),
        Evidence("from:s", "author", "s"),
    )


def test_explain_says_what_is_in_the_way() -> None:
    matcher = Matcher([brand_zain(), Brand("q", query='a NEAR/2 b followers:>5 exact:"C"')])

    def reasons(text: str, number: int = 0) -> tuple[MissReason, ...]:
        return matcher.explain(text).verdicts[number].reasons

    assert MissReason("no_context", "زين", "وزين") in reasons("وزين شكرا")
    assert MissReason("forbidden", '"زين الدين"', "زين الدين") in reasons("شبكة زين الدين")
    assert reasons("@zainksa Zain Malik") == (MissReason("excluded", "zain malik", "Zain Malik"),)
    assert reasons("a x x b c", 1) == (
        MissReason("too_far", "a NEAR/2 b"),
        MissReason("field", "followers:>5"),
        MissReason("not_exact", 'exact:"C"', "c"),
    )
    verdicts = matcher.explain("شبكة زين").verdicts
    assert [verdict.matched for verdict in verdicts] == [True, False]
    assert [verdict.touched for verdict in verdicts] == [True, False]


@pytest.mark.parametrize(
    "brand", [Brand("b", query="(a"), Brand("b", keywords=("!!",)), Brand("b", exclude=("#",))]
)
def test_a_brand_with_nothing_to_find_is_refused(brand: Brand) -> None:
    with pytest.raises(QueryError):
        Matcher([brand])


def test_no_brands_and_empty_brands_match_nothing() -> None:
    assert Matcher([]).match(mention("زين")) == []
    assert Matcher([Brand("b")]).match(mention("زييين")) == []


@pytest.mark.parametrize("word", ["زين", "السلام", "نون", "Apple", "e", "orange"])
def test_everyday_words_are_warned_of(word: str) -> None:
    assert is_common_word(word)


@pytest.mark.parametrize(
    "word", ["stc", "موبايلي", "زين السعودية", "#زين", "@noon", "الراجحي", "e&"]
)
def test_names_are_not(word: str) -> None:
    assert not is_common_word(word)

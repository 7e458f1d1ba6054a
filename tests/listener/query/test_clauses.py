"""Queries → plain searches that together hold every match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.networks.html_text import text_of
from listener.query.clauses import clauses, wordless


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("رشفان", [("رشفان",)]),
        ("رشفان جدة", [("رشفان", "جدة")]),
        ("رشفان أو Rashfan", [("رشفان",), ("Rashfan",)]),
        ("رشفان بدون كرة", [("رشفان",)]),
        ('(زين OR "زين السعودية" OR Zain) NOT "زين الدين"', [("زين",), ("Zain",)]),
        ("(a OR b) AND (c OR d)", [("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")]),
        ("a NEAR/5 b", [("a", "b")]),
        ("a NOT (b OR c) d", [("a", "d")]),
        ("lang:ar network:x followers:>100 a", [("a",)]),
        ('exact:"ما شاء الله"', [("ما شاء الله",)]),
        ("«قهوة رشفان»", [("قهوة رشفان",)]),
        ("#رشفان OR @rashfan", [("#رشفان",), ("@rashfan",)]),
        ("(a OR (b", []),
        ("a)) b", []),
        ("NOT a", []),
        ("", []),
        ("a OR a", [("a",)]),
    ],
)
def test_clauses(query: str, expected: list[tuple[str, ...]]) -> None:
    assert list(clauses(query)) == expected


def test_many_alternatives_are_all_kept_and_products_are_bounded() -> None:
    assert len(clauses(" OR ".join(f"w{n}" for n in range(100)))) == 100
    side = "(" + " OR ".join(f"{{}}{n}" for n in range(10)) + ")"
    product = " ".join(side.replace("{}", letter) for letter in "abcd")
    assert 1 <= len(clauses(product)) <= 24


@given(st.text(alphabet='ab ()"«»:-#@أو\u200fORANDNOT/5', max_size=60))
def test_it_never_raises(query: str) -> None:
    clauses(query)


def test_a_hundred_thousand_parentheses_do_not_raise() -> None:
    assert clauses("(" * 100_000 + "a") == ()
    assert clauses("NOT (" * 5_000) == ()


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>a<br>b</p><p>c</p>", "a\nb\nc"),
        ("a &amp; b &#x27;c&#x27;", "a & b 'c'"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("I <3 you", "I <3 you"),
        ("cut <a href='x", "cut"),
        ("<![CDATA[x]]>y", "y"),
        ("<script>a()</script>b<style>c", "b"),
        ("plain  text", "plain  text"),
        ("<p>نص\u00a0عربي</p>", "نص عربي"),
    ],
)
def test_html_becomes_what_a_person_reads(html: str, plain: str) -> None:
    assert text_of(html) == plain


@given(st.text(alphabet="<>!/&;#ax-[]\"'= \n", max_size=80))
def test_html_never_raises(html: str) -> None:
    text_of(html)


@pytest.mark.parametrize(
    ("query", "has"),
    [
        ("زين", False),
        ("from:ahmad followers:>100", True),
        ("زين OR from:ahmad", True),
        ("زين from:ahmad", False),
        ("(from:ahmad OR زين) شبكة", False),
        ("(from:ahmad OR lang:en) NOT زين", True),
    ],
)
def test_an_alternative_that_no_search_can_look_for(query: str, has: bool) -> None:
    assert wordless(query) is has

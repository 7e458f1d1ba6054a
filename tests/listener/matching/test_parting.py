"""Words where nobody joined or parted them: scripts, hashtags, addresses, signs, joiners."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from listener.matching.matcher import Matcher
from listener.records import Brand, Mention

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def found(keyword: str, text: str, *, tags: tuple[str, ...] = ()) -> bool:
    """By the matcher, which the sieve stands before, and by the explanation, before which it does
    not: both say the same."""
    matcher = Matcher([Brand("b", keywords=(keyword,))])
    mention = Mention("x", "1", text, NOW, hashtags=tags)
    matched = bool(matcher.match(mention))
    assert bool(matcher.explain(mention).matched) is matched
    return matched


def _cases(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(word, text) for word, texts in table.items() for text in texts.split(" | ")]


FOUND = {
    "stc": "خدمةstc سيئة | stcخدمة | الstc | وبالـstc | #خدمه_stc2026 | #خدمةstc | #stc2026",
    "5g": "زين5g | ال5g | 5gزين | زين٥g",
    "زين": "zainزين | زين2026 | #زينKSA",
    "قهوة النخلة": "#قهوةالنخلة متى تردون | #قهوه_النخله | #بقهوةالنخلة | #قهوةالنخلة2026"
    " | #حملة_قهوةالنخلة | #قهوةالنخلةالرياض | قهوة\u200cالنخلة | قهوة\u200bالنخلة | قهـــوة النخلة"
    " | قهوة\u2011النخلة | #ق\u200fهوةالنخلة | قهوةِ\u200cالنخلة",
    "coffee palm": "#CoffeePalm | #coffeepalm | #COFFEEPALM | #CoffeePalm2026 | #my_coffeepalm",
    "palm": "#CoffeePalm | #palm2026",
    "covid19": "#covid19 | covid19",
    "e&": "شبكة e& بطيئة | E& is slow | الـe& خدمة | e&خدمة | (e&) | by e&.",
    "C++": "I like C++ | c++ job | C++.",
    "C#": "C# dev | c#",
    "H&M": "H&M | h & m | فرع H&M | بH&M",
    "AT&T": "AT&T down | at & t",
    ".NET": ".NET developer | use .net",
    "7-Eleven": "7-Eleven | 7 eleven | ٧-eleven",
    "Dr. Sulaiman": "dr sulaiman | Dr. Sulaiman Al",
    "noon.com": "من noon.com اليوم | NOON.com",
}
NOT_FOUND = {
    "stc": "stcx | https://youtu.be/a-stc_9xQ | https://t.co/stc | t.co/stc | stc.com.sa"
    " | stc@stc.com | www.stc.com/x | https://stc.example"
    " | https://a.example?q=stc | https://a.example/#stc | https://ar.example/stc",
    "قهوة النخلة": "#قهوةالنخلات | قهوةالنخلة_اسم",
    "coffee palm": "#coffeepalms | coffeepalm",
    "palm": "#coffeepalm | #napalm",
    "e&": "الحرف e في | vitamin e | e&m | e & m | e",
    "C++": "c | c+ | vitamin c",
    "C#": "c | C+",
    "H&M": "h m | hm | h+m",
    "AT&T": "at t | at the t",
    ".NET": "net | the net | a.net",
    "noon": "noon.com | noon@example.com",
    "noon.com": "noon | https://noon.com/x | x@noon.com",
}


@pytest.mark.parametrize(("keyword", "text"), _cases(FOUND))
def test_a_name_is_found_where_it_is_joined_or_parted(keyword: str, text: str) -> None:
    assert found(keyword, text)


@pytest.mark.parametrize(("keyword", "text"), _cases(NOT_FOUND))
def test_what_only_looks_like_it_is_not(keyword: str, text: str) -> None:
    assert not found(keyword, text)


def test_a_hashtag_that_only_the_record_names_is_cut_the_same() -> None:
    assert found("قهوة النخلة", "صورة", tags=("قهوةالنخلة",))
    assert found("stc", "صورة", tags=("خدمةstc",))
    assert not found("قهوة النخلة", "صورة", tags=("قهوةالنخلات",))


def test_the_evidence_is_the_hashtag() -> None:
    (hit,) = Matcher([Brand("b", keywords=("coffee palm",))]).match(
        Mention("x", "1", "رحنا #CoffeePalm اليوم", NOW)
    )
    (evidence,) = hit.evidence
    assert (evidence.place, evidence.found) == ("hashtag", "CoffeePalm")


def test_a_place_in_the_text_stays_beside_that_in_a_hashtag() -> None:
    brand = Brand("b", query='"coffee palm" NEAR/2 bad')
    texts = ["bad coffee palm a b c d e f #CoffeePalm", "coffee palm a b c d e f #CoffeePalm bad"]
    match = Matcher([brand]).match
    assert all(match(Mention("x", "1", text, NOW)) for text in texts)


def test_quotes_of_parted_text_are_the_writers_own() -> None:
    (hit,) = Matcher([Brand("b", keywords=("stc",))]).match(
        Mention("x", "1", "https://t.co/stc والله خدمةstc سيئة", NOW)
    )
    assert [(e.place, e.found) for e in hit.evidence] == [("text", "stc")]


def test_an_address_is_no_hashtag_and_no_handle() -> None:
    brand = Brand("b", hashtags=("stc",), handles=("stc",))
    text = "https://a.example/@stc#stc"
    assert Matcher([brand]).match(Mention("x", "1", text, NOW)) == []

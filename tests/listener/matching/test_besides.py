"""What people see with a post is found in it, each piece for itself."""

from __future__ import annotations

from typing import Any

import pytest

from listener.matching.matcher import Matcher
from listener.records import Beside, Brand, Evidence, Mention

PICTURE = Beside("picture", "فاتورة من قهوة النخلة بتسعين ريالا")
LINK = Beside("link", "Nakhla opens in Jeddah\nقهوة النخلة تفتح فرعا")


def mention(text: str, *beside: Beside, **more: Any) -> Mention:
    return Mention("x", "1", text, None, beside=beside, **more)


def proof(query: str, of: Mention) -> list[Evidence]:
    return [e for hit in Matcher([Brand("b", query=query)]).match(of) for e in hit.evidence]


@pytest.mark.parametrize(
    ("query", "place", "found"),
    [
        ('"قهوة النخلة"', "picture", "قهوة النخلة"),
        ("فاتورة", "picture", "فاتورة"),
        ("Jeddah", "link", "Jeddah"),
        ('exact:"Nakhla"', "link", "Nakhla"),
        ("تفتح NEAR/2 فرعا", "link", "فرعا"),
        ("شوفوا", "text", "شوفوا"),
        ("#النخلة", "quoted", "النخلة"),
        ("@nakhla", "poll", "nakhla"),
    ],
)
def test_a_term_is_found_beside_the_text_and_said_where(query: str, place: str, found: str) -> None:
    quoted, poll = Beside("quoted", "اشتقت #النخلة"), Beside("poll", "نعم\n@nakhla")
    seen = proof(query, mention("شوفوا هذا", PICTURE, LINK, quoted, poll))
    assert [(e.place, e.found) for e in seen][-1:] == [(place, found)]


def test_the_text_is_named_before_what_stands_beside_it() -> None:
    seen = proof('"قهوة النخلة"', mention("قهوه النخله اليوم", PICTURE))
    assert [(e.place, e.found) for e in seen] == [("text", "قهوه النخله")]


def test_no_phrase_runs_from_one_piece_into_the_next() -> None:
    apart = mention("رحت قهوة", Beside("picture", "النخلة"), Beside("picture", "في جدة"))
    assert not proof('"قهوة النخلة"', apart)
    assert not proof('"النخلة في"', apart)
    assert not proof("قهوة NEAR/1 النخلة", apart)


def test_what_is_excluded_is_excluded_beside_the_text_too() -> None:
    brand = Brand("b", keywords=("النخلة",), exclude=("تمر",))
    assert not Matcher([brand]).match(mention("من النخلة", Beside("picture", "صحن تمر")))


def test_a_tag_of_the_record_is_found_after_pieces() -> None:
    seen = proof("#النخلة", mention("شوفوا", PICTURE, hashtags=("النخلة",)))
    assert [(e.place, e.found) for e in seen] == [("hashtag", "النخلة")]


def test_nothing_is_found_where_nothing_is() -> None:
    assert not proof("زين", mention("شوفوا هذا", PICTURE, LINK))

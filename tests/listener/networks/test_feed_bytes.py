"""Bytes that are not what they say: each of these was seen, or is its neighbour."""

from __future__ import annotations

import pytest

from listener.networks.base import Page
from listener.networks.feed.bytes import decoded
from tests.listener.networks.pages.rss import FEED, RSS
from tests.listener.networks.test_rss import answered

ITEM = "<rss><item><title>قهوة النخلة سيئة</title></item></rss>"


def said(encoding: str, rest: str = ITEM) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{rest}'


@pytest.mark.parametrize(
    ("content", "content_type", "doubt"),
    [
        (said("utf-8").encode(), "", None),
        (ITEM.encode(), "", None),
        (ITEM.encode(), "text/xml; charset=us-ascii", None),
        (said("windows-1256").encode("cp1256"), "", None),
        (said("win-1256").encode("cp1256"), "", None),
        (said("utf-8").encode("cp1256"), "text/xml; charset=windows-1256", None),
        (said("utf-8").encode("cp1256"), "", "says utf-8, is windows-1256"),
        (ITEM.encode("cp1256"), 'text/xml; charset="UTF-8"', "says utf-8, is windows-1256"),
        (said("windows-1256").encode(), "", "says windows-1256, is utf-8"),
        (said("iso-8859-1").encode("cp1256"), "", "says windows-1252, is windows-1256"),
        (ITEM.encode(), "text/xml; charset=iso-8859-1", "says windows-1252, is utf-8"),
        (said("iso-8859-6").encode("cp1256"), "", "says iso8859-6, is windows-1256"),
        (said("windows-1256").encode("iso8859-6"), "", "says windows-1256, is iso8859-6"),
        (ITEM.encode("cp1256"), "", "does not say its encoding, read as windows-1256"),
        (said("base64").encode("cp1256"), "", "does not say its encoding, read as windows-1256"),
        (b"\xef\xbb\xbf" + ITEM.encode(), "", None),
        (b"\xef\xbb\xbf" + said("utf-8").encode("cp1256"), "", "says utf-8, is windows-1256"),
        (said("utf-16").encode("utf-16"), "", None),
        (said("utf-16").encode("utf-16-be"), "", None),
        (ITEM.encode("utf-16-le"), "", None),
        (ITEM.encode("utf-32"), "", None),
        (said("utf-8").encode("utf-16"), "text/xml; charset=utf-8", "says utf-8, is utf-16-le"),
        (said("utf-16").encode(), "", "says utf-16, is utf-8"),
    ],
)
def test_what_the_bytes_are_counts_and_what_they_said_is_told(
    content: bytes, content_type: str, doubt: str | None
) -> None:
    read = decoded(content, content_type)
    assert "قهوة النخلة سيئة" in read.text
    assert "\ufeff" not in read.text
    assert read.doubt == doubt


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1251", "Привет мир"),
        ("gb2312", "你好世界"),
        ("iso-8859-15", "études à 5 €"),
        ("shift_jis", "こんにちは"),
    ],
)
def test_what_others_say_of_themselves_is_believed(encoding: str, text: str) -> None:
    read = decoded(said(encoding, text).encode(encoding))
    assert (read.text.endswith(text), read.doubt) == (True, None)


def test_french_that_calls_itself_utf8_does_not_become_arabic() -> None:
    read = decoded(said("utf-8", "<t>été à la français œuvre</t>").encode("cp1252"))
    assert "été à la français œuvre" in read.text


def test_spanish_and_german_without_a_word_of_it_do_not_become_arabic() -> None:
    read = decoded("<t>el señor García año, größer schön</t>".encode("cp1252"))
    assert read.text == "<t>el señor García año, größer schön</t>"


def test_a_cut_letter_costs_one_letter() -> None:
    whole = said("utf-8").encode()
    at = whole.index("سيئة".encode())
    read = decoded(whole[: at + 1] + whole[at + 2 :])
    assert "قهوة النخلة \ufffdيئة" in read.text
    assert read.doubt == "1 letter could not be read"


def test_an_entry_in_another_encoding_than_its_feed_is_read_too() -> None:
    pasted = "<title>عرض من المطعم الكبير في مدينة الرياض وضواحيها</title>".encode("cp1256")
    read = decoded(said("utf-8").encode() + pasted * 3)
    assert "قهوة النخلة سيئة" in read.text
    assert read.text.count("عرض من المطعم الكبير في مدينة الرياض وضواحيها") == 3
    assert read.doubt == "part of it is windows-1256"


def page(xml: str | bytes, content_type: str = "application/rss+xml") -> Page:
    content = xml if isinstance(xml, bytes) else xml.encode()
    return RSS.parse(answered(content, content_type), FEED, None)


ITEMS = (
    "<item><title>قهوة{}النخلة</title><link>http://e/1</link></item><item><title>b</title></item>"
)


@pytest.mark.parametrize("bad", ["\x0b", "\x00", "\x1f", "\ufffe", "&#11;", "&#x1F;", "&#0;"])
def test_a_sign_that_xml_forbids_costs_itself(bad: str) -> None:
    found = page(f'<rss version="2.0"><channel>{ITEMS.format(bad)}</channel></rss>')
    assert [m.text for m in found.mentions] == ["قهوة النخلة", "b"]


@pytest.mark.parametrize("broken", ["&nbsp;", " & ", "&unknown;", "<br>", "&#xD800;"])
def test_what_is_no_xml_is_read_all_the_same(broken: str) -> None:
    found = page(f'<rss version="2.0"><channel>{ITEMS.format(broken)}</channel></rss>')
    assert len(found.mentions) == 2
    assert "قهوة" in found.mentions[0].text


def test_a_feed_that_is_cut_off_gives_what_it_has() -> None:
    found = page(f'<rss version="2.0"><channel>{ITEMS.format(" ")}<item><title>a long')
    assert len(found.mentions) >= 2


def test_white_space_before_the_declaration_and_a_json_feed_with_a_mark_are_read() -> None:
    declared = said("utf-8", f'<rss version="2.0"><channel>{ITEMS.format(" ")}</channel></rss>')
    assert len(page("\n  " + declared).mentions) == 2
    json = (
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "قهوة"}]}'
    )
    for encoding in ("utf-8-sig", "utf-16"):
        assert page(json.encode(encoding), "application/json").mentions[0].text == "قهوة"


def test_the_page_says_what_was_doubtful() -> None:
    xml = f'<rss version="2.0"><channel>{ITEMS.format(" ")}</channel></rss>'
    assert page(said("utf-8", xml).encode("cp1256")).doubt == "says utf-8, is windows-1256"
    assert page(xml).doubt is None

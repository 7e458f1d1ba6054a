"""Feeds that were made to hurt: each is refused, or read within its own size."""

from __future__ import annotations

import pytest

from listener.networks.base import BadPage
from listener.networks.feed.xml import MAX_ATTRIBUTES, MAX_ENTRIES, MAX_SIGNS, feed_of
from tests.listener.networks.pages.rss import FEED, RSS
from tests.listener.networks.test_rss import answered


def rss(inside: str, head: str = "") -> str:
    return f'{head}<rss version="2.0"><channel><title>t</title>{inside}</channel></rss>'


def text(head: str, title: str) -> str:
    page = RSS.parse(
        answered(rss(f"<item><title>x {title}</title></item>", head).encode()), FEED, None
    )
    return "".join(mention.text for mention in page.mentions)


@pytest.mark.parametrize(
    "subset",
    [
        f'<!ENTITY a "{"x" * 10_000}">',
        f"<!ENTITY a '{'x' * 10_000}'>",
        f'<!ENTITY z "<rss>"><!ENTITY a "{"x" * 10_000}">',
        f'<!-- ]> --><!ENTITY a "{"x" * 10_000}">',
        f"<!ENTITY % p \"<!ENTITY a '{'x' * 10_000}'>\">%p;",
        '<!ENTITY b "xxxxxxxxxx"><!ENTITY a "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">',
    ],
)
@pytest.mark.parametrize("tail", ["", "&unknown; "])  # the loose parser, too
def test_an_entity_that_grows_does_not(subset: str, tail: str) -> None:
    assert len(text(f"<!DOCTYPE rss [{subset}]>", tail + "&a;" * 1_000)) < 20_000


def test_a_short_entity_is_still_what_it_stands_for() -> None:
    head = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY name "قهوة">]>'
    assert text(head, "&name;&nbsp;النخلة") == "x قهوة النخلة"


@pytest.mark.parametrize(
    "inside",
    [
        "<item/>" * (MAX_ENTRIES + 1),
        "<item>" + "<a>" * MAX_SIGNS,
        "<item><description>" + "&" * MAX_SIGNS,
        f"<item {' '.join(f'a{n}=1' for n in range(MAX_ATTRIBUTES + 1))}/>",
    ],
)
def test_more_markup_than_any_feed_has_is_not_read(inside: str) -> None:
    with pytest.raises(BadPage, match="it is not read"):
        feed_of(rss(inside))


def test_a_picture_in_an_address_is_no_crowd() -> None:
    picture = f'<img src="data:image/png;base64,{"A=" * 20_000}">'
    _, entries = feed_of(rss(f"<item><description><![CDATA[{picture}>x]]></description></item>"))
    assert len(entries) == 1


def test_no_html_is_sanitised_and_none_reaches_anybody() -> None:
    body = "<![CDATA[<script>bad()</script><p onclick='bad()'>قهوة</p>]]>"
    page = RSS.parse(
        answered(rss(f"<item><description>{body}</description></item>").encode()), FEED, None
    )
    assert page.mentions[0].text == "قهوة"

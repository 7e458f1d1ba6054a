"""What a person would read of an entry, and the link that opens."""

from __future__ import annotations

from typing import Any

import pytest

from listener.networks.base import Read
from listener.networks.feed.links import absolute
from listener.networks.html_text import text_of
from tests.listener.networks.pages.rss import FEED, RSS
from tests.listener.networks.test_rss import answered

NAMESPACES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def only(items: str, *, channel: str = "", read: Read = FEED) -> Any:
    xml = f'<rss version="2.0" {NAMESPACES}><channel>{channel}{items}</channel></rss>'
    (mention,) = RSS.parse(answered(xml.encode()), read, None).mentions
    return mention


@pytest.mark.parametrize(
    "html",
    [
        *(
            f"<{tag}>قهوة</{tag}>النخلة"
            for tag in ("h1", "h2", "h6", "p", "div", "li", "blockquote")
        ),
        *(f"قهوة<{tag}>النخلة" for tag in ("br", "br/", "hr", "p", "li", "dd", "tr", "td", "img")),
        *(f"<{tag}>قهوة</{tag}>النخلة" for tag in ("figcaption", "address", "summary", "center")),
        *(
            f"<{tag}>قهوة</{tag}>النخلة"
            for tag in ("article", "caption", "pre", "option", "legend")
        ),
        "<table><tr><td>قهوة</td><td>النخلة</td></tr></table>",
        "<table><tr><th>قهوة<th>النخلة</table>",
        "<dl><dt>قهوة<dd>النخلة</dl>",
        "<my-card>قهوة</my-card><my-card>النخلة</my-card>",
        "<H2 class=x>قهوة</H2>النخلة",
    ],
)
def test_every_block_and_cell_ends_a_word(html: str) -> None:
    assert text_of(html).split() == ["قهوة", "النخلة"]


@pytest.mark.parametrize("tag", ["b", "span", "a", "em", "font", "mark", "sub", "wbr", "bdi"])
def test_what_stands_within_a_word_does_not_part_it(tag: str) -> None:
    assert text_of(f"قه<{tag}>وة") == "قهوة"


def test_description_and_content_are_both_read() -> None:
    both = (
        "<item><title>خبر</title><description>مقدمة عن قهوة النخلة</description>"
        "<content:encoded><![CDATA[<p>نص الخبر</p>]]></content:encoded></item>"
    )
    assert only(both).text == "خبر\nمقدمة عن قهوة النخلة\nنص الخبر"
    turned = (
        "<item><title>خبر</title><content:encoded>نص الخبر</content:encoded>"
        "<description>مقدمة عن قهوة النخلة</description></item>"
    )
    assert only(turned).text == "خبر\nمقدمة عن قهوة النخلة\nنص الخبر"


@pytest.mark.parametrize(
    ("summary", "content", "read"),
    [
        ("أول الخبر كله هنا […]", "<p>أول الخبر كله هنا وبقيته</p>", "أول الخبر كله هنا وبقيته"),
        ("أول الخبر كله...", "<p>أول الخبر كله هنا</p>", "أول الخبر كله هنا"),
        ("النص", "<p>النص</p>", "النص"),
        ("النص كله وأكثر", "<p>النص كله</p>", "النص كله وأكثر"),
    ],
)
def test_what_is_said_twice_is_read_once(summary: str, content: str, read: str) -> None:
    item = (
        f"<item><description>{summary}</description>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
    )
    assert only(item).text == read


def test_all_texts_of_a_json_feeds_item_are_read() -> None:
    item = '{"id": "1", "title": "خبر", "summary": "مقدمة", "content_html": "<h2>عن</h2>قهوة"}'
    (mention,) = RSS.parse(answered(f'{{"items": [{item}]}}'.encode()), FEED, None).mentions
    assert mention.text == "خبر\nمقدمة\nعن\nقهوة"


BASES = ["http://site.example/news/index.html"]


@pytest.mark.parametrize(
    ("link", "opens"),
    [
        ("/news/9", "http://site.example/news/9"),
        ("9?id=1&x=2", "http://site.example/news/9?id=1&x=2"),
        ("../9", "http://site.example/9"),
        ("?p=3", "http://site.example/news/index.html?p=3"),
        ("//cdn.example/a", "http://cdn.example/a"),
        ("www.site.example/9", "http://www.site.example/9"),
        ("site.example/9", "http://site.example/9"),
        ("site.example:8080/9", "http://site.example:8080/9"),
        ("http:/site.example/9", "http://site.example/9"),
        ("http://site.example/a b\u00a0c", "http://site.example/a%20b%C2%A0c"),
        (" \n http://site.example/\n  long ", "http://site.example/long"),
        ("http://site.example/خبر عاجل", "http://site.example/خبر%20عاجل"),
        ('http://e/<b>|x"y', "http://e/%3Cb%3E%7Cx%22y"),
        ("http://e/" + "a" * 1_000, "http://e/" + "a" * 1_000),
        ("javascript:alert(1)", None),
        ("mailto:x@y.example", None),
        ("tag:x.example,2020:1", None),
        ("http://", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_opens(link: str | None, opens: str | None) -> None:
    assert absolute(link, BASES) == opens


def test_a_relative_link_starts_at_the_site_else_at_the_feed() -> None:
    item = "<item><title>x</title><link>/news/9</link></item>"
    site = "<link>http://site.example/</link>"
    assert only(item, channel=site).url == "http://site.example/news/9"
    assert only(item).url == "https://example.com/news/9"
    keyed = Read("feed", "https://me:s3cret@example.com/feed?key=s3cret")
    for link in ("/9", "?p=9", "#9", "9"):
        item = f"<item><title>x</title><link>{link}</link></item>"
        assert "s3cret" not in str(only(item, read=keyed).url)


def test_xml_base_comes_before_the_site() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://base.example/a/">'
        '<link href="http://site.example/"/><title>t</title>'
        '<entry><title>x</title><id>urn:1</id><link href="b"/></entry></feed>'
    )
    (mention,) = RSS.parse(answered(atom.encode()), FEED, None).mentions
    assert mention.url == "http://base.example/a/b"

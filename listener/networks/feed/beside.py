"""What stands beside a feed's entry: descriptions of its pictures, titles of what is attached.

Media RSS (https://www.rssboard.org/media-rss): feedparser takes ``media:description`` for the
entry's own, so that a picture's would stand where the article does. ``marked`` renames it, before
the feed is parsed, to the one element of Media RSS that feedparser lists; its attribute tells them
apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

from listener.networks import fields as f
from listener.networks.beside import once, piece
from listener.networks.html_text import text_of
from listener.records import Beside

_OPENED, _CLOSED = re.compile(r"<media:description(?=[\s>])"), "</media:description>"


def marked(content: str) -> str:
    """The feed with its media descriptions under another name."""
    if _CLOSED not in content:
        return content
    opened = _OPENED.sub('<media:credit rasid="described"', content)
    return opened.replace(_CLOSED, "</media:credit>")


def described(entry: Mapping[str, object]) -> list[str]:
    """Texts of the entry's media descriptions, in order."""
    credits = [f.obj(one) for one in f.items(entry.get("media_credit"))]
    told = [f.text(one.get("content")) for one in credits if one.get("rasid") == "described"]
    return [text_of(text) for text in told if text]


def beside_of(entry: Mapping[str, object], body: str) -> tuple[Beside, ...]:
    """``body``: the entry's own text, which is not said again."""
    return once(_pieces(entry), body)


def _pieces(entry: Mapping[str, object]) -> Iterator[Beside]:
    for text in described(entry):
        yield from piece("picture", text)
    for html in (*f.items(entry.get("content")), {"value": entry.get("summary")}):
        for alt in alternatives(f.text(f.obj(html).get("value")) or ""):
            yield from piece("picture", alt)
    for link in map(f.obj, f.items(entry.get("links"))):
        if link.get("rel") == "enclosure":
            is_picture = (f.text(link.get("type")) or "").startswith("image/")
            yield from piece("picture" if is_picture else "link", link.get("title"))


def alternatives(html: str) -> list[str]:
    """The ``alt`` texts of the pictures in HTML."""
    if "alt" not in html:
        return []
    reader = _Alternatives()
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        pass  # html.parser gives up on a few malformed declarations; what it read so far counts
    return reader.found


class _Alternatives(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found += [alt for name, alt in attrs if name == "alt" and alt and alt.strip()]

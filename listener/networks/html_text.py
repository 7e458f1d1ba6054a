"""HTML as networks send it → the text a person would read. Standard library only, never raises."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_BREAKS = frozenset(
    ("br", "p", "div", "li", "ul", "ol", "blockquote", "pre", "tr", "table", "section", "h1")
)
_SILENT = frozenset(("script", "style", "template", "head", "title"))
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_CUT_TAG = re.compile(r"<[A-Za-z/!][^<>]*$")  # a summary cut off inside a tag
_LINES = re.compile(r" *\n[ \n]*")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent.append(tag)
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            # A line break inside HTML text is a space; real breaks come from tags.
            self.parts.append(data.replace("\n", " "))


def text_of(html: str) -> str:
    """Plain text of an HTML fragment: blocks and ``<br>`` become lines, entities characters.

    Mastodon hides parts of a shortened link with ``class="invisible"`` and shows the rest with
    "…" by CSS; all of it stays here, so the whole address is kept.
    """
    if "<" not in html and "&" not in html:
        return html.strip()
    html = _CUT_TAG.sub("", html)
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        # html.parser gives up on a few malformed declarations ("<![foo"): strip tags bluntly.
        return _tidy(unescape(re.sub(r"<[^<>]*>", " ", html)))
    return _tidy("".join(reader.parts))


def _tidy(raw: str) -> str:
    return _LINES.sub("\n", _SPACES.sub(" ", raw)).strip()

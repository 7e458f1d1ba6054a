"""HTML as networks send it → the text a person would read. Standard library only, never raises."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "data", "del"),
        *("dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "output", "picture"),
        *("q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "source", "span", "strike"),
        *("strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
"""What stands within a line and a word: everything else keeps apart what is before and after it."""
_BESIDE = frozenset(("td", "th", "img", "input", "button", "option", "select", "svg", "canvas"))
"""What stands within a line, but between words."""
_SILENT = frozenset(("script", "style", "template", "head", "title"))
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_CUT_TAG = re.compile(r"<[A-Za-z/!][^<>]*$")  # a summary cut off inside a tag
_LINES = re.compile(r" *\n[ \n]*")
_UNSEEN = re.compile("\u00ad")  # where a word may be broken; it is not


def _between(tag: str) -> str:
    """What a tag is in text."""
    if tag in _INLINE:
        return ""
    return " " if tag in _BESIDE or ":" in tag or "-" in tag else "\n"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent.append(tag)
        else:
            self.parts.append(_between(tag))

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()
        else:
            self.parts.append(_between(tag))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            # A line break inside HTML text is a space; real breaks come from tags.
            self.parts.append(data.replace("\n", " "))


def text_of(html: str) -> str:
    """Plain text of an HTML fragment: blocks and ``<br>`` become lines, cells stand apart, entities
    become characters.

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
    return _LINES.sub("\n", _SPACES.sub(" ", _UNSEEN.sub("", raw))).strip()

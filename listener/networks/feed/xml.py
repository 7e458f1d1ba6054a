"""Text of RSS or Atom → feedparser's feed and entries, however broken, within bounds.

feedparser (https://feedparser.readthedocs.io/) reads the document only: its sanitiser and its
resolving of addresses within texts take three quarters of the time and are not wanted, since no
HTML of a feed is shown to anybody (``html_text`` makes text of it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO

import feedparser

from listener.networks.base import BadPage

MAX_ENTRIES = 10_000
MAX_SIGNS = 400_000
"""Of "<" and "&": a feed of more takes minutes where it is broken; an honest one of the largest
size has fewer."""
MAX_ATTRIBUTES = 1_000
"""Of one tag: Python's SAX looks each one up in a list of all."""
_DECLARATION = re.compile(r"<\?xml[^>]{0,300}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel|entry)\b", re.IGNORECASE)
_ENTITY = re.compile(r'<!ENTITY\s+(\w{1,30})\s+"(&#\w{1,8};|[^&"<>%]{1,16})"\s*>')
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\s[\w:.-]{1,60}\s?=")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_XML_EITHER = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]|d[89a-f][0-9a-f]{2}));",
    re.IGNORECASE,
)
_HEADERS = {"content-type": "application/xml; charset=utf-8"}


def feed_of(
    text: str, content_type: str = ""
) -> tuple[Mapping[str, object], Sequence[Mapping[str, object]]]:
    """The feed's fields and its entries. Raises BadPage where there is no feed in ``text``, or more
    than an honest one holds; ``content_type`` is named then."""
    entries = sum(1 for _ in _ENTRY.finditer(text))
    signs = text.count("<") + text.count("&")
    if entries > MAX_ENTRIES or signs > MAX_SIGNS or _crowded_tag(text):
        raise BadPage(f"a feed of {entries} entries and {signs} signs of markup: it is not read")
    xml = _without_what_xml_forbids(_short_entities_only(_DECLARATION.sub("", text, count=1)))
    try:  # BytesIO: feedparser would open bare bytes as a file name
        parsed = feedparser.parse(
            BytesIO(xml.lstrip().encode("utf-8", "replace")),
            response_headers=_HEADERS,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # feedparser's loose parser raises whatever broken markup provokes
        raise BadPage(f"unreadable feed: {type(error).__name__}") from None
    if not parsed.entries and not parsed.get("version"):
        raise BadPage(f"no feed in the answer ({content_type or 'no content type'})")
    return parsed.feed, parsed.entries


def _crowded_tag(text: str) -> bool:
    """Whether a tag has more attributes than any."""
    return any(
        len(tag) > MAX_ATTRIBUTES * 4
        and len(_ATTRIBUTE.findall(tag.partition(">")[0])) > MAX_ATTRIBUTES
        for tag in text.split("<")
    )


def _without_what_xml_forbids(text: str) -> str:
    """A control character ends XML; here it costs itself."""
    return _NOT_XML_EITHER.sub(" ", _NOT_XML.sub(" ", text))


def _short_entities_only(text: str) -> str:
    """Without a document type but for short entities: a long one, or one made of others, can become
    any number of gigabytes, and an outer one reads files."""
    doctype = _DOCTYPE.search(text, 0, 10_000)
    if doctype is None:
        return text
    root = _ROOT.search(text, doctype.end())
    end = root.start() if root else len(text)
    kept = _ENTITY.findall(text, doctype.end(), end)[:300]
    # A line each: feedparser finds them at the beginning of lines only.
    entities = "".join(f'\n<!ENTITY {name} "{value}">' for name, value in kept)
    inner = f"<!DOCTYPE rss [{entities}\n]>" if entities else ""
    return f"{text[: doctype.start()]}{inner}{text[end:]}"

"""A feed's links → addresses that open.

Relative ones start at the entry's ``xml:base`` (feedparser has joined them), else at the site that
the feed names, as feed readers do, else at the feed. White space and what no address may hold is
percent-encoded; Arabic letters stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, quote, urljoin, urlsplit, urlunsplit

from listener.networks import fields as f

_WEB = re.compile("https?://[^/?#]", re.IGNORECASE)
_SCHEME = re.compile("[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_GOOGLE = re.compile(r"(www\.)?google\.[a-z]{2,3}(\.[a-z]{2})?")
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\"<>\\^`{|}]")
_BROKEN_LINE = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_ONE_SLASH = re.compile(r"(https?):/{0,1}(?=[^/])", re.IGNORECASE)
MAX_LINK = 4000
"""Characters; what is longer is no address that a browser opens."""


def absolute(link: str | None, bases: Iterable[str | None]) -> str | None:
    """``link`` as an http(s) address, beginning at the first of ``bases`` that is one; None where
    it is none (``javascript:``, ``mailto:``, a guid that is no link). Never raises."""
    link = _BROKEN_LINE.sub("", (link or "").strip())
    if not link or len(link) > MAX_LINK:
        return None
    base = next((one for one in bases if one and _WEB.match(one)), None)
    try:
        if not _WEB.match(link):
            if _SCHEME.match(link) and not re.match(r"[\w.-]+:\d", link):
                return _mended(_ONE_SLASH.sub(r"\1://", link))
            if base is None:
                return _mended(f"https:{link}") if link.startswith("//") else None
            link = _from(base, link)
        return _mended(link)
    except ValueError:
        return None


def _from(base: str, link: str) -> str:
    """A path, or an address that only lacks its scheme. Of the base neither sign-in nor query is
    taken along: a feed's key stands there."""
    scheme, netloc, path, _, _ = urlsplit(base)
    netloc = netloc.rpartition("@")[2]
    host = netloc.partition(":")[0].lower().removeprefix("www.")
    first = re.split("[/?#:]", link, maxsplit=1)[0].lower()
    if first.startswith("www.") or first in (host, f"www.{host}"):
        return f"{scheme}://{link}"
    return urljoin(urlunsplit((scheme, netloc, path, "", "")), link)


def _mended(address: str) -> str | None:
    if not _WEB.match(address) or not urlsplit(address).hostname:
        return None
    scheme, netloc, path, query, fragment = urlsplit(_NOT_IN_ADDRESSES.sub(_quoted, address))
    if "%" in netloc:
        return None
    return urlunsplit((scheme.lower(), netloc, path, query, fragment))


def _quoted(character: re.Match[str]) -> str:
    return quote(character[0])


def link_of(entry: Mapping[str, object], *bases: str | None) -> str | None:
    """The address an entry opens: absolute, and behind Google's redirect."""
    link = f.text(entry.get("link"))
    named_only = entry.get("guidislink") and link == f.text(entry.get("id"))
    if named_only and link and not (_WEB.match(link) or link.startswith("/")):
        return None  # a guid that does not say it is no address, and is none
    return real_link(absolute(link, bases))


def real_link(link: str | None) -> str | None:
    """The address behind Google's redirect (``https://www.google.com/url?…&url=REAL``)."""
    try:
        parts = urlsplit(link or "")
        if parts.path == "/url" and _GOOGLE.fullmatch(parts.netloc.lower()):
            parameters = parse_qs(parts.query)
            return next(iter(parameters.get("url", []) + parameters.get("q", [])), link)
    except ValueError:
        return None
    return link

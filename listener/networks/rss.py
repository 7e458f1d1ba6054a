"""RSS, Atom, JSON Feed and Google Alerts: news and blogs, one read for each feed.

API: the feed's own address (relative ones start at ``api_url``). RSS 2.0, RFC 4287, jsonfeed.org,
read by feedparser. Limits: each site's own; every read is a conditional GET (RFC 9110 13.1): the
mark of a feed is its validators, ETag and Last-Modified, and 304 is an empty page. Reach: none.
Cannot see: whether the brand is in an entry (the matcher decides), what left the feed between two
reads, comments unless they have a feed of their own. A key in a feed's address is not stored with
its entries.

Bad feeds are ordinary: no date (its time is unknown) or one in the future (by hours: first seen, as
``fields.seen_at`` says; by more: the store refuses it); ids that repeat or mean something in this
feed only; Arabic in windows-1256 without saying so; entity bombs (feedparser drops every DOCTYPE).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from time import struct_time
from typing import ClassVar
from urllib.parse import parse_qs, urljoin, urlsplit

import feedparser
import httpx

from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.addresses import public_address
from listener.networks.base import BadPage, Page, Read
from listener.networks.defaults import Defaults
from listener.networks.feed_beside import beside_of, described, marked
from listener.networks.html_text import text_of
from listener.networks.jsonfeed import entries_of
from listener.networks.options import Option
from listener.records import Account, Author, Credential, Mention, Query

MAX_BYTES = 5_000_000
_GLOBAL_ID = re.compile(r"[a-z][a-z0-9+.-]*:\S", re.IGNORECASE)  # http:, tag:, urn:, yt:
_WEB = re.compile("https?://", re.IGNORECASE)
_GOOGLE = re.compile(r"(www\.)?google\.[a-z]{2,3}(\.[a-z]{2})?")
_ARABIC_RUN = re.compile("[\u0621-\u064a]{3}")


ABOUT = About(
    name="rss",
    english="Feeds",
    arabic="المواقع والأخبار",
    search="partial",
    stream="no",
    hashtag="no",
    replies="partial",
    own_figures="no",
    reach="no",
    credential="none",
    quota="each site's own",
    price="free",
    history="what the feed holds",
    note="what the feed holds; Google Alerts feeds bring keyword search",
    every=minutes(10),
    options={"feeds": Option("feeds", "addresses, or files with an address a line", needed=True)},
)


@dataclass(frozen=True, slots=True)
class Rss(Defaults):
    """``feeds``: the addresses to read."""

    name: ClassVar[str] = "rss"
    about: ClassVar[About] = ABOUT
    api_url: str = ""
    feeds: tuple[str, ...] = ()

    def reads(
        self,
        brands: Sequence[Query],
        hashtags: Sequence[str],
        accounts: Sequence[Account] = (),
    ) -> Sequence[Read]:
        """Every feed once; queries do not reach a feed."""
        return [Read("feed", feed) for feed in dict.fromkeys(self.feeds)]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        etag, _, modified = (since or "").partition("\n")
        headers = {
            "accept": "application/atom+xml, application/rss+xml, application/feed+json, */*"
        }
        if etag:
            headers["if-none-match"] = etag
        if modified:
            headers["if-modified-since"] = modified
        return httpx.Request("GET", urljoin(self.api_url, read.target or ""), headers=headers)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        if response.status_code == 304:
            return Page()
        feed, entries = _load(response)
        address = read.target or ""
        mentions: dict[str, Mention] = {}
        skipped = 0
        for entry in entries:
            mention = _mention(entry, feed, address, f.seen_at(response))
            if mention and mention.id in mentions and mention.url != mentions[mention.id].url:
                mention = _mention({**entry, "id": None}, feed, address, f.seen_at(response))
            if mention:
                mentions.setdefault(mention.id, mention)
            skipped += mention is None
        validators = [response.headers.get(name, "") for name in ("etag", "last-modified")]
        return Page(
            mentions=tuple(mentions.values()),
            newest="\n".join(validators) if any(validators) else None,
            skipped=skipped,
        )


def _load(response: httpx.Response) -> tuple[Mapping[str, object], list[Mapping[str, object]]]:
    content = response.content
    if len(content) > MAX_BYTES:
        raise BadPage(f"a feed of {len(content)} bytes; {MAX_BYTES} are read at most")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return entries_of(response)
    headers = {"content-type": response.headers.get("content-type", "application/xml")}
    if _is_windows_1256(content, headers["content-type"]):
        headers["content-type"] = "application/xml; charset=windows-1256"
    try:  # BytesIO: feedparser would open bare bytes as a file name
        parsed = feedparser.parse(BytesIO(marked(content)), response_headers=headers)
    except Exception as error:  # feedparser's loose parser raises whatever broken markup provokes
        raise BadPage(f"unreadable feed: {type(error).__name__}") from None
    if not parsed.entries and not parsed.get("version"):
        raise BadPage(f"no feed in the answer ({headers['content-type']})")
    return parsed.feed, parsed.entries


def _is_windows_1256(content: bytes, content_type: str) -> bool:
    """Undeclared, not UTF-8, and runs of Arabic letters when read as windows-1256."""
    if "charset" in content_type.lower() or b"encoding" in content[:200].split(b"?>")[0]:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return bool(_ARABIC_RUN.search(content.decode("windows-1256", errors="ignore")))
    return False


def _mention(
    entry: Mapping[str, object], feed: Mapping[str, object], address: str, seen: datetime | None
) -> Mention | None:
    link = real_link(f.text(entry.get("link")))
    title, body = _text(entry.get("title")), _body(entry)
    if body.startswith(title):
        title = ""
    words = "\n".join(filter(None, (title, body)))
    created = _when(entry, seen)
    if not words:
        return None
    name = _text(f.obj(entry.get("author_detail")).get("name")) or _text(entry.get("author"))
    name = name or _text(feed.get("title")) or urlsplit(address).hostname or ""
    tags = entry.get("tags")
    terms = [f.text(f.obj(tag).get("term")) for tag in tags] if isinstance(tags, list) else []
    return Mention(
        network="rss",
        id=_id(f.text(entry.get("id")), link, title + body, address),
        text=words,
        created_at=created,
        # a guid that is no address comes as the link, too; a feed's key is in its address
        url=link if _WEB.match(link or "") else public_address(address).partition("#")[0] or None,
        author=Author(network="rss", name=name or None),
        kind="article",
        language=f.text(entry.get("language")) or f.text(feed.get("language")),
        hashtags=tuple(dict.fromkeys(t.lstrip("#") for t in terms if t)),
        beside=beside_of(entry, words),
    )


def _id(guid: str | None, link: str | None, words: str, address: str) -> str:
    """guid, else link, else a hash. A guid such as "42" means something in its own feed only."""
    key = f.ident(guid) or f.ident(link) or sha256(words.encode()).hexdigest()
    return key if _GLOBAL_ID.match(key) else f"{public_address(address)}#{key}"


def _text(value: object) -> str:
    return " ".join(text_of(f.text(value) or "").split())


def _body(entry: Mapping[str, object]) -> str:
    content = entry.get("content")
    first = f.obj(content[0]).get("value") if isinstance(content, list) and content else None
    written = text_of(f.text(first) or f.text(entry.get("summary")) or "")
    return written or "\n".join(described(entry))  # a video's description is all it has


def _when(entry: Mapping[str, object], seen: datetime | None) -> datetime | None:
    for key in ("published_parsed", "updated_parsed"):
        # ``in`` first: feedparser warns when it answers "updated" with "published".
        value = entry[key] if key in entry else None  # noqa: SIM401
        moment = value if isinstance(value, datetime) else None
        if isinstance(value, struct_time):
            try:
                moment = datetime.fromtimestamp(calendar.timegm(value), UTC)
            except (ValueError, OverflowError, OSError):
                moment = None
        if moment and moment.year >= 1990:
            near = seen is None or moment <= seen + timedelta(hours=1)
            return moment if near else f.not_after(moment, seen)
    return None


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

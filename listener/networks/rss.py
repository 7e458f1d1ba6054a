"""RSS, Atom, JSON Feed and Google Alerts: news and blogs, one read for each feed.

API: the feed's own address (relative ones start at ``api_url``). RSS 2.0, RFC 4287, jsonfeed.org,
read by feedparser. Limits: each site's own; every read is a conditional GET (RFC 9110 13.1): the
mark of a feed is its validators, ETag and Last-Modified, and 304 is an empty page. Reach: none.
Cannot see: whether the brand is in an entry (the matcher decides), what left the feed between two
reads, comments unless they have a feed of their own. A key in a feed's address is not stored with
its entries.

Bad feeds are ordinary: no date or one that nobody understands (its time is unknown, ``feed_dates``)
or one in the future (by hours: first seen, as ``fields.seen_at`` says; by more: unknown); ids that
repeat or mean something in this feed only; bytes that are not what they say (``feed_bytes``), links
that are half an address (``feed_links``), bombs (``feed_xml``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import httpx

from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.addresses import public_address
from listener.networks.base import BadPage, Page, Read
from listener.networks.defaults import Defaults
from listener.networks.feed.beside import beside_of, described, marked
from listener.networks.feed.bytes import decoded
from listener.networks.feed.dates import moments
from listener.networks.feed.items import Item, told_apart
from listener.networks.feed.links import absolute, link_of
from listener.networks.feed.text import body_of, line_of, title_of
from listener.networks.feed.xml import feed_of
from listener.networks.jsonfeed import entries_of
from listener.networks.options import Option
from listener.records import Account, Author, Credential, Mention, Query

MAX_BYTES = 5_000_000
_WEB = re.compile("https?://", re.IGNORECASE)


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
    delay="what the site takes to renew its feed",
    duty="each site's copyright: show an excerpt and the link",
    options={
        "feeds": Option("feeds", "addresses, or files with an address a line", needed=True),
        "private_hosts": Option(
            "texts", "hosts of the private network that a feed may redirect to", default=()
        ),
    },
)


@dataclass(frozen=True, slots=True)
class Rss(Defaults):
    """``feeds``: the addresses to read. ``private_hosts``: names, or names with ports.
    ``timezone``: of dates that name no zone, in a feed where none does."""

    max_bytes: ClassVar[int] = MAX_BYTES
    name: ClassVar[str] = "rss"
    about: ClassVar[About] = ABOUT
    api_url: str = ""
    feeds: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
    timezone: str = "UTC"

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
            return Page(unchanged=True)
        feed, entries, doubt = _load(response)
        dates = moments(feed, entries, ZoneInfo(self.timezone))
        entries = [{**entry, "moment": at} for entry, at in zip(entries, dates, strict=True)]
        address = read.target or ""
        seen = f.seen_at(response)
        site = absolute(f.text(feed.get("link")), [address])
        items = [_item(entry, feed, address, site, seen) for entry in entries]
        validators = [response.headers.get(name, "") for name in ("etag", "last-modified")]
        return Page(
            mentions=tuple(told_apart(filter(None, items), address)),
            newest="\n".join(validators) if any(validators) else None,
            skipped=items.count(None),
            doubt=doubt,
        )


def _load(
    response: httpx.Response,
) -> tuple[Mapping[str, object], Sequence[Mapping[str, object]], str | None]:
    """The feed, its entries, and in what its bytes were not what they said."""
    content, content_type = response.content, response.headers.get("content-type", "")
    if len(content) > MAX_BYTES:
        raise BadPage(f"a feed of {len(content)} bytes; {MAX_BYTES} are read at most")
    read = decoded(content, content_type)
    text = read.text.lstrip()
    feed, entries = (
        entries_of(text) if text.startswith("{") else feed_of(marked(text), content_type)
    )
    return feed, entries, read.doubt


def _item(
    entry: Mapping[str, object],
    feed: Mapping[str, object],
    address: str,
    site: str | None,
    seen: datetime | None,
) -> Item | None:
    link = link_of(entry, site, address)
    title = title_of(entry)
    body = body_of(entry) or "\n".join(described(entry))  # a video's description is all it has
    if body.startswith(title):
        title = ""
    words = "\n".join(filter(None, (title, body)))
    created = _when(entry.get("moment"), seen)
    if not words:
        return None
    name = line_of(f.obj(entry.get("author_detail")).get("name")) or line_of(entry.get("author"))
    name = name or line_of(feed.get("title")) or urlsplit(address).hostname or ""
    tags = entry.get("tags")
    terms = [f.text(f.obj(tag).get("term")) for tag in tags] if isinstance(tags, list) else []
    mention = Mention(
        network="rss",
        id="",
        text=words,
        created_at=created,
        # a guid that is no address comes as the link, too; a feed's key is in its address
        url=link or public_address(address).partition("#")[0] or None,
        author=Author(network="rss", name=name or None),
        kind="article",
        language=f.text(entry.get("language")) or f.text(feed.get("language")),
        hashtags=tuple(dict.fromkeys(t.lstrip("#") for t in terms if t)),
        beside=beside_of(entry, words),
    )
    return Item(mention, f.ident(f.text(entry.get("id"))), f.ident(link))


def _when(moment: object, seen: datetime | None) -> datetime | None:
    """An hour ahead is a clock that goes wrong, more is a zone that was mistaken."""
    if not isinstance(moment, datetime):
        return None
    near = seen is None or moment <= seen + timedelta(hours=1)
    return moment if near else f.not_after(moment, seen)

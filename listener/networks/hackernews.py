"""Hacker News: stories and comments, by Algolia's search.

API: GET ``api_url``/api/v1/search_by_date (https://hn.algolia.com/api), no key. Limits: about
10,000 requests an hour for each address (by convention); a search reaches 1,000 hits however far
it is paged, so this walk never turns pages: it asks again for what is not newer than the oldest
hit. Reach: none; points and comments of stories only. Cannot see: hashtags (there are none),
deletions. The search knows typos and prefixes: a hit may not hold the word, the matcher decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.base import BadPage, Page, Read
from listener.networks.defaults import Defaults, base_url, search_reads, searched
from listener.networks.html_text import text_of
from listener.networks.options import LIMIT
from listener.records import Account, Author, Credential, Engagement, Mention, Query

OVERLAP = timedelta(minutes=10)
_ITEM = "https://news.ycombinator.com/item?id="


ABOUT = About(
    name="hackernews",
    english="Hacker News",
    arabic="هاكر نيوز",
    search="yes",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="no",
    reach="no",
    credential="none",
    quota="about 10,000 requests an hour",
    price="free",
    history="all, by search",
    note="stories and comments; no followers, no deletions told",
    every=minutes(5),
    delay="about 2 minutes: the search takes up new items every two",
    duty="no terms are published for the search; name the author and link the item",
    options={"limit": LIMIT},
)


@dataclass(frozen=True, slots=True)
class HackerNews(Defaults):
    """``limit``: hits a page, at most 1,000."""

    name: ClassVar[str] = "hackernews"
    about: ClassVar[About] = ABOUT
    api_url: str = "https://hn.algolia.com"
    limit: int = 200

    def reads(
        self,
        brands: Sequence[Query],
        hashtags: Sequence[str],
        accounts: Sequence[Account] = (),
    ) -> Sequence[Read]:
        """A search for each alternative of each query."""
        return search_reads(brands, without="#@")

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        filters = []
        if since and since.isdecimal():
            filters.append(f"created_at_i>={int(since) - int(OVERLAP.total_seconds())}")
        if page and page.isdecimal():
            filters.append(f"created_at_i<={page}")
        params: dict[str, str | int] = {
            "query": searched(read),
            "tags": "(story,comment)",
            "hitsPerPage": self.limit,
            "advancedSyntax": "true",  # "phrases"
            "typoTolerance": "false",
        }
        if filters:
            params["numericFilters"] = ",".join(filters)
        url = base_url(self.api_url, "/api/v1") + "/api/v1/search_by_date"
        return httpx.Request("GET", url, params=params)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body = f.obj(f.page_json(response))
        hits = body.get("hits")
        if not isinstance(hits, list):
            raise BadPage("expected an object with hits")
        parsed = [_mention(f.obj(raw), f.seen_at(response)) for raw in hits]
        times = [t for raw in hits if (t := f.count(f.obj(raw).get("created_at_i"))) is not None]
        return Page(
            mentions=tuple({m.id: m for m in parsed if m}.values()),
            older=self._older(body, times),
            newest=str(max(times)) if times else None,
            skipped=sum(m is None for m in parsed),
        )

    def mark(self, mention: Mention) -> str | None:
        """Seconds since 1970, by Hacker News' own clock."""
        return str(int(mention.created_at.timestamp())) if mention.created_at else None

    def _older(self, body: Mapping[str, object], times: list[int]) -> str | None:
        hits, total = len(times), f.count(body.get("nbHits"))
        if not times or (total is not None and total <= hits):
            return None
        if total is None and hits < self.limit:
            return None
        # Inclusive, because several hits may share the oldest second; a page that is all one
        # second would name itself, so it steps over the rest of that second.
        return str(min(times) if min(times) < max(times) else min(times) - 1)


def _mention(raw: Mapping[str, object], seen: datetime | None) -> Mention | None:
    key = f.ident(raw.get("objectID"))
    created = f.epoch_time(raw.get("created_at_i"))
    comment = f.text(raw.get("comment_text"))
    parts = (
        [f.text(raw.get("title")), f.text(raw.get("story_text"))] if comment is None else [comment]
    )
    body = "\n".join(text_of(part) for part in parts if part)
    if not key or created is None or not body:
        return None
    name, story = f.text(raw.get("author")), f.ident(raw.get("story_id"))
    return Mention(
        network="hackernews",
        id=key,
        text=body,
        created_at=f.not_after(created, seen) or created,
        url=_ITEM + key,
        author=Author(network="hackernews", id=name, handle=name, name=name) if name else None,
        kind="comment" if comment is not None else "post",
        parent_id=f.ident(raw.get("parent_id")),
        thread_id=story if story != key else None,
        media=("link",) if comment is None and f.text(raw.get("url")) else (),
        engagement=Engagement(
            likes=f.count(raw.get("points")), replies=f.count(raw.get("num_comments")), as_of=seen
        ),
    )

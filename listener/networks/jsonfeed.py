"""JSON Feed (https://www.jsonfeed.org/version/1.1/) in the shape feedparser gives to Atom."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from listener.networks.base import BadPage
from listener.networks.fields import iso_time, items, obj, page_json, text


def entries_of(response: httpx.Response) -> tuple[Mapping[str, object], list[Mapping[str, object]]]:
    """The feed's fields and its entries. Raises BadPage where the JSON is no feed."""
    feed = obj(page_json(response))
    if not isinstance(feed.get("items"), list):
        raise BadPage("expected a JSON Feed with items")
    return feed, [_entry(obj(raw), feed) for raw in items(feed["items"])]


def _entry(raw: Mapping[str, object], feed: Mapping[str, object]) -> Mapping[str, object]:
    body = text(raw.get("content_html")) or text(raw.get("content_text")) or raw.get("summary")
    authors = (items(raw.get("authors")) or [raw.get("author")], items(feed.get("authors")))
    names = [text(obj(author).get("name")) for group in authors for author in group]
    names.append(text(obj(feed.get("author")).get("name")))
    identity = raw.get("id")
    return {
        "id": str(identity) if isinstance(identity, int) else identity,
        "link": raw.get("url") or raw.get("external_url"),
        "title": raw.get("title"),
        "summary": body,
        "published_parsed": iso_time(raw.get("date_published")),
        "updated_parsed": iso_time(raw.get("date_modified")),
        "author": next((name for name in names if name), None),
        "tags": [{"term": tag} for tag in items(raw.get("tags"))],
        "language": raw.get("language"),
    }

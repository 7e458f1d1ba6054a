"""JSON Feed (https://www.jsonfeed.org/version/1.1/) in the shape feedparser gives to Atom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from listener.networks import fields as f
from listener.networks.base import BadPage


def entries_of(text: str) -> tuple[Mapping[str, object], list[Mapping[str, object]]]:
    """The feed's fields and its entries. Raises BadPage where the JSON is no feed."""
    try:
        feed = f.obj(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise BadPage(f"a JSON Feed that is no JSON: {str(error)[:100]}") from None
    if not isinstance(feed.get("items"), list):
        raise BadPage("expected a JSON Feed with items")
    entries = [_entry(f.obj(raw), feed) for raw in f.items(feed["items"])]
    return {**feed, "link": feed.get("home_page_url")}, entries


def _entry(raw: Mapping[str, object], feed: Mapping[str, object]) -> Mapping[str, object]:
    plain = [escape(f.text(raw.get(key)) or "") for key in ("content_text", "summary")]
    texts = [f.text(raw.get("content_html")), plain[0]]
    authors = (f.items(raw.get("authors")) or [raw.get("author")], f.items(feed.get("authors")))
    names = [f.text(f.obj(author).get("name")) for group in authors for author in group]
    names.append(f.text(f.obj(feed.get("author")).get("name")))
    identity = raw.get("id")
    return {
        "id": str(identity) if isinstance(identity, int) else identity,
        "link": raw.get("url") or raw.get("external_url"),
        "title": raw.get("title"),
        "summary": plain[1],
        "content": [{"value": text} for text in texts],
        "published": raw.get("date_published"),
        "updated": raw.get("date_modified"),
        "author": next((name for name in names if name), None),
        "tags": [{"term": tag} for tag in f.items(raw.get("tags"))],
        "language": raw.get("language"),
        "links": [
            {"rel": "enclosure", "type": one.get("mime_type"), "title": one.get("title")}
            for one in map(f.obj, f.items(raw.get("attachments")))
        ],
    }

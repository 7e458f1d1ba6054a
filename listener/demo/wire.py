"""Posts of the demo's world as each network writes them: every field a recorded answer has.

A test holds the field sets of these against recorded pages, so a collector that reads the demo
reads the network.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any

from listener.demo.people import BRAND, BRAND_DID, BRAND_HANDLE, Person
from listener.demo.posts import Post
from listener.demo.texts import LATIN

Json = dict[str, Any]


def iso(moment: datetime) -> str:
    """UTC in milliseconds with Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def language(post: Post) -> str:
    """What the author's app says: Arabizi is usually sent as English."""
    return "en" if post.dialect in LATIN else "ar"


def status(post: Post, now: datetime, host: str) -> Json:
    """A Mastodon status (docs.joinmastodon.org/entities/Status)."""
    person = post.author
    home = f"https://{person.server}/@{person.handle}"
    edited = iso(post.edited[0]) if post.edited and post.edited[0] <= now else None
    text = escape(post.text_at(now), quote=False)
    for tag in post.hashtags:
        link = (
            f'<a href="{host}/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        )
        text = text.replace(f"#{tag}", link)
    return {
        "id": post.native,
        "created_at": iso(post.at),
        "in_reply_to_id": post.reply_to.native if post.reply_to else None,
        "in_reply_to_account_id": _number(post.reply_to.author) if post.reply_to else None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": language(post),
        "uri": post.id,
        "url": f"{home}/{post.native}",
        "replies_count": post.replies,
        "reblogs_count": post.shares,
        "favourites_count": post.likes,
        "edited_at": edited,
        "favourited": False,
        "reblogged": False,
        "muted": False,
        "bookmarked": False,
        "content": "<p>" + text.replace("\n", "<br />") + "</p>",
        "filtered": [],
        "reblog": None,
        "account": account(person, home, now),
        "media_attachments": [],
        "mentions": _named(text, host),
        "tags": [{"name": tag, "url": f"{host}/tags/{tag}"} for tag in post.hashtags],
        "emojis": [],
        "quote": None,
        "card": None,
        "poll": None,
    }


def _named(text: str, host: str) -> list[Json]:
    """The brand is at home on this server."""
    if f"@{BRAND} " not in f"{text} ":
        return []
    url = f"{host}/@{BRAND}"
    return [{"id": _number_of(BRAND), "username": BRAND, "url": url, "acct": BRAND}]


def account(person: Person, home: str, now: datetime) -> Json:
    picture = f"https://{person.server}/avatars/missing.png"
    return {
        "id": _number(person),
        "username": person.handle,
        "acct": f"{person.handle}@{person.server}",
        "display_name": person.name,
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": True,
        "group": False,
        "created_at": "2024-03-01T00:00:00.000Z",
        "note": "",
        "url": home,
        "uri": f"https://{person.server}/users/{person.handle}",
        "avatar": picture,
        "avatar_static": picture,
        "header": picture,
        "header_static": picture,
        "followers_count": person.followers,
        "following_count": 120,
        "statuses_count": 300,
        "last_status_at": now.date().isoformat(),
        "hide_collections": False,
        "emojis": [],
        "fields": [],
    }


def _number(person: Person) -> str:
    return _number_of(person.handle)


def _number_of(handle: str) -> str:
    return str(109 * 10**15 + int(sha256(handle.encode()).hexdigest()[:12], 16))


def cid(text: str) -> str:
    """A content id of the right shape: it changes with the content."""
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    digest = sha256(text.encode()).digest() * 2
    return "bafyrei" + "".join(alphabet[byte % 32] for byte in digest[:52])


def record(post: Post, now: datetime) -> Json:
    """An app.bsky.feed.post record; facets count UTF-8 bytes."""
    text = post.text_at(now)
    facets: list[Json] = []
    if text.startswith(f"@{BRAND_HANDLE}"):
        feature = {"did": BRAND_DID, "$type": "app.bsky.richtext.facet#mention"}
        index = {"byteEnd": len(BRAND_HANDLE) + 1, "byteStart": 0}
        facets.append({"index": index, "features": [feature]})
    for tag in post.hashtags:
        start = len(text[: text.find(f"#{tag}")].encode())
        end = start + len(f"#{tag}".encode())
        feature = {"tag": tag, "$type": "app.bsky.richtext.facet#tag"}
        facets.append({"index": {"byteEnd": end, "byteStart": start}, "features": [feature]})
    written: Json = {
        "text": text,
        "$type": "app.bsky.feed.post",
        "langs": [language(post)],
        "facets": facets,
        "createdAt": iso(post.at),
    }
    if post.reply_to:
        first = post.reply_to
        while first.reply_to is not None:
            first = first.reply_to
        written["reply"] = {"parent": _strong(post.reply_to), "root": _strong(first)}
    return written


def _strong(post: Post) -> Json:
    return {"cid": cid(post.text), "uri": post.id}


def post_view(post: Post, now: datetime) -> Json:
    """One post of app.bsky.feed.searchPosts."""
    return {
        "uri": post.id,
        "cid": cid(post.text_at(now)),
        "author": {
            "did": post.author.did,
            "handle": handle(post.author),
            "displayName": post.author.name,
            "associated": {"activitySubscription": {"allowSubscriptions": "followers"}},
            "labels": [],
        },
        "record": record(post, now),
        "bookmarkCount": 0,
        "replyCount": post.replies,
        "repostCount": post.shares,
        "likeCount": post.likes,
        "quoteCount": 0,
        "indexedAt": iso(post.at),
        "labels": [],
    }


def handle(person: Person) -> str:
    """A Bluesky handle is a domain: no underscores."""
    if person.did == BRAND_DID:
        return BRAND_HANDLE
    return f"{person.handle.replace('_', '-')}.bsky.example"


def event(when: datetime, operation: str, what: Post | Person, order: int) -> Json:
    """A Jetstream v1 event. ``order`` keeps the microseconds of one moment apart."""
    micros = int(when.timestamp() * 1000) * 1000 + order % 1000
    if isinstance(what, Person):
        account = {
            "active": False,
            "did": what.did,
            "seq": micros,
            "time": iso(when),
            "status": "deleted",
        }
        return {"did": what.did, "time_us": micros, "kind": "account", "account": account}
    commit: Json = {
        "rev": what.native,
        "operation": operation,
        "collection": "app.bsky.feed.post",
        "rkey": what.native,
    }
    if operation != "delete":
        body = record(what, when)
        commit |= {"record": body, "cid": cid(body["text"])}
    return {"did": what.author.did, "time_us": micros, "kind": "commit", "commit": commit}


def hit(post: Post, words: str) -> Json:
    """One hit of Algolia's Hacker News search: a story, or a comment where the text is long."""
    stamp = int(post.at.timestamp())
    shared: Json = {
        "_highlightResult": {"author": _highlight(post.author.handle, "")},
        "author": post.author.handle,
        "children": [],
        "created_at": post.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "created_at_i": stamp,
        "objectID": post.native,
        "updated_at": post.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    if len(post.text) < 70:
        marks = {"title": _highlight(post.text, words), "url": _highlight("", "")}
        shared["_highlightResult"] |= marks
        tags = ["story", f"author_{post.author.handle}", f"story_{post.native}"]
        url = f"https://links.example/{post.native}"
        return shared | {
            "_tags": tags, "num_comments": post.replies, "points": post.likes,
            "story_id": int(post.native), "title": post.text, "url": url,
        }  # fmt: skip
    story = int(post.native) - 40
    shared["_highlightResult"] |= {
        "comment_text": _highlight(post.text, words),
        "story_title": _highlight("Ordering apps", ""),
    }
    return shared | {
        "_tags": ["comment", f"author_{post.author.handle}", f"story_{story}"],
        "comment_text": escape(post.text), "parent_id": story, "points": None,
        "story_id": story, "story_title": "Ordering apps",
    }  # fmt: skip


def _highlight(value: str, words: str) -> Json:
    matches = bool(words) and words.casefold() in value.casefold()
    return {
        "matchLevel": "full" if matches else "none",
        "matchedWords": [words] if matches else [],
        "value": value,
    } | ({"fullyHighlighted": False} if matches else {})


def atom(posts: list[Post], address: str, now: datetime) -> str:
    """The Arabic paper's Atom feed."""
    updated = iso(max((post.at for post in posts), default=now))
    entries = "".join(
        f"<entry><id>{post.id}</id>"
        f'<link type="text/html" rel="alternate" href="{post.id}"/>'
        f"<title>{escape(post.title)}</title><updated>{iso(post.at)}</updated>"
        '<media:thumbnail height="30" width="30" url="https://sahifa.example/t.png"/>'
        f"<author><name>{post.author.name}</name><uri>https://sahifa.example/</uri></author>"
        f'<content type="html">{escape("<p>" + escape(post.text) + "</p>")}</content></entry>'
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:media="http://search.yahoo.com/mrss/" xml:lang="ar">'
        "<id>tag:sahifa.example,2026:news</id>"
        '<link type="text/html" rel="alternate" href="https://sahifa.example/"/>'
        f'<link type="application/atom+xml" rel="self" href="{address}"/>'
        f"<title>صحيفة الواحة</title><updated>{updated}</updated>{entries}</feed>"
    )


def rss(posts: list[Post]) -> str:
    """The English edition's RSS 2.0 feed: no ids, as many feeds have none."""
    items = "".join(
        f"<item><title>{escape(post.title)}</title><link>{post.id}</link>"
        f"<pubDate>{post.at:%a, %d %b %Y %H:%M:%S} +0000</pubDate><comments>{post.id}#c</comments>"
        f"<description><![CDATA[{post.text}]]></description></item>"
        for post in posts
    )
    return (
        '<rss version="2.0"><channel><title>The Oasis Daily</title>'
        "<link>https://sahifa.example/en</link><description>News in English</description>"
        f"{items}</channel></rss>"
    )

"""A post record of the AT protocol → Mention. Shared by the search and the live stream.

Lexicons: app.bsky.feed.post, app.bsky.richtext.facet (github.com/bluesky-social/atproto).
Facets count UTF-8 *bytes*. ``createdAt`` is what the author's app claims and may lie; like the
network's own index we sort by the earlier of it and the time the server saw the post.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from listener.networks import fields as f
from listener.networks.beside import once, pictures, piece
from listener.records import Author, Beside, Engagement, Kind, Mention

POST = "app.bsky.feed.post"
_FACET = "app.bsky.richtext.facet#"
_EMBEDS = {"images": "photo", "video": "video", "external": "link", "gallery": "photo"}


def post_mention(
    uri: str,
    record: Mapping[str, object],
    author: Author,
    seen: datetime | None,
    engagement: Engagement,
    view: Mapping[str, object] | None = None,
) -> Mention | None:
    """None where the record holds nothing to read: no text and no media, or no believable time.
    ``view``: the embed as the AppView shows it; only there the post that is quoted has its text."""
    body = f.text(record.get("text")) or ""
    created = f.not_after(f.iso_time(record.get("createdAt")), seen)
    embed = f.obj(record.get("embed"))
    embeds = list(_embeds(embed))
    media = tuple(dict.fromkeys(_EMBEDS[name] for name in embeds if name in _EMBEDS))
    # Most posts have neither, and a live stream brings them by the thousand.
    shown = (*_seen_with(embed), *_quoted(view or {})) if embed or view else ()
    beside = once(shown, body) if shown else ()
    if created is None or not (body or media or beside):
        return None
    reply = f.obj(record.get("reply"))
    parent = f.ident(f.obj(reply.get("parent")).get("uri"))
    kind: Kind = "reply" if parent else "quote" if "record" in embeds else "post"
    languages = [value for value in map(f.text, f.items(record.get("langs"))) if value]
    extra = [value for value in map(f.text, f.items(record.get("tags"))) if value]
    return Mention(
        network="bluesky",
        id=uri,
        text=body,
        created_at=created,
        url=post_url(uri),
        author=author,
        kind=kind,
        language=languages[0] if languages else None,
        parent_id=parent,
        thread_id=f.ident(f.obj(reply.get("root")).get("uri")) or parent,
        hashtags=tuple(dict.fromkeys([*_features(record, body, "tag"), *extra])),
        mentions=tuple(dict.fromkeys(_features(record, body, "mention"))),
        media=media,
        engagement=engagement,
        beside=beside,
    )


def post_url(uri: str) -> str | None:
    """``at://did/app.bsky.feed.post/rkey`` → the page people open."""
    parts = uri.removeprefix("at://").split("/")
    return f"https://bsky.app/profile/{parts[0]}/post/{parts[2]}" if len(parts) == 3 else None


def _features(record: Mapping[str, object], body: str, name: str) -> Iterator[str]:
    """Tags by their field; handles by the text at the facet's bytes (the feature has the DID)."""
    facets = f.items(record.get("facets"))
    octets = body.encode() if facets else b""
    for facet in map(f.obj, facets):
        index = f.obj(facet.get("index"))
        start, end = index.get("byteStart"), index.get("byteEnd")
        for feature in map(f.obj, f.items(facet.get("features"))):
            if feature.get("$type") != _FACET + name:
                continue
            word = f.text(feature.get("tag")) if name == "tag" else None
            if name == "mention" and isinstance(start, int) and isinstance(end, int):
                word = f.text(octets[max(start, 0) : max(end, 0)].decode(errors="ignore"))
            if word:
                yield word.lstrip("@#")


def _seen_with(embed: Mapping[str, object]) -> Iterator[Beside]:
    """What an embed of the record shows: a picture's or a video's ``alt``, a link's card."""
    for key in ("images", "items"):
        yield from pictures(embed.get(key), "alt")
    yield from piece("picture", embed.get("alt"))
    card = f.obj(embed.get("external"))
    yield from piece("link", card.get("title"), card.get("description"))
    media = f.obj(embed.get("media"))
    if media:  # app.bsky.embed.recordWithMedia
        yield from _seen_with({**media, "media": None})


def _quoted(view: Mapping[str, object]) -> Iterator[Beside]:
    """The text and the pictures of the post that is quoted (app.bsky.embed.record#viewRecord);
    what is blocked or gone has none."""
    record = f.obj(view.get("record"))
    value = f.obj(f.obj(record.get("record")).get("value")) or f.obj(record.get("value"))
    shown = [one.text for one in _seen_with(f.obj(value.get("embed")))]
    yield from piece("quoted", value.get("text"), *shown)


def _embeds(embed: Mapping[str, object]) -> Iterator[str]:
    kind = f.text(embed.get("$type")) or ""
    name = kind.removeprefix("app.bsky.embed.").split("#")[0]
    if name == "recordWithMedia":
        yield "record"
        yield from _embeds({**f.obj(embed.get("media")), "media": None})
    elif name:
        yield name

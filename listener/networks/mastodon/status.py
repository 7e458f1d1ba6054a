"""A status of Mastodon's API → Mention. Shared by the timelines and the live stream.

Entity: https://docs.joinmastodon.org/entities/Status/. ``Mention.id`` is the status ``uri``, the
same on every server; ``Mention.ref`` is "host:id", what the server that told it calls it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from listener.networks import fields as f
from listener.networks.beside import once, pictures, piece
from listener.networks.html_text import text_of
from listener.records import Author, Beside, Engagement, Kind, Mention

_MEDIA = {"image": "photo", "video": "video", "gifv": "video", "audio": "audio"}


def status_mention(
    raw: Mapping[str, object],
    host: str,
    uris: Mapping[str | None, str | None],
    seen: datetime | None,
) -> Mention | None:
    """``raw``: a status, or a boost of one. ``host``: of the server that says so. ``uris``: by the
    server's ids, as far as they are known. ``seen``: when it said so. None where there is nothing
    to read, or no time."""
    raw = f.obj(raw.get("reblog")) or raw
    account = f.obj(raw.get("account"))
    uri = f.ident(raw.get("uri"))
    created = f.not_after(f.iso_time(raw.get("created_at")), seen)
    body = "\n".join(filter(None, (f.text(raw.get("spoiler_text")), _plain(raw.get("content")))))
    media = f.texts(raw.get("media_attachments"), "type")
    if not uri or f.iso_time(raw.get("created_at")) is None or created is None:
        return None
    beside = once(_beside(raw), body)
    if not body and not media and not beside:
        return None
    parent = f.ident(raw.get("in_reply_to_id"))
    # The API names a parent by this server's id only; where the page holds it, its uri is known.
    parent = (uris.get(parent) or f"{host}:{parent}") if parent else None
    kind: Kind = "reply" if parent else "quote" if raw.get("quote") else "post"
    handle = f.text(account.get("acct"))
    return Mention(
        network="mastodon",
        id=uri,
        text=body,
        created_at=created,
        url=f.text(raw.get("url")) or uri,
        author=Author(
            network="mastodon",
            id=f.ident(account.get("uri")) or f.ident(account.get("url")),
            handle=f"{handle}@{host}" if handle and "@" not in handle else handle,
            name=f.text(account.get("display_name")) or f.text(account.get("username")),
            followers=f.count(account.get("followers_count")),
        ),
        kind=kind,
        language=f.text(raw.get("language")),
        parent_id=parent,
        thread_id=parent,
        hashtags=f.texts(raw.get("tags"), "name"),
        mentions=f.texts(raw.get("mentions"), "acct"),
        media=tuple(dict.fromkeys(_MEDIA.get(kind, "file") for kind in media)),
        engagement=Engagement(
            likes=f.count(raw.get("favourites_count")),
            replies=f.count(raw.get("replies_count")),
            shares=f.count(raw.get("reblogs_count")),
            as_of=seen,
        ),
        beside=beside,
        ref=f"{host}:{key}" if (key := f.ident(raw.get("id"))) else None,
    )


def _beside(raw: Mapping[str, object]) -> Iterator[Beside]:
    """Descriptions of media, the card of a link, the options of a poll, the post that is quoted:
    ``quote`` is the status itself on forks, and holds ``quoted_status`` on Mastodon (from 4.4)."""
    yield from pictures(raw.get("media_attachments"), "description")
    card = f.obj(raw.get("card"))
    yield from piece("link", card.get("title"), card.get("description"))
    yield from piece("poll", *f.texts(f.obj(raw.get("poll")).get("options"), "title"))
    quote = f.obj(raw.get("quote"))
    quoted = f.obj(quote.get("quoted_status")) or quote
    yield from piece("quoted", quoted.get("spoiler_text"), quoted.get("content"), html=True)


def _plain(content: object) -> str | None:
    html = f.text(content)
    return text_of(html) if html else None

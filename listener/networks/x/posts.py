"""A post of X's API v2 → Mention, in both namings of its fields; for the reads and the stream.

Fields: https://docs.x.com/x-api/fundamentals/data-dictionary. They are being renamed from tweet to
post (``referenced_tweets``, ``referenced_posts``; ``note_tweet``, ``note_post``); answers may hold
either, whatever was asked for. ``text`` of a long post is cut, the whole is in its note; "&", "<"
and ">" are escaped in both. Ids hold their time: milliseconds since 2010-11-04 << 22.

Identity: each edit is a post with a new id, and ``edit_history_tweet_ids`` lists all, oldest first
(https://docs.x.com/x-api/fundamentals/edit-posts). ``Mention.id`` is the *first* of them, which
every version names and no edit changes: so an edited post is the row that is there, its text
changed, and is never counted twice. ``Mention.ref`` is the newest, by which it is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from listener.networks import fields as f
from listener.networks.beside import once, pictures, piece
from listener.records import Author, Beside, Engagement, Kind, Mention

Raw = Mapping[str, object]
_EPOCH = 1_288_834_974_657  # milliseconds; ids before count up from 0 and hold no time
_FIRST_TIMED = 2**53
_KINDS: Mapping[str, Kind] = {
    "replied_to": "reply", "quoted": "quote", "retweeted": "repost", "reposted": "repost",
}  # fmt: skip
_MEDIA = {"animated_gif": "video"}
_MINE = ("/photo/", "/video/")


@dataclass(frozen=True, slots=True)
class Includes:
    """What an answer holds besides: by id, media by key. Any of it may be missing."""

    users: Mapping[str, Raw] = field(default_factory=dict)
    posts: Mapping[str, Raw] = field(default_factory=dict)
    media: Mapping[str, Raw] = field(default_factory=dict)


def either(raw: Raw, name: str) -> object:
    """``name`` with tweet in it, or what it is called since: post."""
    return raw[name] if name in raw else raw.get(_renamed(name))


def _renamed(name: str) -> str:
    return name.replace("retweet", "repost").replace("tweet", "post")


def named(name: str, naming: str) -> str:
    """``name``, with tweet in it, in the naming that is asked for ("tweet" or "post")."""
    return _renamed(name) if naming == "post" else name


def includes_of(body: Raw) -> Includes:
    told = f.obj(body.get("includes"))
    posts = either(told, "tweets")
    return Includes(
        _by(told.get("users"), "id"), _by(posts, "id"), _by(told.get("media"), "media_key")
    )


def _by(listed: object, key: str) -> dict[str, Raw]:
    raws = [f.obj(item) for item in f.items(listed)]
    return {name: raw for raw in raws if (name := f.ident(raw.get(key)))}


def versions(raw: Raw) -> list[str]:
    """The ids of all versions, oldest first; the post's own where it does not say."""
    told = [f.ident(one) for one in f.items(either(raw, "edit_history_tweet_ids"))]
    own = f.ident(raw.get("id"))
    return [one for one in told if one] or ([own] if own else [])


def newest_first(raws: Sequence[Raw], includes: Includes) -> list[Raw]:
    """The newest version of each post, in the order of the posts. One that an edit has replaced by
    what this answer does not hold is left out: its newest version comes by itself, or is no longer
    what was asked for, and an old text must not follow a new one."""
    best: dict[str, Raw] = {}
    for raw in raws:
        chain = versions(raw)
        if not chain:
            best[f"?{len(best)}"] = raw  # unreadable: counted by whoever reads it
            continue
        last = includes.posts.get(chain[-1], raw)
        if f.ident(last.get("id")) == chain[-1]:
            best.setdefault(chain[0], last)
    return list(best.values())


def is_withheld(raw: Raw) -> bool:
    """Whether it is shown nowhere, for a claim of copyright: what is told as its text is a notice.
    What is withheld in some countries is the author's text still."""
    return f.obj(raw.get("withheld")).get("copyright") is True


def post_mention(raw: Raw, includes: Includes, seen: datetime | None) -> Mention | None:
    """``seen``: when the answer was given. None where there is no id, no time or nothing to read.
    A repost has the words of the post it carries on, and none of its numbers."""
    key, chain = f.ident(raw.get("id")), versions(raw)
    created = posted_at(raw, chain)
    if not key or not key.isdecimal() or created is None:
        return None
    references = dict(_references(raw))
    repost = references.get("repost")
    told = includes.posts.get(repost, raw) if repost else raw
    words, entities = _words(told)
    shown = _shown(words, entities)
    media = [includes.media.get(name, {}) for name in _media_keys(told)]
    beside = once(_beside(entities, media, references, includes), shown)
    if not shown and not media and not beside:
        return None
    kind = next((kind for kind in ("repost", "reply", "quote") if kind in references), None)
    parent = references.get(kind) if kind else None
    author = _author(raw, includes)
    who = author.handle if author and author.handle else "i"  # x.com/i/ leads there without a name
    kinds = [f.text(one.get("type")) or "file" for one in media]
    return Mention(
        network="x",
        id=chain[0],
        text=shown,
        created_at=f.not_after(created, seen) or created,
        url=f"https://x.com/{who}/status/{key}",
        author=author,
        kind=kind or "post",
        language=f.text(raw.get("lang")),
        parent_id=parent,
        thread_id=f.ident(raw.get("conversation_id")),
        hashtags=f.texts(entities.get("hashtags"), "tag"),
        mentions=f.texts(entities.get("mentions"), "username"),
        media=tuple(dict.fromkeys(_MEDIA.get(one, one) for one in kinds)),
        engagement=Engagement(as_of=seen) if repost else _engagement(raw, seen),
        beside=beside,
        ref=chain[-1] if chain[-1] != chain[0] else None,
    )


def posted_at(raw: Raw, chain: Sequence[str]) -> datetime | None:
    """When the first version was posted, as aware UTC: of an edited post, and of one that does not
    tell its time, the first id does."""
    written = f.iso_time(raw.get("created_at"))
    if written is not None and (len(chain) < 2 or chain[0] == f.ident(raw.get("id"))):
        return written
    first = chain[0] if chain else ""
    number = int(first) if first.isdecimal() and len(first) < 20 else 0
    return f.epoch_time(((number >> 22) + _EPOCH) / 1000) if number > _FIRST_TIMED else written


def _references(raw: Raw) -> Iterator[tuple[Kind, str]]:
    for item in f.items(either(raw, "referenced_tweets")):
        one = f.obj(item)
        kind, key = _KINDS.get(f.text(one.get("type")) or ""), f.ident(one.get("id"))
        if kind and key:
            yield kind, key


def _words(raw: Raw) -> tuple[str, Raw]:
    """The whole text, unescaped, and the entities that belong to it."""
    note = f.obj(either(raw, "note_tweet"))
    long = f.text(note.get("text"))
    entities = f.obj(note.get("entities")) if long else {}
    words = long or f.text(raw.get("text")) or ""
    words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return words, entities or f.obj(raw.get("entities"))


def _shown(words: str, entities: Raw) -> str:
    """Short links as the addresses that they stand for; those to the post's own media left out."""
    for item in f.items(entities.get("urls")):
        link = f.obj(item)
        short = f.text(link.get("url"))
        target = f.text(link.get("unwound_url")) or f.text(link.get("expanded_url"))
        if short and target:
            mine = "media_key" in link or any(part in target for part in _MINE)
            words = words.replace(short, "" if mine else target)
    return words.strip()


def _media_keys(raw: Raw) -> list[str]:
    keys = f.items(f.obj(raw.get("attachments")).get("media_keys"))
    return [key for key in map(f.ident, keys) if key]


def _beside(
    entities: Raw, media: Sequence[Raw], references: Mapping[Kind, str], includes: Includes
) -> Iterator[Beside]:
    yield from pictures(list(media), "alt_text")
    for item in f.items(entities.get("urls")):
        yield from piece("link", f.obj(item).get("title"), f.obj(item).get("description"))
    if (quoted := references.get("quote")) and quoted in includes.posts:
        yield from piece("quoted", _shown(*_words(includes.posts[quoted])))


def _author(raw: Raw, includes: Includes) -> Author | None:
    key = f.ident(raw.get("author_id"))
    if not key:
        return None
    user = includes.users.get(key, {})
    followers = f.count(f.obj(user.get("public_metrics")).get("followers_count"))
    return Author("x", key, f.text(user.get("username")), f.text(user.get("name")), followers)


def _engagement(raw: Raw, seen: datetime | None) -> Engagement:
    told = f.obj(raw.get("public_metrics"))
    shared = [f.count(either(told, "retweet_count")), f.count(told.get("quote_count"))]
    known = [number for number in shared if number is not None]
    return Engagement(
        likes=f.count(told.get("like_count")),
        replies=f.count(told.get("reply_count")),
        shares=min(sum(known), f.MAX_COUNT) if known else None,
        views=f.count(told.get("impression_count")),
        as_of=seen,
    )

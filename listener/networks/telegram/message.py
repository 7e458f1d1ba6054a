"""A Telegram message (https://core.telegram.org/bots/api#message) as a mention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from listener.networks import fields as f
from listener.records import Author, Kind, Mention

NETWORK = "telegram"
_MEDIA = {
    "photo": "photo", "video": "video", "animation": "video", "video_note": "video",
    "audio": "audio", "voice": "audio", "document": "document",
}  # fmt: skip


def message_mention(raw: Mapping[str, object], *, posted: bool = False) -> Mention | None:
    """None where it says nothing in words (a sticker, somebody who joined), or is no message.
    ``posted``: in a channel.

    A channel's post that Telegram itself brought into the channel's discussion group is that post.
    """
    origin = _origin(raw)
    if raw.get("is_automatic_forward") is True and origin:
        chat, number = f.obj(origin.get("chat")), origin.get("message_id")
        raw, posted = {**raw, "chat": chat, "message_id": number, "sender_chat": chat}, True
        origin = {}
    chat, key = f.obj(raw.get("chat")), _id(raw)
    written = raw.get("text") if f.text(raw.get("text")) else raw.get("caption")
    words, at = f.text(written), f.epoch_time(raw.get("date"))
    if key is None or words is None or at is None or not isinstance(written, str):
        return None
    answered = f.obj(raw.get("reply_to_message"))
    parent = _parent(answered)
    thread = f.ident(raw.get("message_thread_id"))
    marked = list(_entities(raw, written))
    named = [name for kind, name in marked if kind == "mention"]
    return Mention(
        network=NETWORK,
        id=key,
        text=words,
        created_at=at,
        url=_url(chat, raw),
        author=_author(raw),
        kind=_kind(posted, bool(origin), answered, parent),
        parent_id=parent,
        thread_id=f"{f.ident(chat.get('id'))}:{thread}" if thread else None,
        hashtags=tuple(dict.fromkeys(name for kind, name in marked if kind == "hashtag")),
        mentions=tuple(dict.fromkeys([*named, *([] if posted else _home(chat))])),
        media=tuple(dict.fromkeys(kind for name, kind in _MEDIA.items() if raw.get(name))),
    )


def chat_names(raw: Mapping[str, object]) -> set[str]:
    """What the settings may call the chat of a message: its id, its name without @."""
    chat = f.obj(raw.get("chat"))
    names = (f.ident(chat.get("id")), f.text(chat.get("username")))
    return {name.casefold() for name in names if name}


def _id(raw: Mapping[str, object]) -> str | None:
    """A message's number is unique in its chat only."""
    chat, number = f.ident(f.obj(raw.get("chat")).get("id")), f.ident(raw.get("message_id"))
    return f"{chat}:{number}" if chat and number else None


def _origin(raw: Mapping[str, object]) -> Mapping[str, object]:
    """Where a forwarded message comes from, as Bot API 7.0 and what was before it tell that."""
    told = f.obj(raw.get("forward_origin"))
    if told or not (chat := f.obj(raw.get("forward_from_chat"))):
        return told or ({"type": "user"} if raw.get("forward_date") else {})
    return {"type": "channel", "chat": chat, "message_id": raw.get("forward_from_message_id")}


def _parent(answered: Mapping[str, object]) -> str | None:
    origin = _origin(answered)
    if answered.get("is_automatic_forward") is True and origin:
        return _id(origin)  # a comment under a channel's post
    return _id(answered)


def _kind(
    posted: bool, forwarded: bool, answered: Mapping[str, object], parent: str | None
) -> Kind:
    if forwarded:
        return "repost"
    if posted:
        return "post"
    if answered.get("is_automatic_forward") is True:
        return "comment"
    return "reply" if parent else "message"


def _author(raw: Mapping[str, object]) -> Author | None:
    """A chat speaks for itself in channels, and where an admin stays unnamed."""
    chat, who = f.obj(raw.get("sender_chat")), f.obj(raw.get("from"))
    if not chat and not who:
        chat = f.obj(raw.get("chat"))
    if chat:
        handle, name = f.text(chat.get("username")), f.text(chat.get("title"))
        return Author(NETWORK, f.ident(chat.get("id")), handle, name)
    names = (f.text(who.get("first_name")), f.text(who.get("last_name")))
    name = " ".join(part for part in names if part) or None
    return Author(NETWORK, f.ident(who.get("id")), f.text(who.get("username")), name)


def _home(chat: Mapping[str, object]) -> list[str]:
    """A group, as a name that is spoken to there: in a brand's own group, all speak to it."""
    if chat.get("type") not in ("group", "supergroup"):
        return []
    name = f.text(chat.get("username")) or f.ident(chat.get("id"))
    return [name] if name else []


def _url(chat: Mapping[str, object], raw: Mapping[str, object]) -> str | None:
    """None where no address leads to it (a private chat, an old small group). A thread of a private
    group opens for its members only."""
    name, number = f.text(chat.get("username")), f.ident(raw.get("message_id"))
    key = f.ident(chat.get("id")) or ""
    if number is None or chat.get("type") not in ("supergroup", "channel"):
        return None
    if name:
        return f"https://t.me/{name}/{number}"
    return f"https://t.me/c/{key[4:]}/{number}" if key.startswith("-100") else None


def _entities(raw: Mapping[str, object], written: str) -> Iterator[tuple[str, str]]:
    """Hashtags and names that are mentioned; offsets count UTF-16 units."""
    units = written.encode("utf-16-le", "surrogatepass")
    listed = raw.get("entities") if raw.get("text") == written else raw.get("caption_entities")
    for entity in map(f.obj, f.items(listed)):
        kind, start, length = entity.get("type"), entity.get("offset"), entity.get("length")
        if kind == "text_mention":  # somebody without a public name, or with one
            if name := f.text(f.obj(entity.get("user")).get("username")):
                yield "mention", name
            continue
        at, many = f.count(start), f.count(length)
        if kind not in ("hashtag", "mention") or at is None or many is None:
            continue
        piece = units[at * 2 : (at + many) * 2].decode("utf-16-le", "replace")
        name = f.text(piece.lstrip("#@").partition("@")[0])  # "#tag@channel" searches one channel
        if name:
            yield kind, name

"""Telegram's Bot API about the world: one bot in the brand's channel, its discussion group and a
group of strangers. Updates that an ``offset`` has confirmed are forgotten, for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from aiohttp import web

from listener.demo.people import Person
from listener.demo.posts import Post
from listener.demo.review_posts import dated
from listener.demo.sites.base import Clock
from listener.demo.world import World

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHANNEL = {"id": -1001790000002, "title": "رشفان", "username": "rashfan", "type": "channel"}
TALK = {"id": -1001790000003, "title": "نقاش رشفان", "username": "rashfan_talk",
        "type": "supergroup"}  # fmt: skip
GROUP = {"id": -1001790000001, "title": "عشاق القهوة", "username": "qahwa", "type": "supergroup"}
KEPT = timedelta(hours=24)
MEMBERS = 15_230
FIRST = 633_291_228


@dataclass(frozen=True, slots=True)
class Told:
    """One update: when, of which post, and as what."""

    at: datetime
    post: Post
    kind: str


class Site:
    """``forgotten``: updates below are gone. ``callback``: the webhook that is set, "" for none."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.clock, self.forgotten, self.callback = clock, 0, ""
        posts = [p for p in world.posts if p.network == "telegram" and p.rating is None]
        self.numbers = {post.native: n for n, post in enumerate(posts, 1)}
        told = [Told(p.at, p, "channel_post" if _posted(p) else "message") for p in posts]
        told += [
            Told(p.edited[0], p, "edited_channel_post" if _posted(p) else "edited_message")
            for p in posts
            if p.edited
        ]
        self.updates = sorted(told, key=lambda t: (t.at, t.post.native, t.kind))

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post("/telegram/bot{token}/{method}", self.called)]

    def options(self, address: str) -> Mapping[str, Any]:
        return {"api_url": address, "token": TOKEN}

    def limited(self) -> web.Response:
        told = "Too Many Requests: retry after 2"
        return _failed(429, told, parameters={"retry_after": 2})

    def key(self, post: Post) -> str:
        """The id a collector gives its mention."""
        return f"{_chat(post)['id']}:{self.numbers[post.native]}"

    async def called(self, request: web.Request) -> web.Response:
        token, method = request.match_info["token"], request.match_info["method"]
        if ":" not in token:
            return _failed(404, "Not Found")
        if token != TOKEN:
            return _failed(401, "Unauthorized")
        asked = await request.json() if request.can_read_body else {}
        match method:
            case "getUpdates":
                return self._updates(asked)
            case "setWebhook" | "deleteWebhook":
                self.callback = asked.get("url", "")
                return self._good(True)
            case "getMe":
                return self._good({"id": 110201543, "is_bot": True, "username": "rashfan_bot"})
            case "getChatMemberCount":
                if asked.get("chat_id") not in (f"@{CHANNEL['username']}", CHANNEL["id"]):
                    return _failed(400, "Bad Request: chat not found")
                return self._good(MEMBERS)
        return _failed(404, "Not Found")

    def _updates(self, asked: Mapping[str, Any]) -> web.Response:
        if self.callback:
            told = "Conflict: can't use getUpdates method while webhook is active"
            return _failed(409, told)
        now, allowed = self.clock(), asked.get("allowed_updates") or []
        self.forgotten = max(self.forgotten, asked.get("offset", 0))
        found = [
            {"update_id": n, told.kind: self.message(told)}
            for n, told in enumerate(self.updates, FIRST)
            if n >= self.forgotten and now - KEPT < told.at <= now
            and (not allowed or told.kind in allowed)
        ]  # fmt: skip
        return self._good(found[: min(asked.get("limit", 100), 100)])

    def _good(self, result: Any) -> web.Response:
        return web.json_response({"ok": True, "result": result}, headers=dated(self.clock()))

    def message(self, told: Told) -> dict[str, Any]:
        """https://core.telegram.org/bots/api#message"""
        post, chat = told.post, _chat(told.post)
        text = post.text_at(told.at) if told.kind.startswith("edited") else post.text
        body: dict[str, Any] = {"message_id": self.numbers[post.native], "chat": chat,
                                "date": int(post.at.timestamp()), "text": text}  # fmt: skip
        body |= {"sender_chat": CHANNEL} if post.own else {"from": _user(post.author)}
        if told.kind.startswith("edited"):
            body["edit_date"] = int(told.at.timestamp())
        if post.reply_to is not None:
            body["reply_to_message"] = self._answered(post.reply_to)
        entities = [_entity("hashtag", f"#{tag}", text) for tag in post.hashtags]
        if text.startswith("@rashfan"):
            entities.append(_entity("mention", "@rashfan", text))
        return body | ({"entities": entities} if entities else {})

    def _answered(self, post: Post) -> dict[str, Any]:
        """A channel's post stands in the discussion group as an automatic forward."""
        number, at = self.numbers[post.native], int(post.at.timestamp())
        if not _posted(post):
            return {"message_id": number, "chat": TALK, "date": at, "text": post.text}
        origin = {"type": "channel", "chat": CHANNEL, "message_id": number, "date": at}
        return {
            "message_id": 10_000 + number, "chat": TALK, "sender_chat": CHANNEL, "date": at + 1,
            "text": post.text, "is_automatic_forward": True, "forward_origin": origin,
        }  # fmt: skip


def _posted(post: Post) -> bool:
    return post.own and post.reply_to is None


def _chat(post: Post) -> dict[str, Any]:
    if post.reply_to is not None:
        return TALK
    return CHANNEL if post.own else GROUP


def _user(person: Person) -> dict[str, Any]:
    first, _, last = person.name.partition(" ")
    number = int(sha256(person.handle.encode()).hexdigest()[:8], 16)
    who = {"id": number, "is_bot": False, "first_name": first, "username": person.handle}
    return who | ({"last_name": last} if last else {})


def _entity(kind: str, piece: str, text: str) -> dict[str, Any]:
    """Offsets count UTF-16 units."""
    before = text[: text.find(piece)].encode("utf-16-le")
    return {"type": kind, "offset": len(before) // 2, "length": len(piece.encode("utf-16-le")) // 2}


def _failed(status: int, told: str, **more: Any) -> web.Response:
    body = {"ok": False, "error_code": status, "description": told, **more}
    return web.json_response(body, status=status)

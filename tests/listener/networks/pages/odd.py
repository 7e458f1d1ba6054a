"""No network of this house: what the next ones need and none of today's has. A token in the path,
POSTs of JSON and of a form, mentions without an author or an address, own posts and their views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import httpx

from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.base import BadPage, Page, Read
from listener.networks.defaults import Defaults, base_url, own_reads
from listener.records import Account, Credential, Engagement, Figure, Mention, Query
from tests.listener.networks.contract import Case, Contract, Refusal, by_proxy

METHODS = {
    "mentions": "getUpdates", "replies": "getReplies", "own_posts": "ownPosts",
    "figures": "members", "refresh": "message",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Odd(Defaults):
    name: ClassVar[str] = "odd"
    about: ClassVar[About] = About(
        name="odd", english="Odd", arabic="غريبة", search="no", stream="no", hashtag="no",
        replies="yes", own_figures="yes", reach="yes", credential="token", quota="none",
        price="free", history="24 h", note="not of this world", every=minutes(1),
        secrets={"token": "needed"},
    )  # fmt: skip
    api_url: str = "https://odd.example"

    def reads(
        self,
        brands: Sequence[Query],
        hashtags: Sequence[str],
        accounts: Sequence[Account] = (),
    ) -> Sequence[Read]:
        return own_reads(accounts, "mentions", "own_posts", "figures")

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        token = credential.values["token"] if credential else ""
        url = f"{base_url(self.api_url)}/bot{token}/{METHODS[read.kind]}"
        asked = {"chat": read.target, "offset": page or since}
        if read.kind == "own_posts":
            return httpx.Request("POST", url, data={k: v for k, v in asked.items() if v})
        return httpx.Request("POST", url, json=asked)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body = f.obj(f.page_json(response))
        if not isinstance(body.get("result"), list):
            raise BadPage("expected a result")
        raws, seen = [f.obj(raw) for raw in f.items(body["result"])], f.seen_at(response)
        if read.kind == "figures":
            values = [(f.text(raw.get("measure")), f.count(raw.get("value"))) for raw in raws]
            figures = tuple(
                Figure(read.brand, "odd", read.target, measure, value, seen)
                for measure, value in values
                if measure and value is not None and seen and read.brand
            )
            return Page(figures=figures, skipped=len(raws) - len(figures))
        gone = [_id(f.obj(raw.get("deleted") or raw.get("gone"))) for raw in raws]
        there = [raw for raw, left in zip(raws, gone, strict=True) if left is None]
        found = [_mention(f.obj(raw.get("message")) or raw) for raw in there]
        kept = tuple({m.id: m for m in found if m}.values())
        own = read.kind == "own_posts"
        return Page(
            mentions=() if own else kept,
            own_posts=kept if own else (),
            gone=tuple(left for left in gone if left),
            older=f.ident(body.get("offset")),
            skipped=sum(m is None for m in found),
        )


def _id(raw: Mapping[str, object]) -> str | None:
    chat, key = f.ident(raw.get("chat")), f.ident(raw.get("id"))
    return f"{chat}:{key}" if chat and key else None


def _mention(raw: Mapping[str, object]) -> Mention | None:
    key, words, at = _id(raw), f.text(raw.get("text")), f.epoch_time(raw.get("date"))
    if key is None or words is None or at is None:
        return None
    views = Engagement(views=f.count(raw.get("views")))
    return Mention("odd", key, words, at, kind="message", engagement=views)


OWN = Query("رشفان", "")
UPDATES = Read("mentions", "-1001", OWN)

CONTRACT = Contract(
    Odd(),
    cases=(
        Case(UPDATES, "odd/updates.json", 2, ("full", "next", "deleted"), older=True, gone=1),
        Case(UPDATES, "odd/updates_last.json", 1, ("last",), page="102"),
        Case(UPDATES, "odd/empty.json", 0, ("empty",)),
        Case(Read("replies", "7", OWN), "odd/updates_last.json", 1),
        Case(Read("own_posts", "-1001", OWN), "odd/own_posts.json", 0, ("full",), own_posts=2),
        Case(Read("figures", "-1001", OWN), "odd/figures.json", 0, figures=2),
        Case(Read("refresh", "7", OWN), "odd/refresh.json", 0, ("deleted",), gone=1),
    ),
    refusals=(
        Refusal(401, "sign-in", {"ok": False, "error_code": 401, "description": "Unauthorized"}),
        Refusal(403, "not allowed", {"ok": False, "error_code": 403, "description": "Forbidden"}),
        Refusal(429, 5.0, {"ok": False, "error_code": 429}, {"Retry-After": "5"}),
        by_proxy(503, None),
    ),
    items=("result",),
    secret_in="path",
    anonymous=True,
)

"""Majlis: a made-up network, complete and small. Copy this file to add one.

API: https://majlis.example/docs under ``api_url`` + ``/api`` (a real file names the page it relies
on). Limits: 60 requests a minute for each token; 50 posts a page. Reach: none. Cannot see: edits.
It is no line of the registry, so no settings, command or page offers it (``listener.networks``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

import httpx

from listener.networks import defaults as d  # what most networks do alike
from listener.networks import fields as f  # reading what others wrote: never raises
from listener.networks.about import About, account_every
from listener.networks.base import BadPage, Page, Read
from listener.networks.options import LIMIT
from listener.records import Account, Author, Credential, Engagement, Figure, Mention, Query

# All that is known of it; settings, check, docs and the collector read this and nothing else.
ABOUT = About(
    name="demo", english="Majlis", arabic="مجلس",
    search="yes", stream="no", hashtag="yes", replies="yes", own_figures="yes", reach="no",
    credential="token", quota="60 requests a minute", price="free", history="30 days",
    note="a made-up network: newcomers copy its file",
    every=account_every(5),  # words and tags every 5 minutes; figures change by the hour
    secrets={"token": "needed"},  # [networks.demo] token = "env:…"; never an option, never stored
    options={"limit": LIMIT},  # a key of the section; a field of the class below
)  # fmt: skip


# Frozen, because one network serves many reads at once; its fields are the options it knows.
@dataclass(frozen=True, slots=True)
class Demo(d.Defaults):
    """``limit``: posts a page, at most 50."""

    name: ClassVar[str] = ABOUT.name
    about: ClassVar[About] = ABOUT
    api_url: str = "https://majlis.example"  # every network takes it: tests and own servers
    limit: int = 50

    def reads(
        self, brands: Sequence[Query], hashtags: Sequence[str], accounts: Sequence[Account] = ()
    ) -> Sequence[Read]:
        """A search for each alternative of each query, each hashtag, and our own figures."""
        tags = [*hashtags, *d.lone_tags(brands)]  # tags have an endpoint of their own here
        searches = [*d.search_reads(brands, without="#"), *d.hashtag_reads(tags, brands)]
        return [*searches, *d.own_reads(accounts, "figures")]  # replies are asked for by pages

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        target = quote(read.target or "", safe="")  # quoted whole: a tag may hold "/" or "؟"
        paths = {"hashtag": f"/tags/{target}", "replies": f"/posts/{target}/replies"}
        paths |= {"figures": f"/accounts/{target}", "search": "/search"}
        params: dict[str, str | int] = {"limit": self.limit, "page": page or "1"}
        if read.kind == "search":
            params["q"] = d.searched(read)
        if since:  # ``newest`` of an earlier page, given back: where this walk may end
            params["after"] = since
        url = d.base_url(self.api_url, "/api") + "/api" + paths[read.kind]
        # The token goes into a header where the API lets it: addresses end up in logs.
        return httpx.Request("GET", url, params=params, headers=dict(d.bearer(credential)))

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body = f.obj(f.page_json(response))  # raises BadPage where it is no JSON
        seen = f.seen_at(response)  # when the answer was given; a network never reads a clock
        if read.kind == "figures":
            return Page(figures=_figures(body, read, seen))
        if not isinstance(body.get("posts"), list):  # a 200 with an error in it is no empty page
            raise BadPage("expected an object with posts")
        raws = [f.obj(raw) for raw in f.items(body["posts"])]
        gone = [f.ident(raw.get("id")) for raw in raws if raw.get("deleted") is True]
        parsed = [_mention(raw, seen) for raw in raws if raw.get("deleted") is not True]
        mentions = {m.id: m for m in parsed if m}  # a post may stand twice; once is enough
        asks = [m.id for m in mentions.values() if m.engagement.replies]
        number, pages = int(page or 1), f.count(body.get("pages")) or 1
        return Page(
            mentions=tuple(mentions.values()),
            gone=tuple(native for native in gone if native),  # blanked here too, for good
            # A post's replies are a read of their own, with its own cursor, pace and pauses.
            more=tuple(Read("replies", native, read.query) for native in asks),
            older=str(number + 1) if number < pages else None,  # this is what ``page`` is for
            newest=f.ident(body.get("newest")),  # opaque to the runner, kept when the walk ends
            skipped=sum(m is None for m in parsed),  # counted, never silently dropped
        )


def _figures(body: Mapping[str, object], read: Read, seen: datetime | None) -> tuple[Figure, ...]:
    if "followers" not in body:
        raise BadPage("expected an account")
    value = f.count(body["followers"])  # None where hidden: no figure, never 0
    if value is None or seen is None or read.brand is None:
        return ()
    return (Figure(read.brand, "demo", read.target, "followers", value, seen),)


def _mention(raw: Mapping[str, object], seen: datetime | None) -> Mention | None:
    key, words = f.ident(raw.get("id")), f.text(raw.get("text"))
    created = f.iso_time(raw.get("at"))  # not understood is unknown, never "now"
    if not key or not words or created is None:
        return None  # without one of these it is no mention: skipped
    by, parent = f.obj(raw.get("by")), f.ident(raw.get("parent"))
    who = (f.ident(by.get("id")), f.text(by.get("handle")), f.text(by.get("name")))
    return Mention(
        network="demo",
        id=key,
        text=words,
        created_at=f.not_after(created, seen) or created,  # an author's clock may be ahead
        url=f.text(raw.get("url")),  # None where there is none: never made up
        author=Author("demo", *who, f.count(by.get("followers"))) if by else None,
        kind="reply" if parent else "post",
        parent_id=parent,
        engagement=Engagement(f.count(raw.get("likes")), f.count(raw.get("replies")), as_of=seen),
    )

"""Mastodon and what speaks its API: hashtag timelines, search where a token is given, and what is
said to an own account (``mastodon_account``). The live stream is ``mastodon_stream``.

API: https://docs.joinmastodon.org/methods/timelines/#tag and /methods/search/#v2 under
``api_url`` + ``/api``. Limits: 300 requests in 5 minutes for each account and address; 40 statuses
a page. Reach: followers of the author as this server knows them; a status has no view count.
Cannot see: words without a hashtag (search needs a token *and* a server with full-text search);
what federation did not bring to this server; timelines that a server closed to guests (401, or an
empty list).

Ids: ``Mention.id`` is the status ``uri``, the same on every server; ``Page.newest`` and ``older``
are the server's own ids. Server ids hold the status' time (milliseconds << 16, Mastodon's
lib/mastodon/snowflake.rb), and a status that federates late gets an id of its past: so ``since``
is moved back by ``OVERLAP``, which also refreshes counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from listener.networks import fields as f
from listener.networks.about import About, minutes
from listener.networks.base import BadPage, Page, Read
from listener.networks.defaults import (
    Defaults,
    base_url,
    bearer,
    hashtag_reads,
    of_token,
    own_reads,
    search_reads,
    searched,
)
from listener.networks.mastodon import account as own
from listener.networks.mastodon.status import status_mention
from listener.networks.options import LIMIT, Option
from listener.query.clauses import clauses
from listener.records import Account, Credential, Query

OVERLAP = timedelta(minutes=10)
MOST_ANY = 4  # further tags of one timeline, "any[]"


ABOUT = About(
    name="mastodon",
    english="Mastodon",
    arabic="ماستودون",
    search="partial",
    stream="partial",
    hashtag="yes",
    replies="partial",
    own_figures="yes",
    reach="no",
    credential="none (token for search)",
    quota="300 requests in 5 min",
    price="free",
    history="what the server holds",
    note="hashtags as one server sees them; words only with a token on a searching server",
    every=minutes(2),
    secrets={"token": "optional"},
    options={
        "limit": LIMIT,
        "searching": Option(
            "yes_no", "search full text too; needs a token", False, follows="token"
        ),
        "notifications": Option(
            "yes_no", "read who mentions the token's account", False, follows="token"
        ),
        "account": Option(
            "text", "handle of the token's account, where brands have several on this network"
        ),
        "stream": Option(
            "text", "address of the live stream (wss://…/api/v1/streaming)", needs="token"
        ),
    },
    live="listener.networks.mastodon.stream:MastodonStream",
    duty="delete what its author deletes; each server's own rules",
    delay="seconds to minutes, as federation takes",
)


@dataclass(frozen=True, slots=True)
class Mastodon(Defaults):
    """``searching``: also read /v2/search; ``notifications``: of ``account``, too (both true where
    a token is configured)."""

    name: ClassVar[str] = "mastodon"
    about: ClassVar[About] = ABOUT
    api_url: str = "https://mastodon.social"
    most_reread: ClassVar[int] = 20
    limit: int = 40
    searching: bool = False
    notifications: bool = False
    account: str = ""

    def reads(
        self,
        brands: Sequence[Query],
        hashtags: Sequence[str],
        accounts: Sequence[Account] = (),
    ) -> Sequence[Read]:
        """Every hashtag, every single word of the queries as a hashtag, and searches; of each own
        account its numbers (which lead to its statuses), of the token's who mentions it."""
        singles = [
            clause[0] for query in brands for clause in clauses(query.text) if len(clause) == 1
        ]
        words = [word for word in singles if not word.startswith("@")]
        searches = search_reads(brands, without="#") if self.searching else []
        tags = hashtag_reads([*hashtags, *words], brands, at_once=1 + MOST_ANY)
        named = of_token(accounts, self.account) if self.notifications else []
        ours = [*own_reads(named, "mentions"), *own_reads(accounts, "figures")]
        return [*tags, *searches, *ours]

    def request(
        self, read: Read, *, credential: Credential | None, since: str | None, page: str | None
    ) -> httpx.Request:
        target = read.target or ""
        if read.kind == "figures" and target.isdecimal():
            return self._get(f"/v1/accounts/{target}", {}, credential)
        if read.kind == "figures":
            return self._get("/v1/accounts/lookup", {"acct": target}, credential)
        if read.kind == "replies":
            return self._get(f"/v1/statuses/{quote(target, safe='')}/context", {}, credential)
        params: dict[str, str | int | list[str]] = {"limit": self.limit}
        if page:
            params["max_id"] = page
        if read.kind == "own_posts":
            path = f"/v1/accounts/{quote(target, safe='')}/statuses"
            return self._get(path, {**params, "exclude_reblogs": "true"}, credential)
        if read.also:
            params["any[]"] = list(read.also)
        if since:
            params["min_id" if read.kind == "search" else "since_id"] = _rewound(since)
        path = f"/v1/timelines/tag/{quote(target, safe='')}"
        if read.kind == "mentions":
            path, params = "/v1/notifications", {**params, "types[]": ["mention"]}
        elif read.kind != "hashtag":
            path = "/v2/search"
            params |= {"q": searched(read), "type": "statuses"}
        return self._get(path, params, credential)

    def reread_key(self, mention_id: str, ref: str | None) -> str | None:
        """This server's id of it: what another server called it is nothing here."""
        host = urlsplit(self.api_url).netloc
        if ref and ref.startswith(f"{host}:"):
            return ref.removeprefix(f"{host}:")
        own = re.fullmatch(rf"https?://{re.escape(host)}/.*/statuses/(\d+)", mention_id)
        return own[1] if own else None

    def reread_request(
        self, keys: Sequence[str], *, credential: Credential | None
    ) -> httpx.Request:
        """keys: the server's ids, at most ``most_reread`` (from Mastodon 4.3)."""
        return self._get("/v1/statuses", {"id[]": list(keys)}, credential)

    def parse_reread(self, response: httpx.Response, keys: Sequence[str]) -> Page:
        """A status that was deleted, or is no longer public, is just not there."""
        page = self.parse(response, Read("hashtag"), None)
        there = {f.ident(f.obj(raw).get("id")) for raw in f.items(f.page_json(response))}
        return replace(page, gone=tuple(key for key in keys if key not in there), older=None)

    def parse(self, response: httpx.Response, read: Read, page: str | None) -> Page:
        body, seen = f.page_json(response), f.seen_at(response)
        if read.kind == "figures":
            return own.numbers(body, read, seen)
        if read.kind == "replies":
            found = self._mentions(own.below(body, read.target or ""), seen)
            return Page(mentions=found.mentions, skipped=found.skipped)
        if read.kind not in ("hashtag", "mentions", "own_posts"):
            body = f.obj(body).get("statuses")
        if not isinstance(body, list):
            raise BadPage("expected a list of statuses")
        raws = own.notified(body) if read.kind == "mentions" else [f.obj(raw) for raw in body]
        ids = sorted(
            (i for raw in body if (i := f.ident(f.obj(raw).get("id")))), key=lambda i: (len(i), i)
        )
        older = _next_max_id(response)
        if read.kind not in ("hashtag", "mentions", "own_posts"):
            # search answers carry no Link header
            older = ids[0] if len(body) >= self.limit and ids else older
        found = replace(
            self._mentions(raws, seen),
            older=older if body else None,
            newest=ids[-1] if ids else None,
        )
        if read.kind != "own_posts":
            return found
        more = own.follow(found.mentions, raws, read, seen) if page is None else ()
        return replace(found, mentions=(), own_posts=found.mentions, more=more)

    def _mentions(self, raws: Sequence[own.Raw], seen: datetime | None) -> Page:
        """Two servers, or a status and its boost, may bring one uri twice: once is enough."""
        host = urlsplit(self.api_url).netloc
        raws = [raw for raw in raws if own.public(raw)]
        uris = {f.ident(raw.get("id")): f.text(raw.get("uri")) for raw in raws}
        parsed = [status_mention(raw, host, uris, seen) for raw in raws]
        return Page(
            mentions=tuple({m.id: m for m in parsed if m}.values()),
            skipped=sum(m is None for m in parsed),
        )

    def _get(
        self, path: str, params: Mapping[str, object], credential: Credential | None
    ) -> httpx.Request:
        url = base_url(self.api_url, "/api") + "/api" + path
        headers = dict(bearer(credential))
        return httpx.Request("GET", url, params=params, headers=headers)  # type: ignore[arg-type]


def _rewound(mark: str) -> str:
    if not mark.isdecimal() or not 2**40 < int(mark) < 2**63:
        return mark  # not Mastodon's own kind of id (Pleroma, GoToSocial)
    return str(max(int(mark) - (int(OVERLAP.total_seconds() * 1000) << 16), 0))


def _next_max_id(response: httpx.Response) -> str | None:
    """``max_id`` of the Link header's ``next``: only the id, never the address, is followed."""
    try:
        target = response.links.get("next", {}).get("url", "")
        ids = parse_qs(urlsplit(target).query).get("max_id", [])
    except ValueError:
        return None
    return f.ident(ids[0]) if ids else None

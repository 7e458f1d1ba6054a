"""X live: posts that match the brands' rules, as they are written. One long HTTP answer.

API: https://docs.x.com/x-api/posts/filtered-stream/introduction, ``api_url`` the whole address,
https://api.x.com/2/tweets/search/stream; the rules are under ``/rules``. Limits: an app's bearer
token; one connection; 1,000 rules of 1,024 characters; 50 connections in 15 minutes. An empty line
every 20 seconds says that it lives. Every post that comes is billed as one that is read. The rules
are X's to keep: ours are told by their tag, others of the same app are left alone. Words match
without their accents only in searches, so both may bring what the other does not. Comes twice or in
any order; what came while nobody listened is repeated only where ``backfill_minutes`` may be used
(Enterprise), the searches read it. Cannot see: deletions. An edit comes as a new version.
At most 250 posts a second are sent (https://docs.x.com/x-api/fundamentals/rate-limits).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from listener.networks import fields as f
from listener.networks.allowance import Cost
from listener.networks.base import BadPage, Gone, Refused, Trouble
from listener.networks.defaults import bearer
from listener.networks.x import posts as xp
from listener.networks.x import prices as prices
from listener.networks.x import problems as problems
from listener.networks.x.fields import fields
from listener.networks.x.query import LONGEST_RULE, searches
from listener.records import Credential, Mention, Query

TAG = "rasid"
MOST_RULES = 1000
_MOST_MINUTES = 5


@dataclass(frozen=True, slots=True)
class XStream:
    """``idle``: a little more than the 20 seconds between two signs of life. ``ahead``: the most
    that X sends in a fifth of a second. ``backfill_minutes``: 0 where the account's access does
    not offer it."""

    name: ClassVar[str] = "x_stream"
    network: ClassVar[str] = "x"
    idle: ClassVar[float] = 21.0
    ahead: ClassVar[int] = 50
    api_url: str = "https://api.x.com/2/tweets/search/stream"
    naming: str = "tweet"
    authors: bool = True
    referenced: bool = True
    backfill_minutes: int = 0

    @property
    def replay(self) -> timedelta:
        return timedelta(minutes=min(self.backfill_minutes, _MOST_MINUTES))

    def connect(
        self, queries: Sequence[Query], *, cursor: str | None, credential: Credential | None = None
    ) -> httpx.Request:
        params = fields(self.naming, authors=self.authors, referenced=self.referenced)
        if cursor and self.backfill_minutes:
            params["backfill_minutes"] = str(min(self.backfill_minutes, _MOST_MINUTES))
        headers = dict(bearer(credential))
        return httpx.Request("GET", self.api_url, params=params, headers=headers)

    def rules(self, *, credential: Credential | None) -> httpx.Request:
        return httpx.Request("GET", self._rules, headers=dict(bearer(credential)))

    def changes(
        self, response: httpx.Response, queries: Sequence[Query], *, credential: Credential | None
    ) -> Sequence[httpx.Request]:
        body = f.obj(f.page_json(response))
        if "meta" not in body and "data" not in body:
            raise BadPage("expected an object with the stream's rules")
        texts = [text for query in queries for text in searches(query.text, LONGEST_RULE)]
        wanted = list(dict.fromkeys(texts))[:MOST_RULES]
        rules = [f.obj(rule) for rule in f.items(body.get("data"))]
        ours = {f.text(r.get("value")): f.ident(r.get("id")) for r in rules if r.get("tag") == TAG}
        old = [key for value, key in ours.items() if value not in wanted and key]
        new = [{"value": text, "tag": TAG} for text in wanted if text not in ours]
        asked: list[Mapping[str, object]] = [{"delete": {"ids": old}}] if old else []
        asked += [{"add": new}] if new else []
        headers = dict(bearer(credential))
        return [httpx.Request("POST", self._rules, json=one, headers=headers) for one in asked]

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """As of the network. A rule that was not taken is told by a 2xx, too."""
        if not response.is_success:
            return problems.trouble(response, now)
        errors = [f.obj(error) for error in f.items(_load(response.content).get("errors"))]
        wrong = [error for error in errors if problems.problem(error) != "duplicate-rules"]
        if not wrong:
            return None
        said = f.text(wrong[0].get("detail")) or f.text(wrong[0].get("title")) or "no reason given"
        return Refused(f"a rule of the stream was not taken: {' '.join(said.split())[:200]}")

    def event(self, data: bytes) -> Mention | Gone | None:
        """A post or the newest version of one; one that is withheld everywhere is gone; None for
        all else. Never raises."""
        whole = _load(data)
        raw = f.obj(whole.get("data"))
        if xp.is_withheld(raw) and (chain := xp.versions(raw)):
            return Gone(chain[0])
        return xp.post_mention(raw, xp.includes_of(whole), None)

    def position(self, data: bytes) -> str | None:
        """The post's id: ids grow."""
        key = f.ident(f.obj(_load(data).get("data")).get("id"))
        return key if key and key.isdecimal() else None

    def cost(self) -> Sequence[Cost]:
        return prices.of_page("search", 1, authors=self.authors, referenced=self.referenced)

    def spent(self, data: bytes) -> Sequence[Cost]:
        """As of a search that brought it; the most of what cannot be read, which may be a post."""
        try:
            whole = json.loads(data)
        except (ValueError, RecursionError):
            return self.cost()
        return prices.of_answer(f.obj(whole), "search")

    @property
    def _rules(self) -> str:
        return f"{self.api_url.rstrip('/')}/rules"


def _load(data: bytes) -> Mapping[str, object]:
    try:
        return f.obj(json.loads(data))
    except (ValueError, RecursionError):
        return {}

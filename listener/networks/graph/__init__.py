"""What Meta's Graph APIs have alike (Facebook, Instagram, Threads).

Errors: https://developers.facebook.com/docs/graph-api/guides/error-handling, an object ``error``
with ``message``, ``code``, ``error_subcode``, ``fbtrace_id``, mostly with HTTP 400, at times with
200. Limits: https://developers.facebook.com/docs/graph-api/overview/rate-limiting
(``listener.networks.usage``). Pages: https://developers.facebook.com/docs/graph-api/results: a page
may be short or empty while ``paging.next`` is there; only its cursor is taken, for the address has
the token in it. Tokens: https://developers.facebook.com/docs/graph-api/reference/debug_token.

    4, 17, 32, 341, 613, 80000-80099 → Wait, as long as the headers say · 1, 2 → Wait
    102, 190, 463, 467 → sign-in · 3, 10, 200-299, and 100 that names a permission → not allowed
    24, 803, and 100 with subcode 33 → gone · anything else by its HTTP status, else query
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

import httpx

from listener.networks import failures, signatures, usage
from listener.networks import fields as f
from listener.networks.base import BadPage, Read, ReadKind, Refused, Trouble, Wait
from listener.networks.defaults import Defaults, bearer, identified
from listener.networks.options import Option
from listener.records import Account, Credential, Query

APP_TOKEN = Option(
    "secret", "token of the app (id|secret), which tells until when the token is good"
)
LIMITED = frozenset({4, 17, 32, 341, 613, *range(80000, 80100)})
DEAD = frozenset({102, 190, 463, 467})
RIGHTS = frozenset({3, 10, *range(200, 300)})
MISSING = frozenset({24, 803})
WRONG = 100
NOT_THERE = 33
"""Subcode of 100: the object does not exist, or the token may not see it: it does not say which."""
_PERMISSION = re.compile(r"permission|reviewable feature|app review", re.IGNORECASE)
_PAGE = re.compile(r"cursor|paging", re.IGNORECASE)
_VERSION = re.compile(r"/v\d+\.\d+$")


@dataclass(frozen=True, slots=True)
class Graph(Defaults):
    """``version``: of the API, where ``api_url`` ends in none."""

    lease: ClassVar[timedelta] = timedelta(days=1)
    api_url: str = "https://graph.facebook.com"
    version: str = "v26.0"

    def get(
        self,
        path: str,
        params: Mapping[str, str | int],
        credential: Credential | None,
        page: str | None = None,
    ) -> httpx.Request:
        """``path``: without a slash before it. ``page``: the cursor of the page after."""
        more = {"after": page} if page else {}
        headers = dict(bearer(credential))
        return httpx.Request("GET", self.address(path), params={**params, **more}, headers=headers)

    def address(self, path: str) -> str:
        base = self.api_url.rstrip("/")
        version = "" if _VERSION.search(base) else f"/{self.version}"
        return f"{base}{version}/{path}"

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """See the head of ``listener.networks.graph``."""
        return trouble(response, now)

    def expiry_request(self, credential: Credential) -> httpx.Request:
        """The token is asked about, so it stands in the query; who asks stands in the header."""
        asking = credential.values.get("app_token") or credential.values.get("token", "")
        params = {"input_token": credential.values.get("token", "")}
        return self.get("debug_token", params, Credential(self.name, {"token": asking}))

    def parse_expiry(self, response: httpx.Response) -> datetime | None:
        """The end of the token, or of its access to data (90 days without a sign-in of its person),
        whichever comes first; 0 means never."""
        told = f.obj(f.obj(f.page_json(response)).get("data"))
        if not told:
            raise BadPage("expected what is known of a token")
        ends = [f.epoch_time(told.get(k)) for k in ("expires_at", "data_access_expires_at")]
        return min((end for end in ends if end), default=None)

    def challenge(
        self, query: Mapping[str, str], secret: str, accounts: Sequence[Account]
    ) -> str | None:
        return signatures.hub_challenge(query, signatures.verify_token(secret))

    def subscribed(
        self, target: str, fields: str, callback: str | None, credential: Credential | None
    ) -> httpx.Request:
        """Asks that changes of ``fields`` are pushed for a Page or account, or (no ``callback``)
        that none are. The address itself stands in the app's console."""
        asked = self.get(
            f"{target}/subscribed_apps",
            {"subscribed_fields": fields} if callback else {},
            credential,
        )
        return httpx.Request("POST" if callback else "DELETE", asked.url, headers=asked.headers)

    def signed(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        return signatures.signed_by_meta(headers, body, secret)


def own_reads(accounts: Sequence[Account], default: str, *kinds: ReadKind) -> list[Read]:
    """One read of each kind for each own account, by its id: Graph APIs know no handles.
    ``default``: the id of an account whose settings name none; nobody's where several brands have
    such an account. The handle goes along (``Read.also``), for what an answer does not tell."""
    named = identified(accounts, default)
    own = {a.id: a for a in named if a.role == "own" and a.id}
    return [
        Read(kind, key, Query(account.brand, ""), also=(account.handle,))
        for key, account in own.items()
        for kind in kinds
    ]


def error_of(response: httpx.Response) -> Mapping[str, object] | None:
    """The ``error`` of an answer, whatever its status; None where it has none."""
    if b'"error"' not in response.content[:100_000]:
        return None
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    told = f.obj(body).get("error")
    return told if isinstance(told, dict) else None


def path_of(response: httpx.Response) -> str:
    """What was asked for; "" of an answer that was made by hand."""
    try:
        return response.request.url.path
    except RuntimeError:
        return ""


def codes(error: Mapping[str, object]) -> tuple[int, int]:
    """Code and subcode, 0 where there is none."""
    return f.count(error.get("code")) or 0, f.count(error.get("error_subcode")) or 0


def trouble(response: httpx.Response, now: datetime | None = None) -> Trouble | None:
    """What an answer of a Graph API means; None for a page without an error."""
    error = error_of(response)
    if error is None:
        return failures.trouble(response, now)
    (code, sub), said = codes(error), " ".join((f.text(error.get("message")) or "").split())
    number = f"code {code}" + (f", {sub}" if sub else "")
    why = f"HTTP {response.status_code}: {said[:150]} ({number})"
    if code in LIMITED:
        seconds = failures.wait_seconds(response, now)
        seconds = usage.rest(response) if seconds is None else seconds
        return Wait(seconds, why)
    if code in (1, 2):
        return Wait(None, why, "read")
    if code in DEAD:
        return Refused(f"{why}; get a new token", "sign-in", "host")
    if code in RIGHTS:
        return Refused(why, "not allowed")
    if code in MISSING or (code == WRONG and sub == NOT_THERE):
        return Refused(why, "gone")
    if code == WRONG and _PERMISSION.search(said):
        return Refused(why, "not allowed")
    if code and _PAGE.search(said):
        return Refused(why, "page token")
    if response.status_code in (401, 403, 404, 429) or response.status_code >= 500:
        return failures.trouble(response, now)
    return Refused(why, "query")


def data_of(body: object) -> list[object]:
    """The items of an edge. Raises BadPage where it is none."""
    found = f.obj(body).get("data")
    if not isinstance(found, list):
        raise BadPage("expected an object with data")
    return found


def older(body: object) -> str | None:
    """The cursor of the next page; None at the end. Where ``next`` is missing there is none, even
    if cursors are named; one that is the same on every page is good (Instagram's hashtags)."""
    paging = f.obj(f.obj(body).get("paging"))
    following = f.text(paging.get("next"))
    if following is None:
        return None
    cursor = f.ident(f.obj(paging.get("cursors")).get("after"))
    if cursor:
        return cursor
    try:
        return f.ident(dict(parse_qsl(urlsplit(following).query)).get("after"))
    except ValueError:
        return None


def native(value: object) -> str | None:
    """An id as Graph APIs have them: digits, or two of them joined by "_"."""
    found = f.ident(value)
    return found if found and re.fullmatch(r"\d+(?:_\d+)*", found) else None


def unix(mark: str | None, overlap: timedelta) -> dict[str, int]:
    """``since`` as a parameter, moved back by ``overlap``; none where the mark is no time."""
    moment = f.iso_time(mark)
    return {"since": int((moment - overlap).timestamp())} if moment else {}

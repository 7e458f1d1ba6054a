"""A made-up network that calls us when there is news, in Meta's manner; and how it calls."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import httpx

from listener.networks import signatures
from listener.networks.base import BadPage, Page, Read
from listener.networks.pushing import Push
from listener.records import Account, Author, Credential, Mention, Query
from tests.upstream import Plain

SECRET = "app secret 1"
PLACE = "https://us.example/push/plain"
"""Where it is to call."""


@dataclass(frozen=True)
class Calling(Plain):
    """``asks``: paths that it is asked at to call; a push names reads by kind and target, and may
    bring posts along."""

    asks: tuple[str, ...] = ()
    lease: ClassVar[timedelta] = timedelta(days=1)

    def challenge(
        self, query: Mapping[str, str], secret: str, accounts: Sequence[Account]
    ) -> str | Mapping[str, str] | None:
        if "crc" in query:
            return {"token": signatures.token_of(secret, query["crc"])}
        return signatures.hub_challenge(query, signatures.verify_token(secret))

    def signed(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        return signatures.signed_by_meta(headers, body, secret)

    def pushed(self, body: bytes, accounts: Sequence[Account]) -> Push:
        try:
            told = json.loads(body)
            due = tuple(_read(one) for one in told["due"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadPage("no push") from error
        posts = tuple(
            Mention("plain", p["id"], p["text"], datetime.fromisoformat(p["at"]),
                    author=Author("plain", "1"))
            for p in told.get("posts", ())
        )  # fmt: skip
        return Push(due, Page(mentions=posts, gone=tuple(told.get("gone", ()))))

    def subscribing(
        self,
        callback: str | None,
        secret: str,
        accounts: Sequence[Account],
        *,
        credential: Credential | None,
    ) -> Sequence[httpx.Request]:
        token = signatures.token_of(secret, "calls") if secret else ""
        form = {"callback": callback or "", "token": token}
        return [httpx.Request("POST", self.api_url + path, data=form) for path in self.asks]


def _read(one: Mapping[str, str]) -> Read:
    query = Query("زين", one["words"]) if "words" in one else None
    return Read(one["kind"], one.get("target"), query)  # type: ignore[arg-type]


def told(*targets: str, kind: str = "search", **more: Any) -> bytes:
    """What a push of these reads is."""
    due = [{"kind": kind, "target": target} for target in targets]
    return json.dumps({"due": due, **more}, ensure_ascii=False).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}

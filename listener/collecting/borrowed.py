"""A credential to try a network with, taken from nobody: nothing is stored, nothing used up.

A refresh token may be good for one grant only (RFC 6749, 6); what it grants must be written down,
which is the collector's. So such a token is tried only where its network leaves it good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from listener.collecting.fetch import fetch
from listener.collecting.granting import LARGEST, NotGrantedError, asking, granted
from listener.collecting.outward import Client
from listener.collecting.secrecy import Secrets, secrets_of
from listener.collecting.seeds import Seed, mark_of
from listener.collecting.tried import State, Tried, of_error, said_of
from listener.networks.base import Broken, Wait
from listener.networks.oauth import PRIVATE
from listener.records import Credential
from listener.store.credential_rows import Kept

SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class Borrowed:
    """``failed``: why there is none to try with. ``secrets``: all that no text may hold."""

    credential: Credential | None = None
    until: datetime | None = None
    renews: bool = False
    failed: Tried | None = None
    secrets: Secrets = None


async def borrow(
    seed: Seed | None, kept: Kept | None, client: Client, *, now: datetime, total: float
) -> Borrowed:
    """``kept``: the row of renewed tokens, where there is one. ``total``: seconds for a grant."""
    if seed is None:
        return Borrowed()
    values = seed.values()
    known = {**values, **{f"kept {k}": v for k, v in (kept.tokens if kept else {}).items()}}
    secrets = secrets_of(Credential(seed.network, known))
    if not seed.renews(values):
        return Borrowed(_carried(seed, values), secrets=secrets)
    if kept is not None and kept.seed == mark_of(values) and kept.tokens.get("token"):
        if kept.expires_at is None or kept.expires_at > now:
            credential = _carried(seed, {**values, **kept.tokens})
            return Borrowed(credential, kept.expires_at, True, secrets=secrets)
    elif values.get("token"):
        return Borrowed(_carried(seed, values), None, True, secrets=secrets)
    assert seed.oauth is not None
    if seed.oauth.flow == "refresh_token" and seed.oauth.rotates:
        return Borrowed(renews=True, failed=Tried(SIGN_IN, "unsure"), secrets=secrets)
    return await _granted(seed, values, client, secrets, now=now, total=total)


async def _granted(
    seed: Seed, values: Mapping[str, str], client: Client, secrets: Secrets, *, now: datetime,
    total: float,
) -> Borrowed:  # fmt: skip
    assert seed.oauth is not None
    try:
        request = asking(seed.oauth, seed.token_url, values, now)
        response = await fetch(client, request, max_bytes=LARGEST, total=total, follow=False)
        answer = granted(response, seed.oauth, seed.network, now, secrets)
    except NotGrantedError as error:
        state: State = "token"
        if isinstance(error.trouble, Wait):
            state = "later"
        elif isinstance(error.trouble, Broken):
            state = "broken"
        seconds = error.trouble.seconds if isinstance(error.trouble, Wait) else None
        failed = Tried(SIGN_IN, state, why=error.trouble.why, seconds=seconds)
        return Borrowed(renews=True, failed=failed, secrets=secrets)
    except Exception as error:
        host = urlsplit(seed.token_url).hostname or ""
        failed = Tried(SIGN_IN, of_error(error), why=said_of(error), host=host)
        return Borrowed(renews=True, failed=failed, secrets=secrets)
    known = {**values, **{f"new {key}": value for key, value in answer.tokens.items()}}
    return Borrowed(
        _carried(seed, {**values, **answer.tokens}),
        answer.expires_at,
        True,
        secrets=secrets_of(Credential(seed.network, known)),
    )


def _carried(seed: Seed, values: Mapping[str, str]) -> Credential | None:
    carried = {key: value for key, value in values.items() if key not in PRIVATE and value}
    return Credential(seed.network, carried) if carried else None

"""One exchange with a network's token endpoint: what is asked, and what the answer means.

Requests are formed by authlib (RFC 6749); they go through ``fetch``, so that they are bounded in
size and time, and no redirect is followed: they hold the app's secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_token_request

from listener.collecting.assertion import assertion
from listener.collecting.secrecy import Secrets, masked
from listener.networks import failures
from listener.networks.base import Broken, Refused, Trouble, Wait
from listener.networks.oauth import NEEDED, OAuth

TOTAL = 20.0
"""Seconds of one exchange."""
LARGEST = 64 * 1024
LONGEST = timedelta(days=3650)
_BUSY = frozenset({"temporarily_unavailable", "server_error", "slow_down"})  # RFC 6749, 4.1.2.1


class NotGrantedError(Exception):
    """There is no token to be had now; ``trouble`` says why, as of any other answer."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.why)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Granted:
    """``tokens``: token, and refresh_token where there was a new one. ``expires_at``: aware UTC."""

    tokens: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None


def asking(oauth: OAuth, url: str, values: Mapping[str, str], now: datetime) -> httpx.Request:
    """``values``: the configured secrets, over which the newest tokens. ``now``: aware UTC.

    Raises NotGrantedError where a secret is not what it should be."""
    if oauth.flow == "exchange":
        fields = {"grant_type": oauth.grant, "access_token": values["token"], **oauth.more}
        return httpx.Request("GET", url, params={k: v for k, v in fields.items() if v})
    if oauth.flow == "session":
        return httpx.Request("POST", url, json={**oauth.more, "password": values["password"]})
    fields, grant = dict(oauth.more), str(oauth.flow)
    if oauth.flow == "assertion":
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        try:
            signed = assertion(values["service_account"], audience=url, scope=oauth.scope, now=now)
        except ValueError as error:
            raise NotGrantedError(Refused(f"service_account: {error}", "sign-in", "host")) from None
        fields["assertion"] = signed
    elif oauth.scope:
        fields["scope"] = oauth.scope
    if oauth.flow == "refresh_token":
        fields["refresh_token"] = values["refresh_token"]
    headers = {
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
    }
    app, secret = values.get("client_id", ""), values.get("client_secret", "")
    if oauth.id_name != "client_id":  # authlib knows the standard's name only
        fields |= {oauth.id_name: app, "client_secret": secret}
    body = prepare_token_request(grant, "", **fields)
    if oauth.id_name == "client_id" and app:
        sign = ClientAuth(app, secret, oauth.sign_in)
        url, headers, body = sign.prepare("POST", url, headers, body)
    return httpx.Request("POST", url, headers=headers, content=body)


def granted(
    response: httpx.Response, oauth: OAuth, network: str, now: datetime, secrets: Secrets
) -> Granted:
    """What the answer gives. ``now``: aware UTC; an expiry counts from it. ``secrets``: never said.

    Raises NotGrantedError: Refused where only a person helps (RFC 6749, 5.2), Wait where a later
    try may."""
    body = _object(response)
    code = _code(body.get("error"))
    told = (code, body.get("error_description") or body.get("message"))
    reason = " ".join(part for part in told if isinstance(part, str) and part)
    reason = " ".join(masked(reason, secrets).split())[:150] or f"HTTP {response.status_code}"
    if response.status_code >= 500 or response.status_code in (408, 425, 429) or code in _BUSY:
        seconds = failures.wait_seconds(response, now)
        raise NotGrantedError(Wait(seconds, f"the token endpoint says: {reason}"))
    if response.status_code >= 400 or code:
        keys = " and ".join(f"networks.{network}.{key}" for key in NEEDED[oauth.flow])
        raise NotGrantedError(
            Refused(
                f"the token is renewed no more ({reason}): sign in at the network again and put "
                f"the new secret where {keys} points",
                "sign-in",
                "host",
            )
        )
    token = body.get(oauth.token_name)
    if response.status_code >= 300 or not isinstance(token, str) or not token:
        raise NotGrantedError(
            Broken(f"the token endpoint answered HTTP {response.status_code} without a token")
        )
    tokens = {"token": token}
    if isinstance(fresh := body.get("refresh_token"), str) and fresh:
        tokens["refresh_token"] = fresh
    lasts = _span(body.get("expires_in")) or oauth.lasts
    return Granted(tokens, now + lasts if lasts else None)


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _code(error: object) -> str | None:
    """The error that is told; None where there is none. Meta tells its own as an object."""
    if isinstance(error, dict):
        error = error.get("message") or "error"
    return str(error) if error else None


def _span(seconds: object) -> timedelta | None:
    """None where it is not said, and for 0, by which Meta means "never"."""
    try:
        number = float(seconds) if isinstance(seconds, str | int | float) else 0.0
    except ValueError:
        return None
    return min(timedelta(seconds=number), LONGEST) if 0 < number < 1e12 else None

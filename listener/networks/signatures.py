"""Signatures and tokens of what networks push: HMAC over the raw body, compared in constant time.

Meta signs with the app's secret, ``X-Hub-Signature-256: sha256=<hex>``
(https://developers.facebook.com/docs/graph-api/webhooks/getting-started#event-notifications), hubs
of WebSub with the secret they were given, ``X-Hub-Signature: sha1=<hex>`` or another method
(https://www.w3.org/TR/websub/#signing-content). Telegram sends back a token of
``[A-Za-z0-9_-]{1,256}`` (https://core.telegram.org/bots/api#setwebhook).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping

SIGNATURE_256 = "x-hub-signature-256"
SIGNATURE = "x-hub-signature"
METHODS = ("sha1", "sha256", "sha384", "sha512")
"""Those that WebSub knows; any is as good as the secret."""
_LONGEST = 4096
"""Characters of a challenge: what comes back from us is no more than what a network sends."""


def token_of(secret: str, purpose: str) -> str:
    """What a network is told in place of ``secret`` where it would end up in an address or in a
    form (a verify token): 43 characters of ``[A-Za-z0-9_-]`` from which nobody gets back to it.
    The same for the same ``secret`` and ``purpose``."""
    made = hmac.new(secret.encode(), f"rasid {purpose}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def verify_token(secret: str) -> str:
    """What a person enters in Meta's console as "Verify token"; ``rasid check`` says it."""
    return token_of(secret, "verify token")


def same(given: str, expected: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode(errors="replace"))


def signed_by(
    given: str | None, body: bytes, secret: str, *, methods: Collection[str] = METHODS
) -> bool:
    """Whether ``given`` (``sha256=<hex>``) is the signature of the raw ``body`` under ``secret``,
    by one of ``methods``. False where there is none."""
    method, _, hexed = (given or "").strip().partition("=")
    method = method.lower()
    if method not in methods or method not in METHODS or not secret:
        return False
    return same(hexed.strip().lower(), hmac.new(secret.encode(), body, method).hexdigest())


def signed_by_meta(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """``secret``: the app's. The older SHA-1 header, which Meta sends besides, is not looked at."""
    return signed_by(headers.get(SIGNATURE_256), body, secret, methods=("sha256",))


def hub_challenge(query: Mapping[str, str], token: str) -> str | None:
    """The ``hub.challenge`` of Meta's GET, to be sent back; None where it does not bring
    ``token``."""
    challenge = query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or not 0 < len(challenge) <= _LONGEST:
        return None
    return challenge if same(query.get("hub.verify_token", ""), token) else None

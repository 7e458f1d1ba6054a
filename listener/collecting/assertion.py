"""A service account's assertion: what is shown instead of a refresh token (RFC 7523).

https://developers.google.com/identity/protocols/oauth2/service-account: signed by the account's
own key (RS256), good for an hour at most; no person signs in.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

LASTS = timedelta(minutes=10)
"""Long enough for clocks that differ; it is shown once."""


def assertion(key: str, *, audience: str, scope: str | None, now: datetime) -> str:
    """key: the text of the JSON file that the network gives for a service account. now: aware UTC.

    Raises ValueError, which tells nothing of the key, where it is none."""
    try:
        account = json.loads(key)
        signer = RSAKey.import_key(account["private_key"])
        claims = {"iss": account["client_email"], "aud": audience, "iat": int(now.timestamp())}
        claims |= {"exp": int((now + LASTS).timestamp())} | ({"scope": scope} if scope else {})
        header = {"alg": "RS256", "kid": str(account.get("private_key_id", ""))}
        return jwt.encode(header, claims, signer)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, JoseError):
        raise ValueError("it is no service account's key (a JSON file)") from None

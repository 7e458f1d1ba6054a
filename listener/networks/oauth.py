"""How a network's tokens are renewed, as its own file declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import urljoin, urlsplit

Flow = Literal["refresh_token", "client_credentials", "exchange", "assertion", "session"]
SignIn = Literal["client_secret_basic", "client_secret_post", "none"]

NEEDED: Mapping[Flow, tuple[str, ...]] = {
    "refresh_token": ("refresh_token",),
    "client_credentials": ("client_id", "client_secret"),
    "exchange": ("token",),
    "assertion": ("service_account",),
    "session": ("password",),
}
"""Which secrets of the section each flow cannot do without."""
PRIVATE = frozenset({"refresh_token", "client_secret", "service_account", "password"})
"""What goes to ``token_url`` and nowhere else: a network's ``request`` never sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """``token_url``: whole, or a path under the network's ``api_url``.

    ``flow``: *refresh_token* (RFC 6749, 6: X, LinkedIn, Google, TikTok, Pinterest, Snapchat),
    *client_credentials* (4.4: Reddit, Twitch) or *exchange*: Meta's own, a GET that gives a longer
    lasting token for the one in hand (Instagram, Threads; ``grant`` is its ``grant_type``), or
    *assertion* (RFC 7523: a service account of Google's, which signs with a key of its own), or
    *session*: the AT protocol's own, JSON with a password made for apps, which stays good, so that
    a token is never renewed by another one that may be lost.

    ``sign_in``: how the app names itself at ``token_url``; Basic (2.3.1), in the body, or by its id
    alone. ``id_name``: what the body calls the app's id (TikTok: client_key). ``token_name``: what
    the answer calls the token. ``more``: further parameters. ``early``: renewed so long before it
    ends, but never before three quarters of its time. ``lasts``: of a token whose answer does not
    say. ``rotates``: a refresh token may be good for one grant only; False where the network's
    documents say that it stays good (Google). ``home``: the network's own ``api_url``, where
    ``token_url`` lies on another host; a network at any other address has both there.

    The section names the secrets that ``NEEDED`` lists, and ``client_id`` and ``client_secret``
    where ``sign_in`` asks for them; a ``token`` besides is used first, for as long as it works.
    Where one that is needed is not there, nothing is renewed and ``token`` is all there is.
    """

    token_url: str
    flow: Flow = "refresh_token"
    sign_in: SignIn = "client_secret_basic"
    scope: str | None = None
    grant: str | None = None
    id_name: str = "client_id"
    token_name: str = "access_token"
    more: Mapping[str, str] = field(default_factory=dict)
    early: timedelta = timedelta(minutes=5)
    lasts: timedelta | None = None
    rotates: bool = True
    home: str | None = None

    def url(self, api_url: str) -> str:
        """Where tokens are asked for, with the network at ``api_url``."""
        path = self.token_url
        if self.home is not None and api_url.rstrip("/") not in ("", self.home):
            path = urlsplit(self.token_url).path
        if "://" in path:
            return path
        return urljoin(api_url.rstrip("/") + "/", path.removeprefix("/"))

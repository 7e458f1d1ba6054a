"""Where a network's secrets may stand, and where they must not.

A token travels in a header, a body, the query or (Telegram) the path. It is masked wherever an
address is told, taken along to no other host, and written into nothing that is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx

from listener.networks.base import BadPage, Page
from listener.records import Credential

_HARMLESS = frozenset(
    {"accept", "accept-encoding", "accept-language", "user-agent"}
    | {"if-none-match", "if-modified-since"}
)
"""Headers that may go anywhere. Networks have named theirs Authorization, apikey, X-Api-Key, …"""
Secrets = re.Pattern[str] | None
_SHORTEST = 6  # characters; what is shorter stands in ordinary ids by chance


def secrets_of(credential: Credential | None) -> Secrets:
    """What finds the values of ``credential`` wherever they stand: as they are, percent-encoded in
    whole or in part, or with their slashes escaped as in JSON. None where there are none."""
    values = {value for value in credential.values.values() if value} if credential else set()
    longest_first = sorted(values, key=len, reverse=True)
    return re.compile("|".join(map(_anyhow, longest_first))) if values else None


def _anyhow(secret: str) -> str:
    return "".join(_written_as(character) for character in secret)


def _written_as(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    encoded = "".join(f"%{byte:02X}" for byte in character.encode(errors="replace"))
    forms = [re.escape(character), f"(?i:{encoded})"]
    forms += {"/": [r"\\/"], " ": [r"\+"]}.get(character, [])
    return f"(?:{'|'.join(forms)})"


def masked(text: str, secrets: Secrets) -> str:
    """``text`` with *** for every secret in it."""
    return secrets.sub("***", text) if secrets else text


def onward(
    request: httpx.Request, following: httpx.Request, secrets: Secrets
) -> httpx.Request | None:
    """The request that follows a redirect, ``following`` being httpx's own; None where it must not
    be followed.

    On the same host it goes as it is (from http to https, too). To another host goes a bare GET:
    harmless headers only, and no parameter that holds a secret. Not followed there: what has a body
    and what has a secret in its path, before or after.
    """
    if _same_host(request.url, following.url):
        return following
    if request.method not in ("GET", "HEAD") or _holds(request.url.path, secrets):
        return None
    params = [(k, v) for k, v in following.url.params.multi_items() if not _holds(v, secrets)]
    url = following.url
    if len(params) < len(url.params.multi_items()):  # else its spelling stays the server's own
        url = url.copy_with(params=params)
    if _holds(str(url), secrets):
        return None
    headers = {k: v for k, v in request.headers.items() if k.lower() in _HARMLESS}
    return httpx.Request(request.method, url, headers=headers, extensions=request.extensions)


def storable(page: Page, secrets: Secrets) -> Page:
    """``page`` as it is. Raises BadPage where a secret stands in what would be written down: an
    API's "next" address often holds the token, and a network must take no more than its cursor."""
    if any(_holds(text, secrets, _SHORTEST) for text in _written(page)):
        raise BadPage("an address of this page holds the token, so it is not stored")
    return page


def _written(page: Page) -> Iterator[str]:
    yield from filter(None, (page.older, page.newest, *page.gone))
    yield from (read.target for read in page.more if read.target)
    for mention in (*page.mentions, *page.own_posts):
        yield mention.id
        yield from filter(None, (mention.url, mention.parent_id, mention.thread_id))
    for figure in page.figures:
        yield from filter(None, (figure.account, figure.post_id))


def _holds(text: str, secrets: Secrets, shortest: int = 1) -> bool:
    return secrets is not None and any(
        len(match[0]) >= shortest for match in secrets.finditer(text)
    )


def _same_host(before: httpx.URL, after: httpx.URL) -> bool:
    if before.host != after.host:
        return False
    if (before.scheme, _port(before)) == (after.scheme, _port(after)):
        return True
    return (before.scheme, _port(before)) == ("http", 80) and (after.scheme, _port(after)) == (
        "https",
        443,
    )


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)

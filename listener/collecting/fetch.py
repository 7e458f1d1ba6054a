"""One HTTP exchange with a network, bounded in size, time and redirects.

Proxies (HTTPS_PROXY, NO_PROXY) and own certificate authorities (SSL_CERT_FILE) are honoured.
"""

from __future__ import annotations

import asyncio
import logging
from importlib.metadata import PackageNotFoundError, version

import httpx

from listener.collecting.secrecy import Secrets, onward

MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 5
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_TOTAL = 90.0  # seconds for one exchange, however slowly it drips


class TooLargeError(Exception):
    """The answer is larger than any honest page."""


def user_agent() -> str:
    try:
        return f"Rasid/{version('rasid')}"
    except PackageNotFoundError:
        return "Rasid"


def open_client() -> httpx.AsyncClient:
    """One for each network: connections are kept, and cookies are not shared."""
    # httpx tells every address at INFO, and some networks want their key in the query.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.AsyncClient(
        headers={"user-agent": user_agent(), "accept-encoding": "gzip, deflate"},
        timeout=_TIMEOUT,
        trust_env=True,
        follow_redirects=False,
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
    )


async def fetch(
    client: httpx.AsyncClient,
    request: httpx.Request,
    *,
    max_bytes: int = MAX_BYTES,
    total: float = _TOTAL,
    follow: bool = True,
    secrets: Secrets = None,
) -> httpx.Response:
    """The answer, read in full. Sends nothing but what ``request`` says, and the client's defaults.
    ``follow`` False: a redirect is the answer.

    ``secrets``: what no redirect may take to another host (``secrecy.secrets_of``); where one would
    have to, the redirect itself is the answer.

    Raises httpx.HTTPError (no answer, a broken one, too many redirects), httpx.InvalidURL and
    TooLargeError.
    """
    try:
        async with asyncio.timeout(total):
            return await _exchange(client, _rebuilt(client, request), max_bytes, secrets, follow)
    except TimeoutError as error:
        raise httpx.ReadTimeout(f"no complete answer within {total:.0f} s") from error


def _rebuilt(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Request:
    # A request built by hand and sent as it is lacks the client's default headers.
    headers = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
    content = request.read() or None
    return client.build_request(request.method, request.url, headers=headers, content=content)


async def _exchange(
    client: httpx.AsyncClient,
    request: httpx.Request,
    max_bytes: int,
    secrets: Secrets,
    follow: bool,
) -> httpx.Response:
    for _ in range(MAX_REDIRECTS + 1):
        response = await client.send(request, stream=True)
        try:
            following = response.next_request if follow else None
            if following is not None:
                following = onward(request, following, secrets)
            if following is None:
                return await _read(response, max_bytes)
            # httpx itself would read a redirect's body to its end, however long, and take along
            # all headers but Authorization.
            request = following
        finally:
            await response.aclose()
    raise httpx.TooManyRedirects(f"more than {MAX_REDIRECTS} redirects", request=request)


_SPENT = (b"content-encoding", b"content-length", b"transfer-encoding")


async def _read(response: httpx.Response, max_bytes: int) -> httpx.Response:
    body = bytearray()
    async for chunk in response.aiter_bytes(65_536):
        body += chunk
        if len(body) > max_bytes:
            raise TooLargeError(f"the answer is larger than {max_bytes // 1024} KiB")
    headers = [  # as bytes: a Link header with raw Arabic in it is no ASCII
        (k, v) for k, v in response.headers.raw if k.lower() not in _SPENT
    ]
    return httpx.Response(
        response.status_code, headers=headers, content=bytes(body), request=response.request
    )

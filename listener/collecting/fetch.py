"""One HTTP exchange with a network, bounded in size, time, redirects and where they lead.

Proxies (HTTPS_PROXY, NO_PROXY) and own certificate authorities (SSL_CERT_FILE) are honoured.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from importlib.metadata import PackageNotFoundError, version

import httpx

from listener.collecting.outward import Client, netloc
from listener.collecting.secrecy import Secrets, onward
from listener.collecting.unpacking import ACCEPTED, Unpacker

MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 5
_TIMEOUT = httpx.Timeout(20.0, connect=10.0, pool=None)
_TOTAL = 90.0  # seconds for one exchange, however slowly it drips


def user_agent() -> str:
    try:
        return f"Rasid/{version('rasid')}"
    except PackageNotFoundError:
        return "Rasid"


def open_client() -> Client:
    """One for each network: connections are kept, and cookies are not shared. How many requests
    are under way is bounded before it (``collecting.slots``), never in the pool."""
    # httpx tells every address at INFO, and some networks want their key in the query.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return Client(_one)


def _one() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        headers={"user-agent": user_agent(), "accept-encoding": ACCEPTED},
        timeout=_TIMEOUT,
        trust_env=True,
        follow_redirects=False,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=4),
    )


async def fetch(
    client: Client,
    request: httpx.Request,
    *,
    max_bytes: int = MAX_BYTES,
    total: float = _TOTAL,
    follow: bool = True,
    secrets: Secrets = None,
    by_name: Collection[str] | None = None,
) -> httpx.Response:
    """The answer, read in full. Sends nothing but what ``request`` says, and the client's defaults.
    ``follow`` False: a redirect is the answer.

    ``secrets``: what no redirect may take to another host (``secrecy.secrets_of``); where one would
    have to, the redirect itself is the answer.

    ``by_name``: hosts that the operator wrote, which may lie in the private network; that of
    ``request`` where None. No redirect and no other address leads there.

    Raises httpx.HTTPError (no answer, a broken one, too many redirects), httpx.InvalidURL,
    UnreadableError and PrivateAddressError.
    """
    try:
        async with asyncio.timeout(total):
            names = [netloc(request.url)] if by_name is None else by_name
            return await _exchange(client, client.build(request), max_bytes, secrets, follow, names)
    except TimeoutError as error:
        raise httpx.ReadTimeout(f"no complete answer within {total:.0f} s") from error


async def _exchange(
    client: Client,
    request: httpx.Request,
    max_bytes: int,
    secrets: Secrets,
    follow: bool,
    by_name: Collection[str],
) -> httpx.Response:
    for _ in range(MAX_REDIRECTS + 1):
        response = await client.to(request.url, by_name).send(request, stream=True)
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
    unpacker = Unpacker(response.headers.get_list("content-encoding", split_commas=True), max_bytes)
    async for piece in response.aiter_raw(65_536):
        unpacker.feed(piece)
    headers = [  # as bytes: a Link header with raw Arabic in it is no ASCII
        (k, v) for k, v in response.headers.raw if k.lower() not in _SPENT
    ]
    return httpx.Response(
        response.status_code,
        headers=headers,
        content=bytes(unpacker.body),
        request=response.request,
    )

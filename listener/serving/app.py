"""The web application that routes are hung into: bounds, errors in plain words, safe headers.

What a route means is its own room's business. Handlers are aiohttp's own (``web.Request`` in, any
``web.StreamResponse`` out), so a page has path, query, cookies and streaming.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Middleware

from listener.serving.answers import refusal
from listener.words.unsafe import IN_A_LOG

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """``body``: bytes, unpacked. ``read``: seconds for a body to arrive. ``idle``: seconds for a
    request's head to arrive, and between two requests. ``connections``: open at one time."""

    body: int = 5 * 1024 * 1024
    read: float = 20.0
    idle: float = 30.0
    connections: int = 512


LIMITS = HttpLimits()
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_SAID = {
    401: "this needs a signature or sign-in; see docs/operations.md",
    404: "there is nothing at this address; see docs/operations.md",
    413: "the request is too large",
}
_LONGEST_PATH = 80


def application(
    routes: Iterable[web.AbstractRouteDef], limits: HttpLimits = LIMITS
) -> web.Application:
    """An application with ``routes``. A request's body is read whole, within the limits, before
    its handler runs: ``await request.read()`` there waits for nothing.

    A handler may raise aiohttp's HTTP exceptions; anything else it raises is a 500 and one log
    line with its traceback. A request that breaks off or drips is one line without.
    """
    app = web.Application(middlewares=[_errors, _body(limits)], client_max_size=limits.body)
    app.add_routes(routes)
    app.on_response_prepare.append(_headers)
    return app


async def _headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _SAFE.items():
        response.headers.setdefault(name, value)  # a page may say otherwise for itself
    response.headers["Server"] = "rasid"


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise  # a redirect
        return _plainly(answer)
    except (ConnectionError, web.RequestPayloadError) as error:
        log.warning("%s was cut off: %s", _named(request), type(error).__name__)
        return refusal(400, "the request broke off")
    except Exception:
        log.exception("%s failed", _named(request))
        return refusal(500, "internal error; see the log")


def _body(limits: HttpLimits) -> Middleware:
    @web.middleware
    async def read(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.match_info.http_exception is None and request.body_exists:
            try:
                async with asyncio.timeout(limits.read):
                    await request.read()
            except TimeoutError:
                log.warning("%s dripped for %g s and was cut off", _named(request), limits.read)
                return _ending(refusal(408, f"the request took longer than {limits.read:g} s"))
            except web.HTTPRequestEntityTooLarge:
                return _ending(refusal(413, f"the request is larger than {limits.body} bytes"))
        return await handler(request)

    return read


def _ending(response: web.Response) -> web.Response:
    response.force_close()  # what of the body is still on its way is nobody's next request
    return response


def _plainly(answer: web.HTTPException) -> web.Response:
    if isinstance(answer, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(answer.allowed_methods))
        return refusal(405, f"this address takes {allowed}", {"Allow": allowed})
    return refusal(answer.status, _SAID.get(answer.status, answer.reason))


def _named(request: web.Request) -> str:
    """For the log: bounded, on one line, without the query (it may hold a secret)."""
    path = IN_A_LOG.sub("\ufffd", request.path.replace("\n", " "))
    return f"{request.method[:10]} {path[:_LONGEST_PATH]}"

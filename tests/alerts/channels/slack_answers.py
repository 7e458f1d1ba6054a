"""How the Slack stand-in answers."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web


def ok(**fields: Any) -> web.Response:
    return web.json_response({"ok": True, **fields})


def error(code: str, status: int = 200, **more: Any) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status, **more)


def seen(messages: list[dict[str, Any]], body: dict[str, Any]) -> list[dict[str, Any]]:
    if str(body.get("include_all_metadata")).lower() in ("true", "1"):
        return messages
    return [{k: v for k, v in m.items() if k != "metadata"} for m in messages]


def page(body: dict[str, Any], name: str, held: list[dict[str, Any]]) -> web.Response:
    start, limit = int(body.get("cursor") or 0), int(body.get("limit") or 100)
    rest = str(start + limit) if start + limit < len(held) else ""
    return ok(**{name: held[start : start + limit]}, response_metadata={"next_cursor": rest})


async def drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def gone(request: web.Request) -> None:
    """Until the client has given up."""
    # aiohttp tells a handler of a client that left in no other way.
    while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110
        await asyncio.sleep(0.02)

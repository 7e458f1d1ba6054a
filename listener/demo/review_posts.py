"""Reviews of the demo's world, as the sites of places and apps show them; some are answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from listener.demo.elsewhere import SORRY
from listener.demo.posts import Post
from listener.demo.world import World

AFTER = timedelta(hours=2)


def reviews(world: World, site: str, now: datetime) -> list[Post]:
    """What stands there at ``now``, by its last change, newest first."""
    found = [post for post in world.seen(site, now) if post.rating is not None]
    return sorted(found, key=lambda post: (changed(post, now), post.native), reverse=True)


def changed(post: Post, now: datetime) -> datetime:
    """When a review was written, or edited."""
    return post.edited[0] if post.edited and post.edited[0] <= now else post.at


def answer(post: Post, now: datetime) -> tuple[str, datetime] | None:
    """What the brand answered, and when: one of three, two hours later."""
    at = post.at + AFTER
    if int(post.native) % 3 or at > now:
        return None
    return SORRY[(post.rating or 0) > 3], at


def average(found: list[Post]) -> float:
    return round(sum(post.rating or 0 for post in found) / len(found), 1)


def dated(now: datetime) -> dict[str, str]:
    """The world's time, as a server tells it."""
    return {"Date": format_datetime(now, usegmt=True)}


def google_error(
    status: int, name: str, message: str, *, headers: dict[str, str] | None = None
) -> web.Response:
    """An error of Google's APIs."""
    error = {"code": status, "message": message, "status": name}
    return web.json_response({"error": error}, status=status, headers=headers)


def signed_in(request: web.Request, token: str) -> bool:
    return request.headers.get("authorization") == f"Bearer {token}"

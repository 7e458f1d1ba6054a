"""An account of X: how it is asked for, and its figures (docs.x.com/x-api/users/lookup)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from listener.networks import fields as f
from listener.networks.base import BadPage, Page, Read
from listener.networks.x.posts import either
from listener.records import Figure

_MEASURES = {
    "followers_count": "followers", "following_count": "following", "tweet_count": "posts",
}  # fmt: skip


def is_id(text: str | None) -> bool:
    """Whether it is an id of X's; a name of digits alone is taken for one."""
    return bool(text) and text is not None and text.isascii() and text.isdecimal()


def account_path(target: str | None) -> str:
    """``target``: an id, or a name."""
    if is_id(target):
        return f"/users/{target}"
    return f"/users/by/username/{quote(target or '', safe='')}"


def account_page(body: Mapping[str, object], read: Read, seen: datetime | None) -> Page:
    """The figures of an account. One that was asked for by name asks for its mentions and posts by
    its id, which X wants there. Raises BadPage where there is no account."""
    data = f.obj(body.get("data"))
    key = f.ident(data.get("id"))
    if key is None or not is_id(key):
        raise BadPage("expected an account")
    told = f.obj(data.get("public_metrics"))
    values = [(measure, f.count(either(told, name))) for name, measure in _MEASURES.items()]
    figures = [
        Figure(read.brand, "x", read.target, measure, value, seen, period="lifetime")
        for measure, value in values
        if value is not None and seen is not None and read.brand is not None
    ]
    more = () if is_id(read.target) else ("mentions", "own_posts")
    return Page(
        figures=tuple(figures),
        more=tuple(Read(kind, key, read.query) for kind in more),  # type: ignore[arg-type]
    )

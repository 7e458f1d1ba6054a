"""Of a page, what the store's bound of times lets in.

Looked at before the walk is: a mark or an age of the year 9999 would tell it that all is known.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from listener.networks.base import Page
from listener.records import Mention
from listener.store.times import RIGHT, admitted, believable

log = logging.getLogger(__name__)


def in_time(page: Page, mark: Callable[[Mention], str | None], now: datetime) -> Page:
    """``page`` without mentions, own posts and figures whose time is beyond the bound; they count
    as skipped. ``mark``: the network's; a ``newest`` that is one of theirs is dropped too. An
    article stays, and its time is unknown: an editor wrote it, no network's clock."""
    mentions, own_posts = _kept(page.mentions, now), _kept(page.own_posts, now)
    figures = tuple(figure for figure in page.figures if believable(figure.as_of, now))
    before = len(page.mentions) + len(page.own_posts) + len(page.figures)
    dropped = before - len(mentions) - len(own_posts) - len(figures)
    if not dropped:
        return replace(page, mentions=mentions, own_posts=own_posts)
    ids = {mention.id for mention in (*mentions, *own_posts)}
    lost = [mention for mention in (*page.mentions, *page.own_posts) if mention.id not in ids]
    some: Sequence[Mention] = lost or (*mentions, *own_posts)
    log.warning("%s: %d skipped: not %s", some[0].network if some else "figures", dropped, RIGHT)
    newest = None if page.newest in {mark(mention) for mention in lost} else page.newest
    return replace(
        page, mentions=mentions, own_posts=own_posts, figures=figures, newest=newest,
        skipped=page.skipped + dropped,
    )  # fmt: skip


def _kept(mentions: Sequence[Mention], now: datetime) -> tuple[Mention, ...]:
    kept = []
    for mention in mentions:
        one = admitted(mention, now)
        if one is None and mention.kind == "article":
            one = admitted(replace(mention, created_at=None), now)
        if one is not None:
            kept.append(one)
    return tuple(kept)

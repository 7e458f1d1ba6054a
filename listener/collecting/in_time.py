"""Of a page, what the store's bound of times lets in.

Looked at before the walk is: a mark or an age of the year 9999 would tell it that all is known.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from listener.networks.base import Page
from listener.records import Mention
from listener.store.times import RIGHT, admitted

log = logging.getLogger(__name__)


def in_time(page: Page, mark: Callable[[Mention], str | None], now: datetime) -> Page:
    """``page`` without the mentions whose time is beyond the bound; they count as skipped.
    ``mark``: the network's; a ``newest`` that is one of theirs is dropped too."""
    kept = [m for mention in page.mentions if (m := admitted(mention, now)) is not None]
    dropped = len(page.mentions) - len(kept)
    if not dropped:
        return page
    ids = {mention.id for mention in kept}
    lost = [mention for mention in page.mentions if mention.id not in ids]
    log.warning("%s: %d skipped: not %s", page.mentions[0].network, dropped, RIGHT)
    newest = None if page.newest in {mark(mention) for mention in lost} else page.newest
    return replace(page, mentions=tuple(kept), newest=newest, skipped=page.skipped + dropped)

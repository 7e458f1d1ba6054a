"""What a network no longer shows, where a read goes through all that there is of its target
(``Page.there``): what is stored of it and stood on no page of two walks in a row is gone.

Pages and walks are remembered in memory: a walk that began before a restart tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from listener.networks.base import Page, Read
from listener.store import tables as t


@dataclass(slots=True)
class WholeWalks:
    """Of one network. ``met``: by read, ids on the pages of the walk that is under way; ``ended``:
    reads whose walk came to a page that names none before it; ``absent``: what was not met by the
    last walk that did."""

    network: str
    met: dict[str, set[str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    absent: dict[str, set[str]] = field(default_factory=dict)

    def page(self, read: Read, token: str | None, page: Page) -> None:
        """Hears of every page; ``token``: what it was asked for by, None for the first."""
        self.ended.discard(read.key)
        if page.there is None:
            self.met.pop(read.key, None)
            return
        if token is None:
            self.met[read.key] = set()
        if read.key in self.met:
            self.met[read.key].update(page.there)
            if page.older is None:
                self.ended.add(read.key)

    async def gone(self, connection: AsyncConnection, read: Read) -> list[str]:
        """Once a walk has ended: what is gone for sure. Nothing where it did not come to the last
        page, or met nothing at all: the network may be ill, or show us this place no longer."""
        met = self.met.pop(read.key, None)
        if not met or read.key not in self.ended:
            return []
        c = t.mentions.c
        rows = await connection.execute(
            select(c.native_id).where(
                c.network == self.network,
                c.ref.startswith(f"{read.target}/", autoescape=True),
                c.gone_at.is_(None),
            )
        )
        absent = set(rows.scalars()) - met
        before, self.absent[read.key] = self.absent.get(read.key, set()), absent
        return sorted(absent & before)

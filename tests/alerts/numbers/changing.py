"""A brand's rows that change in every way they do, one seeded step after the other."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from alerts.desk.actions import Action, act
from listener.records import Brand, Engagement, Evidence, Hit, Mention
from listener.store.brand_rows import sync_brands
from listener.store.forget import erase, forget_author
from listener.store.label_rows import as_labels, label_rows
from listener.store.mentions import Arrival, add
from listener.store.session import Database
from listener.store.tables import alert_mentions, alerts, labels, matches, mentions
from listener.store.upsert import upsert
from tests.alerts.numbers.seeded import BRANDS, NOW, label, mention

KEY = b"k" * 32
FIRST = NOW - timedelta(days=9)


@dataclass
class Changing:
    """``step`` makes one random change at ``now``, which moves on; ``done`` names them."""

    db: Database
    rng: random.Random
    ids: dict[str, int]
    now: datetime = NOW
    serial: int = 0

    @classmethod
    async def begin(cls, db: Database, seed: int) -> Changing:
        async with db.writing() as connection:
            ids = await sync_brands(connection, BRANDS, FIRST)
        world = cls(db, random.Random(seed), ids)
        for _ in range(12):
            await world.arrive()
        return world

    async def step(self) -> str:
        ways: dict[str, Callable[[], Awaitable[None]]] = {
            "arrive": self.arrive,
            "label": self.label,
            "edit": self.edit,
            "figures": self.figures,
            "delete": self.delete,
            "forget": self.forget,
            "click": self.click,
            "decide": self.decide,
            "brand removed": self.remove_brand,
        }
        name = self.rng.choice(list(ways))
        self.now += timedelta(seconds=self.rng.choice((1, 40, 400)))
        await ways[name]()
        return name

    async def arrive(self) -> None:
        """Late ones too: of any hour of nine days, some within an hour that India's day parts."""
        self.serial += 1
        at = FIRST + timedelta(minutes=15 * self.rng.randrange(9 * 96))
        new = mention(
            self.serial,
            network=self.rng.choice(("mastodon", "bluesky")),
            author=self.rng.choice(("a", "b", "c", None)),
            followers=self.rng.choice((None, 5, 70)),
            tags=self.rng.choice(((), ("قهوة_رشفان",), ("قهوةرشفان", "x"))),
            likes=self.rng.choice((None, None, 0, 3)),
            at=at,
        )
        await self._store(new, self._hits())

    async def edit(self) -> None:
        """Another text, which may be about another brand, or none."""
        row = await self._any()
        if row is not None:
            new = _mention(row)
            await self._store(replace(new, text=f"{new.text} {self.serial}"), self._hits())

    async def figures(self) -> None:
        row = await self._any()
        if row is not None:
            told = Engagement(likes=self.rng.randrange(9), as_of=self.now)
            await self._store(replace(_mention(row), engagement=told), ())

    async def label(self) -> None:
        """By the model that runs, or by a newer one: whoever writes labels says what changed."""
        row = await self._any()
        if row is None:
            return
        said = as_labels(
            label(
                self.rng.choice(("negative", "positive")),
                self.rng.choice(("complaint", "praise")),
            ),
            self.rng.choice(("model-1", "model-2")),
        )
        rows = label_rows(row["id"], row["revision"], said, now=self.now)
        async with self.db.writing() as connection:
            keys = ["mention_id", "revision", "head", "source"]
            await upsert(connection, labels, rows, keys=keys)
            mine = matches.c.mention_id == row["id"]
            about = self.rng.choice((None, 0.1, 0.9))
            await connection.execute(
                update(matches).where(mine, matches.c.about != 0).values(about=about)
            )
            await connection.execute(update(matches).where(mine).values(changed_at=self.now))

    async def delete(self) -> None:
        row = await self._any()
        if row is not None:
            async with self.db.writing() as connection:
                await erase(connection, row["network"], [row["native_id"]], key=KEY, now=self.now)

    async def forget(self) -> None:
        if self.rng.random() < 0.2:
            async with self.db.writing() as connection:
                await forget_author(connection, "bluesky", "c", key=KEY, now=self.now)

    async def decide(self) -> None:
        async with self.db.writing() as connection:
            await connection.execute(
                update(matches)
                .where(matches.c.state == "waiting")
                .values(state="decided", changed_at=self.now)
            )

    async def click(self) -> None:
        """A person says another sentiment, or that it is about something else."""
        row = await self._any()
        if row is None:
            return
        self.serial += 1
        alert = {
            "id": self.serial, "brand_id": self.ids["رشفان"], "route": "r", "channel": "c",
            "group_key": f"post:{self.serial}", "state": "open", "urgency": "normal",
            "opened_at": self.now, "published_at": self.now, "changed_at": self.now,
        }  # fmt: skip
        async with self.db.writing() as connection:
            await connection.execute(alerts.insert(), [alert])
            held = {"alert_id": self.serial, "mention_id": row["id"], "at": self.now}
            await connection.execute(alert_mentions.insert(), [held])
        verb, choice = self.rng.choice((("sentiment", "positive"), ("not_us", None)))
        await act(
            self.db,
            Action(
                key=f"k{self.serial}", alert_id=self.serial, user_id="U1", verb=verb, choice=choice
            ),
            now=self.now,
            zone=self.now.tzinfo,
        )

    async def remove_brand(self) -> None:
        """It stands in the settings no more; its rows and numbers stay."""
        async with self.db.writing() as connection:
            await sync_brands(connection, [Brand("رشفان", keywords=("رشفان",))], self.now)

    async def _store(self, new: Mention, hits: tuple[Hit, ...]) -> None:
        async with self.db.writing() as connection:
            await add(
                connection, [Arrival(new, hits)], brand_ids=self.ids, source="collect",
                now=self.now, key=KEY,
            )  # fmt: skip

    def _hits(self) -> tuple[Hit, ...]:
        names = self.rng.choice((("رشفان",), ("منافس",), ("رشفان", "منافس"), ()))
        return tuple(Hit(name, (Evidence(name, "text", name),)) for name in names)

    async def _any(self) -> Any:
        async with self.db.reading() as connection:
            rows = (
                await connection.execute(
                    select(mentions).where(mentions.c.gone_at.is_(None)).order_by(mentions.c.id)
                )
            ).mappings()
            every = list(rows)
        return self.rng.choice(every) if every else None


def _mention(row: Any) -> Mention:
    new = mention(0, network=row["network"], author=row["author_id"], at=row["created_at"])
    return replace(new, id=row["native_id"], text=row["text"], hashtags=tuple(row["hashtags"]))

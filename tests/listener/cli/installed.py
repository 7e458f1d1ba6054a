"""An installation with some rows in it, and the commands run on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import insert, select, text, update

from classifiers.labels import Label, Probabilities
from listener.cli import main
from listener.records import Author, Brand, Engagement, Evidence, Hit, Mention
from listener.store.brand_rows import sync_brands
from listener.store.label_rows import as_labels, label_rows
from listener.store.mentions import ADDING, Arrival, add
from listener.store.migrate import LOCK
from listener.store.session import Database, open_database
from listener.store.tables import labels, matches, mentions, metadata
from tests.servers import run

SECRET = "RASID_TEST_READING"
BRANDS = (Brand("رشفان", keywords=("رشفان",)), Brand("تمرة", keywords=("تمرة",)))
LABEL = Label("ar", "glf", "negative", Probabilities(0.8, 0.1, 0.1), "complaint", True, "urgent")
TOML = """
[service]
timezone = "Asia/Riyadh"
language = "en"
data = "data"
[storage]
database = "{database}"
redis = "none"
[classifiers]
sentiment = {{ tier = "fast" }}
[channels.care]
kind = "console"
[[routes]]
name = "all"
channel = "care"
"""


@dataclass
class Installed:
    """``folder`` has rasid.toml and, on SQLite, data/rasid.db; ``url`` is the database."""

    folder: Path
    dialect: str
    url: str
    runner: CliRunner = field(default_factory=lambda: CliRunner(env={}))

    def __post_init__(self) -> None:
        self.configure("رشفان", "تمرة")

    @property
    def config(self) -> Path:
        return self.folder / "rasid.toml"

    @property
    def file(self) -> Path:
        return self.folder / "data" / "rasid.db"

    def configure(self, *names: str) -> None:
        database = "sqlite" if self.dialect == "sqlite" else f"env:{SECRET}"
        brands = [f'[[brands]]\nname = "{name}"\nkeywords = ["{name}"]\n' for name in names]
        self.config.write_text(TOML.format(database=database) + "".join(brands), encoding="utf-8")

    def rasid(self, *arguments: str, stdin: str | bytes | None = None) -> Result:
        return self.runner.invoke(
            main,
            ["--config", str(self.config), *arguments],
            env={SECRET: self.url},
            input=stdin,
        )

    def within(self, work: Any) -> Any:
        """The result of ``await work(db)``."""

        async def open_and_work() -> Any:
            db = open_database(self.url)
            try:
                return await work(db)
            finally:
                await db.close()

        return run(open_and_work())

    def rows(self, statement: Any) -> list[Any]:
        async def work(db: Database) -> list[Any]:
            async with db.reading() as connection:
                return list(await connection.execute(statement))

        found: list[Any] = self.within(work)
        return found

    def execute(self, statement: str) -> None:
        async def work(db: Database) -> None:
            async with db.writing() as connection:
                await connection.execute(text(statement))

        self.within(work)

    def seed(self, *given: Mention, now: datetime | None = None) -> None:
        """Stored, labelled and decided for the first brand."""
        now = now or datetime.now(UTC)

        async def work(db: Database) -> None:
            async with db.writing() as connection:
                ids = await sync_brands(connection, BRANDS, now - timedelta(days=30))
                hit = (Hit("رشفان", (Evidence("رشفان", "text", "رشفان"),)),)
                arrivals = [Arrival(mention, hit) for mention in given]
                added = await add(
                    connection, arrivals, brand_ids=ids, source="collect", now=now, key=b"k" * 32
                )
                for number in added.new:
                    rows = label_rows(number, 1, as_labels(LABEL, "model-1"), now=now)
                    await connection.execute(insert(labels), rows)
                await connection.execute(update(mentions).values(state="labelled"))
                await connection.execute(update(matches).values(state="decided"))

        self.within(work)

    @contextmanager
    def held_writer(self) -> Iterator[None]:
        """Somebody is in the middle of writing, and of migrating, for as long as the block runs:
        SQLite's one write lock, PostgreSQL's locks on every table against all but readers."""
        loop = asyncio.new_event_loop()
        db = open_database(self.url)

        async def take() -> Any:
            connection = await db.write.connect()
            if self.dialect == "postgresql":
                for key in (LOCK, ADDING):
                    await connection.execute(text(f"SELECT pg_advisory_xact_lock({key})"))
                names = ", ".join(metadata.tables)
                await connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
            await connection.execute(update(mentions).values(state="collected"))
            return connection

        async def let_go(connection: Any) -> None:
            await connection.rollback()
            await connection.close()
            await db.close()

        connection = loop.run_until_complete(take())
        try:
            yield
        finally:
            loop.run_until_complete(let_go(connection))
            loop.close()


def mention(number: int, text: str = "رشفان: النت مقطوع", **more: Any) -> Mention:
    given: dict[str, Any] = {
        "network": "mastodon",
        "id": f"n{number}",
        "text": text,
        "created_at": datetime.now(UTC) - timedelta(hours=number),
        "url": f"https://social.example/@nora/{number}",
        "author": Author("mastodon", f"a{number}", "nora", "نورة", 1200),
        "hashtags": ("شبكة", "رشفان"),
        "engagement": Engagement(likes=3),
    }
    return Mention(**{**given, **more})


def ids(installed: Installed) -> list[int]:
    return [row.id for row in installed.rows(select(mentions.c.id).order_by(mentions.c.id))]

"""A small world for alerts: a brand, labelled mentions that match it, settings, a clock, and the
Slack channels of a stand-in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from alerts.cards.card_of_rows import CardStyle
from alerts.channels.base import Channel, Pacer
from alerts.channels.slack.channel import Slack, web_client
from alerts.dispatch import decide_some
from alerts.outbox.deliver import deliver_some
from alerts.outbox.pauses import Pauses
from listener.settings import Settings
from listener.store.session import Database
from listener.store.tables import alerts, brands, labels, matches, mentions, notices
from listener.words import words

START = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
RIYADH = ZoneInfo("Asia/Riyadh")
SETTINGS = Settings.model_validate(
    {
        "brands": [{"name": "زين"}, {"name": "stc", "role": "competitor"}],
        "channels": {"care": {"kind": "slack", "channel": "#customer-care"}},
        "people": {"noura": {"name": "نورة", "slack": "U012AB3CD"}},
        "routes": [
            {
                "name": "يحتاج ردًّا",
                "match": {"needs_response": True},
                "channel": "care",
                "notify": ["noura"],
            },
            {"name": "البقية", "only_count": True},
        ],
    }
)


@dataclass
class Clock:
    """Time as the test passes it; ``sleep`` moves it and lets the others run."""

    at: datetime = START
    passed: float = 0.0

    def __call__(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        """Grows as time passes; does not follow when somebody sets ``at``."""
        return self.passed

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)
        self.passed += timedelta(**span).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.passed += seconds
        await asyncio.sleep(0)


@dataclass
class World:
    db: Database
    settings: Settings = SETTINGS
    clock: Clock = field(default_factory=Clock)
    count: int = 0

    async def brands(self) -> None:
        async with self.db.writing() as connection:
            rows = [{"name": b.name, "role": b.role} for b in self.settings.brands]
            await connection.execute(brands.insert(), rows)

    async def mention(
        self,
        text: str = "النت مقطوع من أمس، متى ترجع الخدمة؟",
        *,
        brand: int = 1,
        intent: str = "complaint",
        sentiment: str = "negative",
        source: str = "model",
        need: dict[str, Any] | None = None,
        **more: Any,
    ) -> int:
        """A labelled mention that waits for its decision; each by an author of its own. need: what
        the label of the intent says otherwise, such as ``needs_probability``."""
        self.count += 1
        n, now = self.count, self.clock()
        row = {
            "network": "mastodon",
            "native_id": f"post-{n}",
            "url": f"https://example.social/@user{n}/{n}",
            "author_id": f"author-{n}",
            "author_handle": f"user{n}",
            "author_name": "سارة",
            "author_followers": 1200,
            "text": text,
            "text_key": str(n),
            "kind": "post",
            "hashtags": [],
            "handles": [],
            "media": [],
            "created_at": now - timedelta(minutes=5),
            "collected_at": now,
            "source": "collect",
            "state": "labelled",
        } | more
        async with self.db.writing() as connection:
            made = await connection.execute(mentions.insert().values(row).returning(mentions.c.id))
            mention_id = int(made.scalar_one())
            await connection.execute(
                matches.insert().values(
                    mention_id=mention_id,
                    brand_id=brand,
                    evidence=[["زين", "text", "زين"]],
                    state="waiting",
                    revision=1,
                    changed_at=now,
                )
            )
        await self.label(mention_id, 1, intent=intent, sentiment=sentiment, need=need)
        return mention_id

    async def label(
        self,
        mention_id: int,
        revision: int,
        *,
        intent: str,
        sentiment: str,
        need: dict[str, Any] | None = None,
    ) -> None:
        needs = intent in ("complaint", "question", "request")
        chances = {"negative": 0.1, "neutral": 0.1, "positive": 0.1} | {sentiment: 0.8}
        said: list[tuple[str, str, dict[str, Any]]] = [
            ("sentiment", sentiment, {"probabilities": chances}),
            ("intent", intent, {"needs_response": needs, "urgency": "normal"} | (need or {})),
            ("language", "ar", {"dialect": "glf", "dialect_probability": 0.93}),
        ]
        rows = [
            {
                "mention_id": mention_id,
                "revision": revision,
                "head": head,
                "source": "model:1",
                "value": value,
                "detail": detail,
                "at": self.clock(),
            }
            for head, value, detail in said
        ]
        async with self.db.writing() as connection:
            await connection.execute(labels.insert(), rows)

    async def edit(self, mention_id: int, text: str, *, revision: int = 2) -> None:
        """As the store and the label process leave an edited mention: relabelled, waiting."""
        await self.again(mention_id, {"text": text, "revision": revision}, revision)
        await self.label(mention_id, revision, intent="complaint", sentiment="negative")

    async def delete(self, mention_id: int) -> None:
        """As the store leaves a mention that was deleted upstream."""
        blank = {
            "text": "",
            "author_id": None,
            "author_handle": None,
            "author_name": None,
            "gone_at": self.clock(),
        }
        await self.again(mention_id, blank, None)

    async def again(
        self,
        mention_id: int,
        values: dict[str, Any] | None = None,
        revision: int | None = None,
    ) -> None:
        """Lets the mention's matches wait again."""
        values = values or {"reason": None}
        changed: dict[str, Any] = {"state": "waiting", "taken_by": None, "taken_until": None}
        if revision is not None:
            changed["revision"] = revision
        async with self.db.writing() as connection:
            await connection.execute(
                update(mentions).where(mentions.c.id == mention_id).values(values)
            )
            await connection.execute(
                update(matches).where(matches.c.mention_id == mention_id).values(changed)
            )

    async def decide(self) -> int:
        return await decide_some(self.db, self.settings, worker="w1", now=self.clock())

    async def deliver(self, *channels: Channel, pauses: Pauses | None = None) -> int:
        return await deliver_some(
            self.db,
            {channel.name: channel for channel in channels},
            clock=self.clock,
            style=CardStyle.of(self.settings),
            pauses=pauses,
        )

    def slack(
        self,
        api_url: str,
        *,
        name: str = "care",
        target: str = "#customer-care",
        timeout: float = 2.0,
        pace: float = 0.0,
        reconciles: bool = True,
        language: str = "ar",
    ) -> Slack:
        return Slack(
            name,
            target,
            web_client("xoxb-test", api_url, timeout),
            words=words("ar" if language == "ar" else "en"),
            zone=RIYADH,
            clock=self.clock,
            pacer=Pacer(pace, monotonic=self.clock.monotonic, sleep=self.clock.sleep),
            timeout=timeout,
            reconciles=reconciles,
        )

    async def rows(self, table: Any) -> list[Any]:
        async with self.db.reading() as connection:
            return list(
                (await connection.execute(select(table).order_by(*table.primary_key))).all()
            )

    async def states(self) -> dict[str, int]:
        """Notice state → how many."""
        async with self.db.reading() as connection:
            found = await connection.execute(
                select(notices.c.state, func.count()).group_by(notices.c.state)
            )
            return {row[0]: row[1] for row in found}

    async def alert(self, alert_id: int = 1) -> Any:
        async with self.db.reading() as connection:
            return (await connection.execute(select(alerts).where(alerts.c.id == alert_id))).one()

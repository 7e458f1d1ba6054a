"""Relevance at work: fitted from clicks now and then, asked for every mention that is labelled.

It runs where mentions are labelled, for there the encoder that reads names is loaded already. What
is stored keeps the score it got: a newer model says nothing of the past.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from classifiers.relevance.fitting import MOST, Example, Fitted, fit
from classifiers.relevance.logistic import Named, Reader, Relevance
from listener.store import relevance_rows as store
from listener.store.clicks import Clicked, clicked
from listener.store.session import Database

log = logging.getLogger(__name__)

MIN_LABELS, MIN_EACH = 50, 10
GROWN = 0.2
"""A model is fitted again once new clicks are this share of those that it learned from."""


class Scorer:
    """Scores through ``reader``, in a thread, so that the process stays responsive."""

    def __init__(self, db: Database, reader: Reader, *, min_labels: int = MIN_LABELS) -> None:
        self._db, self._reader, self._min_labels = db, reader, min_labels
        self._models: dict[str, Relevance] = {}

    @property
    def reads(self) -> str:
        """The name of the reader."""
        return self._reader.name

    async def scores(self, rows: Sequence[Row[Any]]) -> list[store.Scored]:
        """Of mentions (``id``, ``revision``, ``text``) for every brand that has a model. A failure
        is logged and gives none: a mention without a score alerts as if there were no model."""
        try:
            return await self._scores({row.id: row for row in rows})
        except Exception as error:  # whatever a model's runtime raises
            log.warning("%d mentions get no relevance: %s: %s", len(rows), type(error).__name__,
                        error)  # fmt: skip
            return []

    async def _scores(self, rows: dict[int, Row[Any]]) -> list[store.Scored]:
        async with self._db.reading() as connection:
            used = await store.in_use(connection, self._reader.name)
            if not used:
                return []
            for brand_id, version in used.items():
                if version not in self._models:
                    packed = await store.model_of(connection, brand_id, version)
                    if packed is not None:
                        self._models[version] = Relevance.unpack(packed)
            matches = await store.to_score(connection, list(rows), list(used))
        self._models = {v: model for v, model in self._models.items() if v in used.values()}
        matches = [match for match in matches if used[match.brand_id] in self._models]
        if not matches:
            return []
        named = [Named(rows[match.mention_id].text, match.names) for match in matches]
        versions = [used[match.brand_id] for match in matches]
        chances = await asyncio.to_thread(self._ask, named, versions)
        return [
            store.Scored(
                match.mention_id, match.brand_id, rows[match.mention_id].revision, about, version
            )
            for match, about, version in zip(matches, chances, versions, strict=True)
        ]

    def _ask(self, named: Sequence[Named], versions: Sequence[str]) -> list[float]:
        """The score of each text by the model beside it; identical texts are read once."""
        distinct = list(dict.fromkeys(named))
        seen = self._reader.see(distinct)
        place = {text: at for at, text in enumerate(distinct)}
        by = {version: self._models[version].score(seen) for version in set(versions)}
        return [by[version][place[text]] for text, version in zip(named, versions, strict=True)]

    async def fit_due(self, brand_ids: Collection[int], *, now: datetime) -> int:
        """Fits the brands whose clicks call for it; returns how many got a new model. A fit that
        fails is logged: the other brands' are made."""
        done = 0
        for brand_id in sorted(brand_ids):
            async with self._db.reading() as connection:
                known = await clicked(connection, brand_id)
                before = await store.stored(connection, brand_id)
            clicks = known[-MOST:]
            if not self._enough(clicks):
                if before is not None and _lost(before, known):
                    async with self._db.writing() as connection:
                        await store.drop(connection, brand_id, before)
                    log.info("brand %d has too few clicks left for relevance", brand_id)
                continue
            if before is not None and not self._due(before, known):
                continue
            try:
                fitted = await asyncio.to_thread(fit, _examples(clicks), self._reader)
            except Exception as error:  # whatever a model's runtime raises
                log.warning("brand %d gets no new model of relevance: %s: %s", brand_id,
                            type(error).__name__, error)  # fmt: skip
                continue
            async with self._db.writing() as connection:
                saved = await store.save(
                    connection, brand_id, fitted, clicks, before=before, now=now
                )
            if saved:
                _tell(brand_id, fitted)
                done += 1
        return done

    def _enough(self, clicks: Sequence[Clicked]) -> bool:
        """Enough in all, and of each kind, in more than one conversation of each."""
        kinds = [
            [click.alert_id for click in clicks if click.about is kind] for kind in (True, False)
        ]
        return len(clicks) >= self._min_labels and all(
            len(kind) >= MIN_EACH and len(set(kind)) >= 2 for kind in kinds
        )

    def _due(self, before: store.StoredRelevance, known: Sequence[Clicked]) -> bool:
        if before.reads != self._reader.name or _lost(before, known):
            return True
        learned = {mention_id for mention_id, _about in before.learned}
        fresh = sum(click.mention_id not in learned for click in known[-MOST:])
        return fresh >= GROWN * len(learned)


def _lost(before: store.StoredRelevance, known: Sequence[Clicked]) -> bool:
    """Whether the model learned from what is gone, or was said otherwise since."""
    there = {(click.mention_id, click.about) for click in known}
    return any((mention_id, about) not in there for mention_id, about in before.learned)


def _examples(clicks: Sequence[Clicked]) -> list[Example]:
    return [
        Example(Named(click.text, click.names), click.about, click.alert_id) for click in clicks
    ]


def _tell(brand_id: int, fitted: Fitted) -> None:
    log.info(
        "relevance of brand %d from %d clicks: %s (held out: hides %.1f%%, catches %.0f%%)",
        brand_id,
        fitted.labels,
        "used" if fitted.good else "not good enough, not used",
        100 * fitted.hidden,
        100 * fitted.caught,
    )

"""A brand's bias at work: fitted from its labelled samples, and put into labels as they are made.

What the model itself says stays stored beside it, and what was labelled before stays as it is: a
bias counts for what is labelled after it, and the label's source names it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from classifiers.labels import SENTIMENTS, Classifier, Probabilities
from listener.store import bias_rows as store
from listener.store.drawing import Scope
from listener.store.effective import SENTIMENT, sentiment_head
from listener.store.label_rows import Labels, StoredLabel
from listener.store.sample_rows import (
    Asked,
    labelled_texts,
    learned,
    sentiment_of,
    standings,
)
from listener.store.session import Database

if TYPE_CHECKING:
    from classifiers.bias import Chances, Fitted

log = logging.getLogger(__name__)

BIASED = "+"
"""Stands in a label's source between the model and the bias."""


class Biases:
    """Of ``classifier``'s labels; whatever runs takes a thread."""

    def __init__(self, db: Database, classifier: Classifier) -> None:
        self._db, self._classifier = db, classifier

    async def of(self, rows: Sequence[Row[Any]], known: Mapping[str, Labels]) -> dict[int, Labels]:
        """The labels that mentions (``id``, ``text_key``) get besides, a head a brand with a bias,
        from what the model said of their texts. A bias of a brand on one network goes before that
        of the brand on all."""
        async with self._db.reading() as connection:
            used = await store.in_use(connection, self._classifier.model)
            if not used:
                return {}
            keys = {row.id: row.text_key for row in rows if row.text_key in known}
            matches = await store.matched(connection, keys, {scope.brand_id for scope in used})
        more: dict[int, Labels] = {}
        for match in matches:
            bias = used.get(Scope(match.brand_id, match.network)) or used.get(Scope(match.brand_id))
            if bias is not None:
                label = _moved(known[keys[match.mention_id]][SENTIMENT], bias)
                more.setdefault(match.mention_id, {})[sentiment_head(match.brand_id)] = label
        return more

    async def fit_due(self, brand_ids: Collection[int], *, now: datetime) -> int:
        """Fits what these brands' samples call for; returns how many got a new bias, used or not.
        One that fails is logged: the others' are made."""
        done = 0
        for brand_id in sorted(brand_ids):
            async with self._db.reading() as connection:
                every = await standings(connection, brand_id=brand_id)
            for scope in dict.fromkeys(sample.scope for sample in every):
                try:
                    done += await self.fit(scope, now=now)
                except Exception as error:  # whatever a model's runtime raises
                    log.warning("brand %d gets no new bias: %s: %s", brand_id,
                                type(error).__name__, error)  # fmt: skip
        return done

    async def fit(self, scope: Scope, *, now: datetime) -> bool:
        """Fits a bias where a sample of ``scope`` is complete, there are labels enough, and what
        was said or the model is another than last time."""
        from classifiers.bias import LEAST, MOST

        async with self._db.reading() as connection:
            if not any(sample.complete for sample in await standings(connection, scope)):
                return False
            texts = (await labelled_texts(connection, scope))[-MOST:]
            before = await store.newest(connection, scope)
        model, what = self._classifier.model, learned(texts)
        if len(texts) < LEAST or (before and (before["model"], before["learned"]) == (model, what)):
            return False
        fitted = await asyncio.to_thread(self._fit, texts)
        async with self._db.writing() as connection:
            ids = sorted({text.sample_id for text in texts})
            saved = await store.save(
                connection, scope, fitted, model=model, samples=ids, learned=what, now=now
            )
        if saved:
            log.info(
                "bias of brand %d %s from %d labels: %s", scope.brand_id, scope.network,
                fitted.labels, "used" if fitted.helps else "does not help, not used",
            )  # fmt: skip
        return saved

    def _fit(self, texts: Sequence[Asked]) -> Fitted:
        from classifiers.bias import fit

        labels = self._classifier.classify([text.text for text in texts])
        chances: list[Chances] = [
            (
                label.probabilities.negative,
                label.probabilities.neutral,
                label.probabilities.positive,
            )
            for label in labels
        ]
        return fit(chances, [sentiment_of(text) for text in texts])


def _moved(label: StoredLabel, used: store.Used) -> StoredLabel:
    from classifiers.bias import Bias, biased

    chances = Probabilities(**{name: label.detail["probabilities"][name] for name in SENTIMENTS})
    mood = next(word for word in SENTIMENTS if word == label.value)
    mood, moved = biased(mood, chances, Bias(used.negative, used.positive))
    detail = {"probabilities": dict(zip(SENTIMENTS, (round(m, 6) for m in moved), strict=True))}
    return StoredLabel(mood, detail, f"{label.source}{BIASED}{used.version}")

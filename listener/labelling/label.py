"""The label step: collected mentions get their labels and can be decided.

A crash anywhere leaves a lease that expires. A text that no model can read is found by halving its
batch and set aside with the reason; the others of the batch are labelled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from classifiers.labels import Classifier, Label, needs_threshold
from listener.store import work
from listener.store.label_rows import Labels, as_labels, labels_of_texts, write_labels
from listener.store.relevance_rows import Scored, write_scores
from listener.store.session import Database
from listener.store.trouble import hand_back

if TYPE_CHECKING:
    from listener.labelling.bias import Biases
    from listener.labelling.relevance import Scorer

log = logging.getLogger(__name__)

BATCH = 500
LEASE = timedelta(minutes=5)
"""Above the time that the slowest bundled model needs for a batch on one slow core."""

RECENT = 5_000
"""Texts whose labels are remembered, so that a flood of one text asks nothing of the database."""

Outcome = dict[str, Label | Exception]
"""What the classifier said of each text key, or why it could not."""


class Labeller:
    """Labels through ``classifier``, in a thread, so that the process stays responsive."""

    def __init__(
        self,
        db: Database,
        classifier: Classifier,
        *,
        worker: str,
        batch: int = BATCH,
        lease: timedelta = LEASE,
        scorer: Scorer | None = None,
        biases: Biases | None = None,
    ) -> None:
        """worker: unique to this task, for instance host, process id and a number. scorer: says
        what is about the brand; without one nobody says. biases: move the sentiments of brands
        whose samples were labelled; without them the model's own stand alone."""
        self._db = db
        self._classifier = classifier
        self._worker = worker
        self._batch = batch
        self._lease = lease
        self.scorer = scorer
        self.biases = biases
        self._recent: dict[str, Labels] = {}

    async def label_all(self, now: datetime, *, clock: Callable[[], datetime] | None = None) -> int:
        """Labels until nothing is free; returns how many rows it took. clock: read before every
        batch where it is given (``now`` is for the first only), so that leases stay honest."""
        total = 0
        while taken := await self.label_some(None, now=now):
            total += taken
            now = clock() if clock else now
        return total

    async def label_some(self, ids: Sequence[int] | None, *, now: datetime) -> int:
        """One batch, of these mentions or of whatever is free. Returns how many rows it took: 0
        means that there is nothing to do."""
        async with self._db.writing() as connection:
            rows = await work.take(
                connection, work.LABEL, worker=self._worker, now=now, lease=self._lease,
                limit=self._batch, ids=ids,
            )  # fmt: skip
        if not rows:
            return 0
        try:
            answers = await self._say({row.text_key: row.text for row in rows})
            known = {key: answer for key, answer in answers.items() if isinstance(answer, dict)}
            biased = await self.biases.of(rows, known) if self.biases else {}
            scores = await self.scorer.scores(rows) if self.scorer else []
        except asyncio.CancelledError:
            async with self._db.writing() as connection:
                await work.release(connection, work.LABEL, rows, worker=self._worker, now=now)
            raise
        try:
            await self._write(rows, answers, biased, scores, now)
        except Exception as error:
            await hand_back(self._db, work.LABEL, rows, error, worker=self._worker, now=now)
            raise
        return len(rows)

    async def _say(self, texts: dict[str, str]) -> dict[str, Labels | Exception]:
        """What is known of each text, from before or from the classifier."""
        source = self._classifier.model
        known = {key: self._recent[key] for key in texts if key in self._recent}
        async with self._db.reading() as connection:
            known |= await labels_of_texts(connection, texts.keys() - known.keys(), source=source)
        unknown = {key: text for key, text in texts.items() if key not in known}
        outcome = await asyncio.to_thread(classify, self._classifier, unknown)
        answers: dict[str, Labels | Exception] = {**known}
        needs_at = needs_threshold(self._classifier)
        for key, label in outcome.items():
            answers[key] = (
                label
                if isinstance(label, Exception)
                else as_labels(label, source, needs_at=needs_at)
            )
        for key, answer in answers.items():
            if not isinstance(answer, Exception):
                self._recent.pop(key, None)  # to the end: the oldest goes first
                self._recent[key] = answer
        for key in list(self._recent)[: max(len(self._recent) - RECENT, 0)]:
            del self._recent[key]
        return answers

    async def _write(
        self,
        rows: Sequence[Row[Any]],
        answers: dict[str, Labels | Exception],
        biased: dict[int, Labels],
        scores: Sequence[Scored],
        now: datetime,
    ) -> None:
        known = {
            key: answer for key, answer in answers.items() if not isinstance(answer, Exception)
        }
        async with self._db.writing() as connection:
            good = await work.finish_mine(
                connection,
                work.LABEL,
                [row for row in rows if row.text_key in known],
                worker=self._worker,
                now=now,
            )
            labelled = [
                (row.id, row.revision, known[row.text_key] | biased.get(row.id, {})) for row in good
            ]
            await write_labels(connection, labelled, now=now)
            ours = {row.id for row in good}
            await write_scores(connection, [score for score in scores if score.mention_id in ours])
            for row in rows:
                if isinstance(why := answers[row.text_key], Exception):
                    await self._set_aside(connection, row, why, now)

    async def _set_aside(
        self, connection: AsyncConnection, row: Row[Any], why: Exception, now: datetime
    ) -> None:
        reason = f"the classifier failed: {type(why).__name__}: {why}"
        log.warning("mention %d is set aside: %s", row.id, reason[:200])
        await work.set_aside(
            connection, work.LABEL, [row], worker=self._worker, reason=reason, now=now
        )


def classify(classifier: Classifier, texts: dict[str, str]) -> Outcome:
    """Every text once, in one batch if the classifier can. One that fails twice is halved until
    each text that cannot be read stands alone with its error."""
    if not texts:
        return {}
    keys = list(texts)
    for attempt in (1, 2):
        try:
            labels = classifier.classify([texts[key] for key in keys])
            if len(labels) != len(keys):
                raise ValueError(f"{len(labels)} labels for {len(keys)} texts")
            return dict(zip(keys, labels, strict=True))
        except Exception as error:  # whatever a model's runtime raises
            failure = error
            log.warning(
                "classifying %d texts failed (try %d): %s", len(keys), attempt, type(error).__name__
            )
    if len(keys) == 1:
        return {keys[0]: failure}
    half = len(keys) // 2
    return {
        **classify(classifier, {key: texts[key] for key in keys[:half]}),
        **classify(classifier, {key: texts[key] for key in keys[half:]}),
    }

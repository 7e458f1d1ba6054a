"""The label step: collected mentions get their labels and can be decided.

A crash anywhere leaves a lease that expires. A text that no model can read is found by halving its
batch and set aside with the reason; the others of the batch are labelled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from classifiers.labels import Classifier, Label
from listener.store import work
from listener.store.labels import label_rows, labels_of_texts
from listener.store.session import Database
from listener.store.tables import labels
from listener.store.upsert import upsert

log = logging.getLogger(__name__)

BATCH = 256
LEASE = timedelta(minutes=5)
"""Above the time that the slowest bundled model needs for a batch on one slow core."""

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
    ) -> None:
        """worker: unique to this task, for instance host, process id and a number."""
        self._db = db
        self._classifier = classifier
        self._worker = worker
        self._batch = batch
        self._lease = lease

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
        source = self._classifier.model
        async with self._db.writing() as connection:
            rows = await work.take(
                connection, work.LABEL, worker=self._worker, now=now, lease=self._lease,
                limit=self._batch, ids=ids,
            )  # fmt: skip
        if not rows:
            return 0
        texts = {row.text_key: row for row in reversed(rows)}
        try:
            async with self._db.reading() as connection:
                known = await labels_of_texts(
                    connection, {key: row.id for key, row in texts.items()}, source=source
                )
            unknown = {key: row.text for key, row in texts.items() if key not in known}
            said = await asyncio.to_thread(classify, self._classifier, unknown)
        except asyncio.CancelledError:
            async with self._db.writing() as connection:
                await work.release(connection, work.LABEL, rows, worker=self._worker, now=now)
            raise
        await self._write(rows, known, said, source, now)
        return len(rows)

    async def _write(
        self,
        rows: Sequence[Row[Any]],
        known: dict[str, list[Any]],
        said: Outcome,
        source: str,
        now: datetime,
    ) -> None:
        async with self._db.writing() as connection:
            mine = await work.held(connection, work.LABEL, rows, worker=self._worker, now=now)
            good, written, bad = [], [], []
            for row in mine:
                label = said.get(row.text_key)
                if isinstance(label, Exception):
                    bad.append((row, label))
                    continue
                good.append(row)
                if label is not None:
                    written += label_rows(row.id, row.revision, label, source=source, now=now)
                else:
                    written += [_copy(head, row, now) for head in known[row.text_key]]
            await upsert(
                connection, labels, written, keys=["mention_id", "revision", "head", "source"]
            )
            await work.finish(connection, work.LABEL, good, worker=self._worker, now=now)
            for row, error in bad:
                reason = f"the classifier failed: {type(error).__name__}: {error}"
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
            found = classifier.classify([texts[key] for key in keys])
            if len(found) != len(keys):
                raise ValueError(f"{len(found)} labels for {len(keys)} texts")
            return dict(zip(keys, found, strict=True))
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


def _copy(head: Any, row: Row[Any], now: datetime) -> dict[str, Any]:
    """The label that an identical text has, for this one."""
    return {
        "mention_id": row.id,
        "revision": row.revision,
        "head": head.head,
        "source": head.source,
        "value": head.value,
        "detail": head.detail,
        "at": now,
    }

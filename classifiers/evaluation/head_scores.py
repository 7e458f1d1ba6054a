"""How well intent and the need of a response are told, by the labels that are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.evaluation.compare import in_gold
from classifiers.evaluation.labelled_rows import Places, Row, needs_of
from classifiers.evaluation.metrics import (
    RESAMPLES,
    Ints,
    confusion,
    f1s,
    percentiles,
    resampled,
    wilson,
)
from classifiers.labels import INTENTS, Label

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class IntentTable:
    """Shares from 0 to 1, intervals of 95 % (Wilson's of ``accuracy``, the bootstrap's of
    ``macro_f1``). macro_f1: over the intents that stand in gold, whose ``f1`` are given; confusion:
    counts, rows gold, columns said, in the order of INTENTS."""

    texts: int
    accuracy: float
    accuracy_interval: Interval
    macro_f1: float
    interval: Interval
    f1: dict[str, float]
    confusion: list[list[int]]


@dataclass(frozen=True, slots=True)
class NeedScores:
    """Of the texts that need a response the share that is found (``recall``), and of those that are
    said to need one the share that does (``precision``), with Wilson's intervals of 95 %; None
    where no text needs one, or none is said to. needed: how many need one."""

    texts: int
    needed: int
    recall: float | None
    recall_interval: Interval | None
    precision: float | None
    precision_interval: Interval | None


def intent_places(rows: Sequence[Row], places: Places) -> Places:
    """Those of ``places`` whose row tells the intent."""
    return [at for at in places if rows[at].get("intent")]


def needs_places(rows: Sequence[Row], places: Places) -> Places:
    """Those of ``places`` whose row tells whether a response is needed."""
    return [at for at in places if needs_of(rows[at]) is not None]


def intents_of(rows: Sequence[Row], labels: Sequence[Label], places: Places) -> tuple[Ints, Ints]:
    """(gold, said), as places in INTENTS, of rows that tell the intent."""
    names: Sequence[str] = INTENTS
    gold = [names.index(rows[at]["intent"]) for at in places]
    return np.array(gold, np.int64), np.array([names.index(labels[at].intent) for at in places])


def needs_said(rows: Sequence[Row], labels: Sequence[Label], places: Places) -> tuple[Ints, Ints]:
    """(gold, said), 0 or 1, of rows that tell whether a response is needed."""
    gold = [int(needs_of(rows[at]) is True) for at in places]
    return np.array(gold, np.int64), np.array([int(labels[at].needs_response) for at in places])


def score_intents(gold: Ints, said: Ints) -> IntentTable:
    """``gold`` and ``said`` are places in INTENTS, at least one of each."""
    table = confusion(gold, said, len(INTENTS))
    there = in_gold(table)
    right = int(np.diagonal(table).sum())
    return IntentTable(
        texts=len(gold),
        accuracy=right / len(gold),
        accuracy_interval=wilson(right, len(gold)),
        macro_f1=float(f1s(table)[there].mean()),
        interval=percentiles(f1s(resampled(table, RESAMPLES))[:, there].mean(axis=1)),
        f1={INTENTS[at]: float(f1s(table)[at]) for at in there},
        confusion=table.tolist(),
    )


def score_needs(gold: Ints, said: Ints) -> NeedScores:
    """``gold`` and ``said`` are 0 or 1."""
    hits, needed, told = int((gold & said).sum()), int(gold.sum()), int(said.sum())
    return NeedScores(
        texts=len(gold),
        needed=needed,
        recall=hits / needed if needed else None,
        recall_interval=wilson(hits, needed) if needed else None,
        precision=hits / told if told else None,
        precision_interval=wilson(hits, told) if told else None,
    )

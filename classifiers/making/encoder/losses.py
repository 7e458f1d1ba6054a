"""What the heads are punished for; a text without a label for a head costs it nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from classifiers.encoder.heads import HEADS, Logits
from classifiers.labels import SENTIMENTS
from classifiers.making.encoder.data import TaughtText

_RAREST = 1e-3


class SetBias(nn.Module):
    """What one set's labellers lean to, added to the sentiment logits while training only.

    Starts as the log frequencies of the set's labels (logit adjustment, Menon et al. 2021, arXiv
    2007.07314), so that the heads learn evidence and not how often a set says neutral. A label
    that a set does not have is all but barred there. What is learned on top has mean zero over the
    sets: nothing that all sets share can hide here and be lost when the bias is dropped.
    """

    prior: Tensor

    def __init__(self, counts: Sequence[Sequence[int]], strength: float) -> None:
        super().__init__()
        self.register_buffer("prior", _log_frequencies(counts) * strength, persistent=False)
        self.learned = nn.Parameter(torch.zeros_like(self.prior))

    def forward(self, logits: Tensor, groups: Tensor) -> Tensor:
        bias = self.prior + self.learned - self.learned.mean(0, keepdim=True)
        biased: Tensor = logits + bias[groups]
        return biased


def label_counts(examples: Sequence[Sequence[TaughtText]]) -> list[list[int]]:
    """How often each set has each sentiment: [sets][3]."""
    return [
        [sum(row.sentiment == at for row in rows) for at in range(len(SENTIMENTS))]
        for rows in examples
    ]


def sentiment_loss(logits: Tensor, labels: Tensor, present: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy summed over the rows whose label is not -1.

    ``present`` [rows, 3] says which labels the row's set has; smoothing spreads over those only.
    """
    known = labels >= 0
    if not bool(known.any()):
        return logits.sum() * 0.0
    target = smoothing * present[known] / present[known].sum(1, keepdim=True).clamp(min=1.0)
    target[torch.arange(len(target)), labels[known]] += 1.0 - smoothing
    return -(target * logits[known].log_softmax(1)).sum()


def allowed_loss(logits: Tensor, allowed: Tensor, weights: Tensor, smoothing: float) -> Tensor:
    """-log of the probability that lies on the allowed classes, weighted and summed.

    ``allowed`` [rows, classes] is bool; a row that allows none is not counted.
    """
    known = allowed.any(1)
    if not bool(known.any()):
        return logits.sum() * 0.0
    logs = logits[known].log_softmax(1)
    inside = logs.masked_fill(~allowed[known], -torch.inf).logsumexp(1)
    single = (allowed[known].sum(1) == 1).to(logs.dtype) * smoothing
    return -(weights[known] * ((1.0 - single) * inside + single * logs.mean(1))).sum()


class Losses(NamedTuple):
    """Of each head, the mean over a batch's rows."""

    sentiment: Tensor
    intent: Tensor
    needs: Tensor
    dialect: Tensor


class Loss:
    """The losses of a batch."""

    def __init__(
        self,
        bias: SetBias,
        counts: Sequence[Sequence[int]],
        weights: Sequence[float],
        ease: float,
        dialects: Sequence[float] | None = None,
    ) -> None:
        """``weights`` of each set's intents and needs, ``dialects`` of its dialects (1 each)."""
        self._dialects = torch.tensor(dialects or [1.0] * len(weights))
        self._bias = bias
        self._present = (torch.tensor(counts) > 0).float()
        self._weights = torch.tensor(weights)
        self._smoothing = ease

    def __call__(self, logits: Logits, rows: Sequence[TaughtText]) -> Losses:
        groups = torch.tensor([row.group for row in rows])
        labels = torch.tensor([row.sentiment for row in rows])
        weights = self._weights[groups]
        sentiment = sentiment_loss(
            self._bias(logits.sentiment, groups), labels, self._present[groups], self._smoothing
        )
        needs = [(row.needs,) if row.needs >= 0 else () for row in rows]
        parts = (
            sentiment,
            self._of("intent", logits.intent, [row.intents for row in rows], weights),
            self._of("needs", logits.needs, needs, weights),
            self._of("dialect", logits.dialect, [r.dialects for r in rows], self._dialects[groups]),
        )
        return Losses(*(part / len(rows) for part in parts))

    def _of(
        self, head: str, logits: Tensor, classes: Sequence[tuple[int, ...]], weights: Tensor
    ) -> Tensor:
        allowed = torch.zeros((len(classes), HEADS[head]), dtype=torch.bool)
        for at, some in enumerate(classes):
            allowed[at, list(some)] = True
        return allowed_loss(logits, allowed, weights, self._smoothing)


def _log_frequencies(counts: Sequence[Sequence[int]]) -> Tensor:
    table = torch.tensor(counts, dtype=torch.float32)
    totals = table.sum(1, keepdim=True)
    even = torch.full_like(table, 1.0 / table.shape[1])
    shares = torch.where(totals > 0, table / totals.clamp(min=1.0), even)
    return shares.clamp(min=_RAREST).log()

"""Losses: masked heads, sets of allowed intents, and what a set leans to."""

from __future__ import annotations

import math

import pytest
import torch

from classifiers.encoder.heads import HEADS, Logits
from classifiers.making.encoder.data import TaughtText
from classifiers.making.encoder.losses import (
    Loss,
    SetBias,
    allowed_loss,
    label_counts,
    sentiment_loss,
)


def test_rows_without_a_label_cost_nothing_and_pull_nothing() -> None:
    logits = torch.randn(2, 3, requires_grad=True)
    loss = sentiment_loss(logits, torch.tensor([-1, 2]), torch.ones(2, 3), 0.0)
    loss.backward()
    assert logits.grad is not None
    assert float(logits.grad[0].abs().sum()) == 0.0
    assert float(loss.detach()) == pytest.approx(float(-logits.detach()[1].log_softmax(0)[2]))
    assert float(allowed_loss(torch.randn(2, 6), torch.zeros(2, 6).bool(), torch.ones(2), 0.1)) == 0


def test_several_allowed_intents_cost_only_what_lies_outside() -> None:
    logits = torch.zeros(1, 6)
    allowed = torch.tensor([[True, True, False, False, False, False]])
    loss = allowed_loss(logits, allowed, torch.tensor([0.5]), 0.05)
    assert float(loss) == pytest.approx(0.5 * math.log(3))


def test_smoothing_spreads_over_the_labels_a_set_has() -> None:
    logits = torch.tensor([[0.0, -50.0, 0.0]])
    two = sentiment_loss(logits, torch.tensor([0]), torch.tensor([[1.0, 0.0, 1.0]]), 0.1)
    assert float(two) == pytest.approx(math.log(2))


def test_bias_starts_at_the_log_frequencies_and_hides_nothing_shared() -> None:
    bias = SetBias([[8, 1, 1], [5, 0, 5], [0, 0, 0]], 1.0)
    start = bias(torch.zeros(3, 3), torch.tensor([0, 1, 2])).detach()
    assert start[0].tolist() == pytest.approx([math.log(v) for v in (0.8, 0.1, 0.1)], rel=1e-5)
    assert float(start[1, 1]) < -6
    assert start[2].tolist() == pytest.approx([math.log(1 / 3)] * 3, rel=1e-5)
    with torch.no_grad():
        bias.learned += 5.0
    assert torch.allclose(bias(torch.zeros(3, 3), torch.tensor([0, 1, 2])), start, atol=1e-5)


def zeros(rows: int) -> Logits:
    return Logits(*(torch.zeros(rows, classes) for classes in HEADS.values()))


def test_a_batch_of_all_heads() -> None:
    rows = [TaughtText("a", 0, 2, (), dialects=(1, 6)), TaughtText("b", 1, -1, (0,), needs=1)]
    counts = label_counts([[rows[0]], [rows[1]]])
    assert counts == [[0, 0, 1], [0, 0, 0]]
    loss = Loss(SetBias(counts, 0.0), counts, [1.0, 2.0], 0.0)
    losses = loss(zeros(2), rows)
    assert float(losses.sentiment.detach()) == pytest.approx(math.log(3) / 2)
    assert float(losses.intent) == pytest.approx(math.log(6))  # twice the weight, half the rows
    assert float(losses.needs) == pytest.approx(math.log(2))
    assert float(losses.dialect) == pytest.approx(math.log(7 / 2) / 2)  # one of two, of seven


def test_a_text_that_says_nothing_of_need_or_dialect_pulls_at_neither_head() -> None:
    rows = [TaughtText("a", 0, 2, (1,))]
    counts = label_counts([rows])
    logits = Logits(*(part.requires_grad_() for part in zeros(1)))
    sum(Loss(SetBias(counts, 0.0), counts, [1.0], 0.0)(logits, rows)).backward()  # type: ignore[union-attr]
    assert logits.intent.grad is not None
    assert float(logits.intent.grad.abs().sum()) > 0
    for head in (logits.needs, logits.dialect):
        assert head.grad is None or float(head.grad.abs().sum()) == 0.0

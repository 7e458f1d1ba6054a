"""A text's numbers depend on nothing that shares its batch: order, company, padding, threads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig

from classifiers.encoder.batches import PADDED, batches, width_of
from classifiers.encoder.eight_bit import eight_bit
from classifiers.encoder.full import PIECES, EncoderClassifier
from classifiers.encoder.heads import HeadedEncoder
from classifiers.loading import bundled_fast
from tests.classifiers.conftest import SENTENCES

TEXTS = [
    f"{text} {' '.join(s for s, _ in SENTENCES[: at % 6])}"
    for at in range(4)
    for text, _ in SENTENCES
]
GIANT = "كلمة طويلة " * 200
EXACT = 1e-6


def _rows(shares: Sequence[list[list[float]]], rows: Sequence[int]) -> list[np.ndarray]:
    return [np.array([head[at] for at in rows]) for head in shares]


def _apart(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))


@pytest.fixture
def wide(folder: Path) -> EncoderClassifier:
    """A random network as wide as the one that ships, in 8 bits: a toy's sums are too short to
    differ by the order they are added in."""
    toy = EncoderClassifier.read(folder, words=bundled_fast(), threads=1)
    torch.manual_seed(5)
    shape = BertConfig(
        vocab_size=toy._network.body.config.vocab_size,
        hidden_size=384,
        num_hidden_layers=3,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=160,
        pad_token_id=1,
    )
    network = HeadedEncoder(shape)
    for name, values in network.named_parameters():
        if name.endswith("weight") and values.dim() == 2:
            torch.nn.init.normal_(values, std=0.2 if name.startswith("heads") else 0.06)
    return EncoderClassifier(
        eight_bit(network.eval()),
        toy._tokenizer,
        toy._calibration,
        "wide",
        words=bundled_fast(),
        threads=1,
    )


def test_a_text_has_the_same_numbers_alone_in_any_order_and_beside_a_giant(
    wide: EncoderClassifier,
) -> None:
    every = range(len(TEXTS))
    together = _rows(wide.shares(TEXTS), every)
    assert len({row.tobytes() for row in together[0]}) > len(TEXTS) // 2  # texts do differ
    alone = [wide.shares([text]) for text in TEXTS]
    assert _apart(together, [np.concatenate(part) for part in zip(*alone, strict=True)]) < EXACT
    back = wide.shares(TEXTS[::-1])
    assert _apart(together, _rows(back, every[::-1])) < EXACT
    beside = wide.shares([GIANT, *TEXTS, "a", ""])
    assert _apart(together, _rows(beside, range(1, len(TEXTS) + 1))) < EXACT


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_no_number(folder: Path, threads: int) -> None:
    one = EncoderClassifier.read(folder, words=bundled_fast(), threads=1)
    some = EncoderClassifier.read(folder, words=bundled_fast(), threads=threads)
    every = range(len(TEXTS))
    assert _apart(_rows(one.shares(TEXTS), every), _rows(some.shares(TEXTS), every)) < EXACT


def test_labels_and_their_probabilities_are_those_of_the_text_alone(folder: Path) -> None:
    model = EncoderClassifier.read(folder, words=bundled_fast(), threads=1)
    together = model.classify([*TEXTS, GIANT])
    for at in range(0, len(TEXTS), 5):
        (alone,) = model.classify([TEXTS[at]])
        assert (alone.sentiment, alone.intent) == (together[at].sentiment, together[at].intent)
        gap = alone.probabilities.negative - together[at].probabilities.negative
        assert abs(gap) < 0.005


def test_a_rows_width_is_its_own_has_padding_and_costs_little() -> None:
    for pieces in range(PIECES + 1):
        assert pieces < width_of(pieces) <= pieces + 16
        assert width_of(pieces) <= max(4, pieces * 1.5 + 3)


def test_batches_hold_every_text_once_of_one_width_and_never_more_pieces_than_they_may() -> None:
    rows = [[0] * (1 + at % 90) for at in range(500)]
    order = sorted(range(500), key=lambda at: -len(rows[at]))
    parts = batches(order, rows)
    assert sorted(at for part in parts for at in part) == list(range(500))
    for part in parts:
        (width,) = {width_of(len(rows[at])) for at in part}
        assert len(part) * width <= PADDED
    assert batches([], []) == []
    assert [len(part) for part in batches([0, 1], [[0] * 2000, [0] * 2000])] == [1, 1]
    assert max(map(len, parts)) > 20

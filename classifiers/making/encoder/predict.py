"""Texts to logits, in batches sorted by length: what measuring a checkpoint needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig

from classifiers.encoder.pack import unpack
from classifiers.encoder.two_heads import TwoHeads, padded
from classifiers.making.encoder.scores import Floats


class TextLogits(NamedTuple):
    """Logits of texts in their order: sentiment [texts, 3], intent [texts, 6]."""

    sentiment: Floats
    intent: Floats


def build(start: Path, *, dropout: float = 0.0) -> TwoHeads:
    """An untrained model of ``start``'s shape, without dropout in its body.

    A run sees most texts about once: there is nothing to memorise, and random numbers cost time.
    Attention is written out: on texts this short torch's fused one takes a quarter of a step.
    """
    config = BertConfig.from_pretrained(start, attn_implementation="eager")
    config.attention_probs_dropout_prob = config.hidden_dropout_prob = 0.0
    return TwoHeads(config, dropout=dropout)


def load_model(start: Path, weights: Path) -> TwoHeads:
    """The trained model of a checkpoint's averaged weights, or of packed ones."""
    model = build(start)
    model.load_state_dict(unpack(weights))
    return model.eval()


def pad_id(tokenizer: Tokenizer) -> int:
    """Id of the padding piece; ValueError where the tokenizer has none."""
    found: int | None = tokenizer.token_to_id("<pad>")
    if found is None:
        raise ValueError("the tokenizer has no <pad> piece")
    return found


def encode(tokenizer: Tokenizer, text: str, pieces: int) -> list[int]:
    """Piece ids of ``text`` with both ends, at most ``pieces`` of them."""
    ids: list[int] = tokenizer.encode(text).ids
    return ids if len(ids) <= pieces else [*ids[: pieces - 1], ids[-1]]


@torch.inference_mode()
def score(
    model: TwoHeads,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    *,
    pieces: int = 64,
    batch: int = 64,
) -> TextLogits:
    """Logits of ``texts``; the model should be in eval mode."""
    rows = [encode(tokenizer, text, pieces) for text in texts]
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    sentiment = np.zeros((len(rows), model.sentiment.out_features))
    intent = np.zeros((len(rows), model.intent.out_features))
    pad = pad_id(tokenizer)
    for first in range(0, len(order), batch):
        part = order[first : first + batch]
        logits = model(*padded([rows[at] for at in part], pad))
        sentiment[part], intent[part] = logits.sentiment.numpy(), logits.intent.numpy()
    return TextLogits(sentiment, intent)

"""Texts to logits, in batches sorted by length: what measuring a checkpoint needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertConfig

from classifiers.encoder.heads import HEADS, HeadedEncoder, padded
from classifiers.encoder.pack import unpack
from classifiers.making.encoder.scores import Floats


class TextLogits(NamedTuple):
    """Logits [texts, classes] of texts in their order, by head."""

    sentiment: Floats
    intent: Floats
    needs: Floats
    dialect: Floats


def build(start: Path, *, dropout: float = 0.0) -> HeadedEncoder:
    """An untrained model of ``start``'s shape, without dropout in its body.

    A run sees most texts about once: there is nothing to memorise, and random numbers cost time.
    Attention is written out: on texts this short torch's fused one takes a quarter of a step.
    """
    config = BertConfig.from_pretrained(start, attn_implementation="eager")
    config.attention_probs_dropout_prob = config.hidden_dropout_prob = 0.0
    return HeadedEncoder(config, dropout=dropout)


def load_model(start: Path, weights: Path) -> HeadedEncoder:
    """The trained model of a checkpoint's averaged weights, or of packed ones."""
    model = build(start)
    model.load_state_dict(unpack(weights))
    return model.eval()


def warm_start(model: HeadedEncoder, weights: Mapping[str, Tensor]) -> None:
    """Take ``weights`` where the names are the model's; heads that they do not have stay new."""
    renamed = {
        f"heads.{name}" if name.split(".")[0] in HEADS else name: tensor
        for name, tensor in weights.items()
    }
    lacking, unknown = model.load_state_dict(renamed, strict=False)
    if unknown or any(name.startswith("body.") for name in lacking):
        raise ValueError(f"these weights are of another network: {(*unknown, *lacking)[0]}")


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
    model: HeadedEncoder,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    *,
    pieces: int = 64,
    batch: int = 64,
) -> TextLogits:
    """Logits of ``texts``; the model should be in eval mode."""
    rows = [encode(tokenizer, text, pieces) for text in texts]
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    scored = TextLogits(*(np.zeros((len(rows), classes)) for classes in HEADS.values()))
    pad = pad_id(tokenizer)
    for first in range(0, len(order), batch):
        part = order[first : first + batch]
        logits = model(*padded([rows[at] for at in part], pad))
        for whole, some in zip(scored, logits, strict=True):
            whole[part] = some.float().numpy()
    return scored

"""The encoder with its two heads: sentiment and intent on one pass over one text."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from classifiers.labels import INTENTS, SENTIMENTS


class Logits(NamedTuple):
    """Unnormalised scores: [texts, 3] in the order of SENTIMENTS, [texts, 6] in that of INTENTS."""

    sentiment: Tensor
    intent: Tensor


class TwoHeads(nn.Module):
    """BERT body, mean over the pieces of a text, one linear head for each question asked of it."""

    def __init__(self, config: BertConfig, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.body: Any = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(dropout)
        self.sentiment = nn.Linear(config.hidden_size, len(SENTIMENTS))
        self.intent = nn.Linear(config.hidden_size, len(INTENTS))

    def pooled(self, ids: Tensor, mask: Tensor) -> Tensor:
        """One vector a text, [texts, hidden]: the mean over real pieces, as e5 was trained."""
        states: Tensor = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        return (states * weights).sum(1) / weights.sum(1).clamp(min=1.0)

    def forward(self, ids: Tensor, mask: Tensor) -> Logits:
        """Logits of piece ids [texts, pieces]; ``mask`` is 1 at pieces and 0 at padding."""
        vectors = self.dropout(self.pooled(ids, mask))
        return Logits(self.sentiment(vectors), self.intent(vectors))


def freeze(model: TwoHeads, layers: int) -> None:
    """Let only the upper ``layers`` of the body and the heads learn; 0 leaves everything free."""
    if not layers:
        return
    model.body.requires_grad_(False)
    for layer in model.body.encoder.layer[-layers:]:
        layer.requires_grad_(True)


def padded(rows: list[list[int]], pad: int) -> tuple[Tensor, Tensor]:
    """(ids, mask), both int64 [rows, longest]."""
    width = max((len(row) for row in rows), default=1) or 1
    ids = torch.full((len(rows), width), pad, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[at, : len(row)] = 1
    return ids, mask

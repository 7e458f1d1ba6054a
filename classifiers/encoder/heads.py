"""The encoder with its four heads: sentiment, intent, need of a response and dialect, all read on
one pass over one text.

Each head looks at the pieces of a text with weights of its own: an intent may stand in the last
clause, a dialect in one word. A head whose weights are zero takes the mean, as e5 was trained.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from classifiers.labels import DIALECTS, INTENTS, SENTIMENTS

HEADS: dict[str, int] = {
    "sentiment": len(SENTIMENTS),
    "intent": len(INTENTS),
    "needs": 2,
    "dialect": len(DIALECTS),
}
"""Classes of each head, in the order of SENTIMENTS, INTENTS, (no, yes) and DIALECTS."""


class Logits(NamedTuple):
    """Unnormalised scores [texts, classes] of each head."""

    sentiment: Tensor
    intent: Tensor
    needs: Tensor
    dialect: Tensor


class HeadedEncoder(nn.Module):
    """BERT body; of each head the weights of pieces and one linear layer."""

    def __init__(self, config: BertConfig, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.body: Any = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(dropout)
        self.look = nn.Linear(config.hidden_size, len(HEADS), bias=False)
        nn.init.zeros_(self.look.weight)
        self.heads = nn.ModuleDict(
            {name: nn.Linear(config.hidden_size, classes) for name, classes in HEADS.items()}
        )

    def pooled(self, ids: Tensor, mask: Tensor) -> Tensor:
        """One vector a text and head, [texts, heads, hidden]."""
        states: Tensor = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = self.look(states).float().masked_fill(mask.unsqueeze(-1) == 0, -torch.inf)
        shares = weights.softmax(1).to(states.dtype)
        pooled: Tensor = shares.transpose(1, 2) @ states
        return pooled

    def forward(self, ids: Tensor, mask: Tensor) -> Logits:
        """Logits of piece ids [texts, pieces]; ``mask`` is 1 at pieces and 0 at padding."""
        vectors = self.dropout(self.pooled(ids, mask))
        return Logits(*(head(vectors[:, at]) for at, head in enumerate(self.heads.values())))


def freeze(model: HeadedEncoder, layers: int) -> None:
    """Let only the upper ``layers`` of the body and the heads learn; 0 leaves everything free."""
    if not layers:
        return
    model.body.requires_grad_(False)
    for layer in model.body.encoder.layer[-layers:]:
        layer.requires_grad_(True)


def padded(rows: list[list[int]], pad: int, width: int = 1) -> tuple[Tensor, Tensor]:
    """(ids, mask), both int64 [rows, longest], or [rows, ``width``] where that is more."""
    width = max(width, *(len(row) for row in rows), 1)
    ids = torch.full((len(rows), width), pad, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[at, : len(row)] = 1
    return ids, mask

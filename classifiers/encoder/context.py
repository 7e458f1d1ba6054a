"""What the encoder makes of a name where it stands, before it is asked about mood and intent.

Halfway up, meanings of one word are farthest apart: on own sentences the middle layer told a
brand's name from the same word 3 to 5 points better than the last, which was trained for the
heads' questions. The layers above are not computed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from classifiers.encoder.batches import width_of
from classifiers.encoder.heads import padded

Vectors = NDArray[np.float32]
Batches = Callable[[Sequence[int], Sequence[Sequence[int]]], list[list[int]]]


def vectors(
    body: Any,
    tokenizer: Any,
    named: Sequence[tuple[str, Sequence[str]]],
    *,
    batches: Batches,
    pieces: int,
) -> Vectors:
    """Float32 [texts, 2 * hidden]: the mean over the pieces of the names (over all pieces where
    none of them stands in the text), then the mean over all pieces.

    batches: rows in an order, longest first, to batches; pieces: of a text, its two ends where it
    has more.
    """
    result = np.zeros((len(named), 2 * body.config.hidden_size), np.float32)
    if not named:
        return result
    encoded = tokenizer([text for text, _names in named], return_offsets_mapping=True)
    rows = [_ends(row, pieces) for row in encoded["input_ids"]]
    spans = [_ends(row, pieces) for row in encoded["offset_mapping"]]
    lower, device = _lower(body), next(body.parameters()).device
    for part in batches(sorted(range(len(rows)), key=lambda at: -len(rows[at])), rows):
        ids, mask = padded(
            [rows[at] for at in part], tokenizer.pad_token_id or 1, width_of(len(rows[part[0]]))
        )
        with torch.inference_mode():
            states = lower(input_ids=ids.to(device), attention_mask=mask.to(device))
        middle = states.last_hidden_state.float().cpu().numpy()
        for place, at in enumerate(part):
            own = middle[place, : len(rows[at])]
            result[at] = np.concatenate([own[standing(*named[at], spans[at])].mean(0), own.mean(0)])
    return result


def standing(text: str, names: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[int]:
    """Which pieces, with these offsets in ``text``, belong to a name; all where none does."""
    places = [
        match.span()
        for name in names
        if name
        for match in re.finditer(re.escape(name), text, re.IGNORECASE)
    ]
    those = [
        at
        for at, (start, end) in enumerate(spans)
        if any(start < last and first < end for first, last in places)
    ]
    return those or list(range(len(spans)))


def _ends(row: list[Any], pieces: int) -> list[Any]:
    half = pieces // 2
    return row if len(row) <= pieces else row[:half] + row[-half:]


def _lower(body: Any) -> Any:
    """The same modules, its encoder ending halfway; ``body`` stays as it is."""
    lower, encoder = copy.copy(body), copy.copy(body.encoder)
    layers = list(body.encoder.layer)
    encoder._modules = {**body.encoder._modules, "layer": nn.ModuleList(layers[: len(layers) // 2])}
    lower._modules = {**body._modules, "encoder": encoder}
    return lower

"""Where a run of the encoder begins, and which of its layers can learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from classifiers.encoder.heads import HeadedEncoder
from classifiers.encoder.pack import BUNDLE, Bits, choose_bits, unpack, widths_of
from classifiers.folders import kind_of
from classifiers.making.encoder.predict import build
from classifiers.making.encoder.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Beginning:
    """``whole``: the folder holds a finished model, whose heads go on too; else a body alone."""

    folder: Path
    whole: bool

    @property
    def weights(self) -> Path:
        return self.folder / ("model.safetensors" if self.whole else "body.safetensors")


def beginning_of(folder: Path, recipe: Recipe) -> Beginning:
    """What ``folder`` holds; ValueError where it is nothing to begin with, or not by ``recipe``."""
    found = Beginning(folder, (folder / "model.safetensors").is_file())
    missing = [path for path in (found.weights, *(folder / n for n in BUNDLE)) if not path.exists()]
    if missing:
        raise ValueError(f"{missing[0]} is missing: --start takes a model folder, or what "
                         "python -m classifiers.making.encoder.prune_pieces wrote")  # fmt: skip
    if found.whole and kind_of(folder) != "encoder":
        raise ValueError(
            f"{folder} is no model of the full tier: --start takes one that rasid model train "
            "wrote, or what python -m classifiers.making.encoder.prune_pieces wrote"
        )
    if found.whole and recipe.fresh:
        raise ValueError(
            f"recipe {recipe.name!r} must not begin with weights that learned of other sets: give "
            "--start the folder that python -m classifiers.making.encoder.prune_pieces wrote"
        )
    if found.whole and not recipe.training.layers:
        raise ValueError(
            f"recipe {recipe.name!r} trains every layer, and packed weights stand on a grid that "
            "would swallow most of it: give --start the folder that python -m "
            "classifiers.making.encoder.prune_pieces wrote, or a recipe with training.layers"
        )
    return found


def model_of(begins: Beginning, recipe: Recipe) -> HeadedEncoder:
    """The network with the weights it begins with; new heads are drawn by the recipe's seed."""
    torch.manual_seed(recipe.seed)
    model = build(begins.folder, dropout=recipe.training.dropout)
    tensors = unpack(begins.weights)
    (model if begins.whole else model.body).load_state_dict(tensors)
    return model


def widths(begins: Beginning, recipe: Recipe, tensors: Mapping[str, Tensor]) -> dict[str, Bits]:
    """Bits of each matrix of what comes out: 8 where it learned, for on the grid that it began on
    its small changes would be rounded away; what did not learn keeps what it had."""
    if not begins.whole:
        return choose_bits(tensors, 5, four=("word_embeddings",))
    depth = len({name.split(".")[3] for name in tensors if name.startswith("body.encoder.layer.")})
    learning = range(max(0, depth - recipe.training.layers), depth)
    above = tuple(f"body.encoder.layer.{at}." for at in learning)
    return choose_bits(tensors, 5, eight=above) | {
        name: bits for name, bits in widths_of(begins.weights).items() if not name.startswith(above)
    }

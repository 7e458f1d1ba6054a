"""Where a run of the encoder begins, and which of its layers can learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from classifiers.encoder.model import TwoHeads
from classifiers.encoder.pack import (
    BUNDLE,
    Bits,
    choose_bits,
    packed_size,
    unpack,
    widths_of,
)
from classifiers.encoder.predict import build
from classifiers.encoder.recipe import Recipe

HEADER = 40_000
"""Bytes that the file's header may take: names, shapes, places."""


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
                         "python -m classifiers.encoder.prune wrote")  # fmt: skip
    if found.whole and recipe.fresh:
        raise ValueError(
            f"recipe {recipe.name!r} must not begin with weights that learned of other sets: give "
            "--start the folder that python -m classifiers.encoder.prune wrote"
        )
    if found.whole and not recipe.training.layers:
        raise ValueError(
            f"recipe {recipe.name!r} trains every layer, and packed weights stand on a grid that "
            "would swallow most of it: give --start the folder that python -m "
            "classifiers.encoder.prune wrote, or a recipe with training.layers"
        )
    return found


def model_of(begins: Beginning, recipe: Recipe) -> TwoHeads:
    """The network with the weights it begins with; new heads are drawn by the recipe's seed."""
    torch.manual_seed(recipe.seed)
    model = build(begins.folder, dropout=recipe.training.dropout)
    tensors = unpack(begins.weights)
    (model if begins.whole else model.body).load_state_dict(tensors)
    return model


def fitting(
    begins: Beginning, recipe: Recipe, tensors: dict[str, Tensor], most: int
) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe with as many learning layers as fit into ``most`` bytes, and the names of the
    matrices in 8 bits: those that learn, and those that were so before.

    Raises ValueError where not one layer fits: before hours are spent, not after.
    """
    before: dict[str, Bits] = widths_of(begins.weights) if begins.whole else {}
    kept = tuple(name for name, bits in before.items() if bits == 8)
    depth = len({name.split(".")[3] for name in tensors if name.startswith("body.encoder.layer.")})
    beside = HEADER + sum((begins.folder / name).stat().st_size for name in BUNDLE)
    wanted = min(recipe.training.layers, depth)
    for layers in range(wanted, -1 if not wanted else 0, -1):
        above = tuple(f"body.encoder.layer.{at}." for at in range(depth - layers, depth))
        eight = kept + above
        if packed_size(tensors, choose_bits(tensors, 4, eight)) + beside <= most:
            return replace(recipe, training=replace(recipe.training, layers=layers)), eight
    raise ValueError(f"{begins.folder} leaves no room: its model would exceed {most:,} bytes")

"""The state of a run on disk: everything that going on exactly needs, replaced in one step."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

STATE = "state.pt"


@dataclass(slots=True)
class Progress:
    """How far a run is: optimiser steps done and seconds spent training, over all its parts."""

    step: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Average:
    """Exponential moving average of the weights, which is what is measured and shipped."""

    weights: dict[str, Tensor]
    decay: float
    updates: int = field(default=0)

    @classmethod
    def of(cls, model: nn.Module, decay: float) -> Average:
        return cls({k: v.detach().clone() for k, v in model.state_dict().items()}, decay)

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Take the model's weights in; early on the average follows them closely."""
        self.updates += 1
        keep = min(self.decay, self.updates / (self.updates + 9.0))
        state = model.state_dict()
        torch._foreach_lerp_(
            list(self.weights.values()), [state[name] for name in self.weights], 1.0 - keep
        )


def save(folder: Path, state: dict[str, Any], average: Average) -> None:
    """Write the run's state and its averaged weights; a crash half-way leaves the older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = {
        **state,
        "average": average.weights,
        "updates": average.updates,
        "random": torch.get_rng_state(),
    }
    _replace(folder / STATE, lambda path: torch.save(whole, path))
    save_weights(folder / "ema.safetensors", average.weights)


def load(folder: Path) -> dict[str, Any] | None:
    """The saved state, or None where the run has not begun. Sets torch's random state."""
    path = folder / STATE
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
    torch.set_rng_state(state["random"])
    return state


def save_weights(path: Path, weights: dict[str, Tensor]) -> None:
    """Write tensors as safetensors, float32."""
    _replace(path, lambda part: save_file({k: v.contiguous() for k, v in weights.items()}, part))


def _replace(path: Path, write: Any) -> None:
    part = path.with_name(path.name + ".part")
    write(str(part))
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(path)

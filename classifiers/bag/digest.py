"""What the fast tier's file says of its own content, so that a bit turned on a disk labels nothing.

safetensors checks the shape of a file and nothing of its numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def digest(about: str, tensors: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 (hex) of ``about``, what the file says of itself, and of each tensor's name, type,
    shape and numbers, whatever their order."""
    seen = hashlib.sha256(about.encode())
    for name in sorted(tensors):
        tensor = np.ascontiguousarray(tensors[name])
        seen.update(f"\n{name} {tensor.dtype.str} {tensor.shape}\n".encode())
        seen.update(tensor.data)
    return seen.hexdigest()

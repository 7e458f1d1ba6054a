"""The fast tier's file, read with suspicion: whatever in it would fail a text fails here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from classifiers.bag.digest import digest
from classifiers.bag.head import FORMAT, Head
from classifiers.labels import DIALECTS, INTENTS, SENTIMENTS
from classifiers.language.telling_words import LATIN

NEEDS = ("no", "yes")
CLASSES = {"sentiment": SENTIMENTS, "intent": INTENTS, "needs": NEEDS, "dialect": DIALECTS}
"""Of the heads, in their order; what the language head may tell is in the file."""
LARGEST = 1e6
"""Of a scale or bias: sums of int8 times this stay far from what a float64 overflows at."""


def read_heads(path: Path) -> tuple[dict[str, Any], dict[str, Head]]:
    """(what the file says of itself, its heads). Raises ValueError that says what is wrong."""
    try:
        with safe_open(path, framework="numpy") as file:
            said, _, sha256 = (file.metadata() or {}).get("rasid", "{}").partition("\n")
            about = json.loads(said)
            if about.get("format") != FORMAT:
                raise _Refused(
                    f"is not a {FORMAT} file: train it again; where a transformers model is meant, "
                    "its config.json is missing"
                )
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if sha256 != digest(said, tensors):
                raise _Refused("is not the file that was written: install the package or copy it")
            heads = {name: _head(tensors, name, head) for name, head in about["heads"].items()}
        _check(heads)
        int(about["calibration"])
        _check_numbers(about)
    except _Refused as error:
        raise ValueError(f"{path} {error}") from None
    except (
        *(SafetensorError, OSError, ValueError, KeyError, TypeError, AttributeError),
        RecursionError,
    ) as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise ValueError(
            f"{path} cannot be read ({reason}): install the package or copy the folder again"
        ) from None
    return about, heads


class _Refused(Exception):
    """A whole file, and not one for this version."""


def _head(tensors: Mapping[str, Any], name: str, about: dict[str, Any]) -> Head:
    head = Head(
        tuple(about["classes"]),
        tensors[f"{name}.table"],
        tensors[f"{name}.scale"],
        tensors[f"{name}.bias"],
        float(about["temperature"]),
    )
    columns = len(head.classes) - 1
    rows = len(head.table)
    if head.table.dtype != np.int8 or head.table.shape != (1 << rows.bit_length() - 1, columns):
        raise ValueError(f"{name}.table is {head.table.dtype} {head.table.shape}")
    for part in (head.scale, head.bias):
        if part.shape != (columns,) or not (np.abs(part) < LARGEST).all():
            raise ValueError(f"{name} holds what is no number of its kind")
    if not 1 / LARGEST < head.temperature < LARGEST:
        raise ValueError(f"{name} has the temperature {head.temperature}")
    return head


def _check(heads: dict[str, Head]) -> None:
    right = set(heads["language"].classes) <= {*LATIN, "ar-Latn"} and all(
        heads[name].classes == classes for name, classes in CLASSES.items()
    )
    if not right:
        raise _Refused("has other classes than this version: train it again")


def _check_numbers(about: dict[str, Any]) -> None:
    lean = np.array(about["lean"], np.float64)
    if lean.shape != (len(INTENTS), len(SENTIMENTS)) or not (np.abs(lean) < LARGEST).all():
        raise ValueError("what the intent says of the sentiment is no matrix of numbers")
    if not 0 < float(about["needs_at"]) < 1:
        raise ValueError(f"a response is needed from {about['needs_at']} on")

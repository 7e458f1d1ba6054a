"""What a folder of the full tier says of itself in config.json, and how opinions are put together.

The encoder's and the fast model's probabilities are mixed, head by head (a product of experts,
Hinton 2002).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from classifiers.encoder.heads import HEADS
from classifiers.folders import digests

FORMAT = "four-heads-1"
FILES = ("model.safetensors", "tokenizer.json")
"""Beside config.json, which knows their sha256: a bit turned on a disk labels nothing."""
FLOOR = 1e-6
"""No model is surer than this that something is not so: the other one may know better."""
AGAIN = "install the package or copy the folder again"


class OpinionMix(NamedTuple):
    """What the log-probabilities of the encoder and of the fast model are multiplied with."""

    encoder: float = 1.0
    fast: float = 0.0

    def __call__(self, encoder: Sequence[float], fast: Sequence[float]) -> list[float]:
        """Probabilities of one text from those of both models, in one order."""
        logs = [
            self.encoder * math.log(max(first, FLOOR)) + self.fast * math.log(max(second, FLOOR))
            for first, second in zip(encoder, fast, strict=True)
        ]
        most = max(logs)
        shares = [math.exp(value - most) for value in logs]
        total = sum(shares)
        return [share / total for share in shares]


EVEN: Mapping[str, OpinionMix] = dict.fromkeys(HEADS, OpinionMix())


class Calibration(NamedTuple):
    """The mix of each head, the probability from which on a response is needed, and the version
    that a label's source names."""

    mixes: Mapping[str, OpinionMix] = EVEN
    needs_at: float = 0.5
    version: int = 0


def about(folder: Path) -> tuple[Calibration, dict[str, str]]:
    """What ``rasid`` of the folder's config.json says, and the digests of the files it is of."""
    try:
        config = json.loads((folder / "config.json").read_bytes())["rasid"]
        right = config["format"] == FORMAT
        mixes = {
            head: OpinionMix(**{k: float(v) for k, v in config["mix"][head].items()})
            for head in HEADS
        }
        needs_at = float(config["needs_at"])
        whole = 0 < needs_at < 1 and all(
            mix.encoder > 0 and all(map(math.isfinite, mix)) for mix in mixes.values()
        )
        calibration = Calibration(mixes, needs_at, int(config["calibration"]))
        written = dict(config["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"{folder}/config.json cannot be read ({reason(error)}): {AGAIN}"
        ) from None
    if not right or not whole:
        raise ValueError(f"{folder} is not of format {FORMAT}, which this version reads")
    try:
        files = digests(folder, FILES)
    except OSError as error:
        raise ValueError(f"{folder}: {reason(error)}: {AGAIN}") from None
    if changed := [name for name in FILES if written.get(name) != files[name]]:
        raise ValueError(f"{folder}/{changed[0]} is not the file that was written: {AGAIN}")
    return calibration, files


def reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"[:200]

"""The auto tier: the fast model keeps what it is sure of, the full one reads the rest.

How sure is sure was fitted on dev (``making.fit_auto``) and is kept beside the weights, with the
names of the two models it was fitted for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.assemble import SPOKEN, assemble, each_distinct
from classifiers.bag.classifier import BagClassifier, BagOpinion
from classifiers.labels import Label
from classifiers.language.scripts import is_unread
from classifiers.rules.response import RULES

if TYPE_CHECKING:
    from classifiers.encoder.full import EncoderClassifier

TEXTS = 1024
FILE = "auto.json"
"""The gate: beside the folders that ship, and in the folder of a model of one's own."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What the fast model may keep: it must be sure of every head, each a probability from 0 to 1.

    sure: at least this much on one sentiment, by language ("ar", ...; "" for any other); intent,
    needs (on its yes or its no, whichever is served) and dialect (of a text in Arabic) likewise.
    """

    sure: dict[str, float]
    intent: float
    needs: float
    dialect: float
    fast: str
    full: str

    @classmethod
    def read(cls, path: Path) -> Gate:
        """The gate of a file; ValueError where it is not one."""
        try:
            raw = json.loads(path.read_bytes())
            sure = {str(language): float(least) for language, least in raw["sure"].items()}
            intent, needs, dialect = (float(raw[name]) for name in ("intent", "needs", "dialect"))
            return cls(sure, intent, needs, dialect, str(raw["fast"]), str(raw["full"]))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(
                f"{path} cannot be read ({error!r}): install the package or copy the folder again"
            ) from None

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1, sort_keys=True) + "\n")

    def keeps(self, seen: BagOpinion, needs_at: float) -> bool:
        """Whether the fast model's answer, served with ``needs_at``, stands."""
        shares, language = seen.shares, seen.read.language.language
        if is_unread(seen.read.tidied, language):  # whatever it made of it
            return False
        if max(shares.sentiment) < self.sure.get(language, self.sure.get("", 1.1)):
            return False
        served = shares.needs if shares.needs >= needs_at else 1 - shares.needs
        if served < self.needs or max(shares.intent) < self.intent:
            return False
        return language not in SPOKEN or max(shares.dialect) >= self.dialect


class AutoClassifier:
    """``classify`` as the protocol says."""

    name = "auto"

    def __init__(self, fast: BagClassifier, full: EncoderClassifier, gate: Gate) -> None:
        """Raises ValueError where ``gate`` was fitted for other models."""
        if (gate.fast, gate.full) != (weights_of(fast.model), weights_of(full.model)):
            raise ValueError(
                f"the auto tier was fitted for {gate.fast} and {gate.full}, found are "
                f"{fast.model} and {full.model}: run python -m classifiers.making.fit_auto"
            )
        self._fast, self._full, self._gate = fast, full, gate
        both = f"{fast.model} {full.model} {json.dumps(asdict(gate), sort_keys=True)}"
        calibration = full.model.split("-")[2]
        digest = hashlib.sha256(both.encode()).hexdigest()[:12]
        self.model = f"auto-{digest}-{calibration}-{RULES}"

    @property
    def full(self) -> EncoderClassifier:
        """The model that reads what the fast one is not sure of."""
        return self._full

    def classify(self, texts: Sequence[str]) -> list[Label]:
        """One label a text, in order; identical texts are computed once."""
        return each_distinct(texts, self._classify, TEXTS)

    @property
    def needs_at(self) -> float:
        """The full model's threshold: the fast one is heeded where it is far from its own."""
        return self._full.needs_at

    def _classify(self, tidied: list[str]) -> list[Label]:
        seen = self._fast.look(tidied)
        needs_at = self._fast.needs_at
        rest = [at for at, opinion in enumerate(seen) if not self._gate.keeps(opinion, needs_at)]
        shares = self._full.shares([tidied[at] for at in rest])
        labels: dict[int, Label] = {
            at: self._full.label(seen[at], [head[line] for head in shares])
            for line, at in enumerate(rest)
        }
        return [
            labels[at]
            if at in labels
            else assemble(opinion.read, opinion.shares, needs_at=needs_at)
            for at, opinion in enumerate(seen)
        ]


def weights_of(model: str) -> str:
    """The part of a model's name that its weights make: ``fast-1a2b…``."""
    return "-".join(model.split("-")[:2])

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

from classifiers.assemble import assemble, each_distinct
from classifiers.bag.classifier import BagClassifier, BagOpinion
from classifiers.labels import ANSWERABLE, INTENTS, Label
from classifiers.rules.response import RULES

if TYPE_CHECKING:
    from classifiers.encoder.full import EncoderClassifier

TEXTS = 1024
ASKING = tuple(INTENTS.index(intent) for intent in INTENTS if intent in ANSWERABLE)


@dataclass(frozen=True, slots=True)
class Gate:
    """What the fast model may keep, each a probability from 0 to 1.

    sure: at least this much on one sentiment, by language ("ar", ...; "" for any other);
    asks: the share of question, complaint and request is below ``asks`` or above 1 - ``asks``.
    """

    sure: dict[str, float]
    asks: float
    fast: str
    full: str

    @classmethod
    def read(cls, path: Path) -> Gate:
        """The gate of a file; ValueError where it is not one."""
        try:
            raw = json.loads(path.read_bytes())
            sure = {str(language): float(least) for language, least in raw["sure"].items()}
            return cls(sure, float(raw["asks"]), str(raw["fast"]), str(raw["full"]))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(
                f"{path} cannot be read ({error!r}): install the package again"
            ) from None

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1, sort_keys=True) + "\n")

    def keeps(self, seen: BagOpinion) -> bool:
        """Whether the fast model's answer stands."""
        least = self.sure.get(seen.read.language.language, self.sure.get("", 1.1))
        if max(seen.sentiment) < least:
            return False
        asking = sum(seen.intent[at] for at in ASKING)
        return not self.asks <= asking <= 1 - self.asks


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

    def intents(self, tidied: Sequence[str]) -> list[list[float]]:
        """Of the model that answers each text, before the rules have their say."""
        seen = self._fast.look(tidied)
        rest = [at for at, opinion in enumerate(seen) if not self._gate.keeps(opinion)]
        by_place = dict(zip(rest, self._full.intents([tidied[at] for at in rest]), strict=True))
        return [by_place.get(at, opinion.intent) for at, opinion in enumerate(seen)]

    def _classify(self, tidied: list[str]) -> list[Label]:
        seen = self._fast.look(tidied)
        rest = [at for at, opinion in enumerate(seen) if not self._gate.keeps(opinion)]
        shares = self._full.shares([tidied[at] for at in rest])
        labels: dict[int, Label] = {
            at: self._full.label(seen[at], mood, aim)
            for at, mood, aim in zip(rest, shares.sentiment, shares.intent, strict=True)
        }
        return [
            labels[at] if at in labels else assemble(*opinion) for at, opinion in enumerate(seen)
        ]


def weights_of(model: str) -> str:
    """The part of a model's name that its weights make: ``fast-1a2b…``."""
    return "-".join(model.split("-")[:2])

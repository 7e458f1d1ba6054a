"""Sentiment by any transformers sequence classifier: the one module that imports torch.

Weights come from safetensors only (a pickle may run code), no remote code is trusted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

from classifiers.assemble import Read, assemble, each_distinct
from classifiers.label_names import sentiments_of
from classifiers.labels import SENTIMENTS, Label, Sentiment
from classifiers.language import detect_tidied
from classifiers.response import RULES, find_phrases
from classifiers.tidy import fold_tidied

BATCH, MAX_TOKENS = 32, 128
CALIBRATION = 0  # another's model is taken as calibrated as it comes


class SequenceClassifier:
    """``classify`` as the protocol says; intent by the rules, language by words."""

    def __init__(
        self,
        name: str,
        model: str,
        network: Any,
        tokenizer: Any,
        outputs: tuple[Sentiment, ...],
    ) -> None:
        self.name, self.model = name, model
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device).eval()
        self._tokenizer = tokenizer
        self._outputs = outputs

    @classmethod
    def read(cls, where: str, *, threads: int | None = None) -> SequenceClassifier:
        """The model in a folder or of the hub. Raises ValueError where it is not usable."""
        if threads is not None:
            torch.set_num_threads(threads)
        try:
            config = AutoConfig.from_pretrained(where)
            outputs = sentiments_of({int(at): str(n) for at, n in config.id2label.items()})
            tokenizer = AutoTokenizer.from_pretrained(where)
            network = AutoModelForSequenceClassification.from_pretrained(
                where, config=config, use_safetensors=True
            )
        except OSError as error:
            raise ValueError(
                f"{where} has no sequence classifier that can be read ({_first_line(error)}): "
                "needed are config.json, a tokenizer and model.safetensors"
            ) from error
        digest = _folder_hash(Path(where)) if Path(where).is_dir() else _hub_hash(where, config)
        return cls(where, f"hf-{digest}-c{CALIBRATION}-{RULES}", network, tokenizer, outputs)

    def classify(self, texts: Sequence[str]) -> list[Label]:
        """One label a text, in order; identical texts are computed once."""
        return each_distinct(texts, self._classify, BATCH)

    def _classify(self, tidied: list[str]) -> list[Label]:
        labels = []
        for text, row in zip(tidied, self._probabilities(tidied), strict=True):
            folded = fold_tidied(text)
            labels.append(
                assemble(Read(text, folded, detect_tidied(text, folded), find_phrases(folded)), row)
            )
        return labels

    def _probabilities(self, tidied: list[str]) -> list[list[float]]:
        # A tokenizer written in Rust refuses lone surrogates.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in tidied]
        batch = self._tokenizer(
            clean, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
        ).to(self._device)
        with torch.inference_mode():
            shares = self._network(**batch).logits.float().softmax(dim=-1).cpu()
        sums = torch.zeros(len(tidied), 3)
        for at, sentiment in enumerate(self._outputs):
            sums[:, SENTIMENTS.index(sentiment)] += shares[:, at]
        rows: list[list[float]] = sums.tolist()
        return rows


def _folder_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in [*sorted(folder.glob("*.safetensors")), folder / "config.json"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _hub_hash(where: str, config: Any) -> str:
    commit = getattr(config, "_commit_hash", None) or "unknown"
    return hashlib.sha256(f"{where}@{commit}".encode()).hexdigest()[:12]


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]

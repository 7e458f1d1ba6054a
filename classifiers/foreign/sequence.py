"""Sentiment by any transformers sequence classifier, of a folder or of the Hugging Face hub.

Weights come from safetensors only (a pickle may run code); code that a model brings along is never
run, and nobody is asked whether it may be. What cannot be used is refused when it is read, not
text by text: a base model without a trained head, a tokenizer of another model, numbers that are
none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from classifiers.assemble import assemble, each_distinct
from classifiers.bag.classifier import BagClassifier
from classifiers.foreign.label_names import sentiments_of
from classifiers.labels import SENTIMENTS, Label, Sentiment
from classifiers.language.detect import LANGUAGES
from classifiers.panics import no_panic
from classifiers.rules.response import RULES
from classifiers.torch_threads import best_device, in_parallel, workers

TEXTS, BATCH, MAX_TOKENS = 1024, 32, 128
CALIBRATION = 0  # another's model is taken as calibrated as it comes
HASHED = (".safetensors", ".json", ".model", ".txt")
PROBE = ["", "a", "ا ب ت", "a " * MAX_TOKENS]
"""Read once when a model is loaded: nothing, little, and more than it takes."""


class SequenceClassifier:
    """``classify`` as the protocol says; the fast model tells everything but the sentiment."""

    def __init__(
        self,
        name: str,
        model: str,
        network: Any,
        tokenizer: Any,
        outputs: tuple[Sentiment, ...],
        *,
        words: BagClassifier,
        threads: int | None = None,
    ) -> None:
        self.name, self.model, self._words = name, model, words
        self._device = best_device()
        self._threads = workers(threads, self._device)
        if self._device.type == "cpu":
            network = network.float()  # half precision is slower there, where it works at all
        self._network = network.to(self._device).eval()
        self._tokenizer = tokenizer
        self._outputs = outputs
        self._longest = _longest(network, tokenizer)

    @classmethod
    def read(
        cls, where: str, *, words: BagClassifier, threads: int | None = None
    ) -> SequenceClassifier:
        """The model in a folder or of the hub. Raises ValueError where it is not usable.

        words: the fast model.
        """
        threads = workers(threads, best_device())  # before any work: threads that wait spin
        disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            with no_panic():
                config, tokenizer, network, missing = _parts(where)
        except Exception as error:  # tokenizers and safetensors raise bare Exception
            raise ValueError(_unreadable(where, error)) from error
        try:
            outputs = sentiments_of({int(at): str(n) for at, n in config.id2label.items()})
            _check(network, tokenizer, missing)
            digest = _folder_hash(Path(where)) if Path(where).is_dir() else _hub(where, config)
            both = hashlib.sha256(f"{digest} {words.model}".encode()).hexdigest()[:12]
            model = f"hf-{both}-c{CALIBRATION}-{RULES}"
            classifier = cls(
                where, model, network, tokenizer, outputs, words=words, threads=threads
            )
            classifier._probe()
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
        return classifier

    def classify(self, texts: Sequence[str]) -> list[Label]:
        """One label a text, in order; identical texts are computed once."""
        return each_distinct(texts, self._classify, TEXTS)

    def _classify(self, tidied: list[str]) -> list[Label]:
        return [
            assemble(
                seen.read,
                seen.shares._replace(sentiment=row),
                needs_at=self._words.needs_at,
                told=LANGUAGES,  # nobody knows what another's model has learned
            )
            for seen, row in zip(self._words.look(tidied), self._probabilities(tidied), strict=True)
        ]

    def _probabilities(self, tidied: list[str]) -> list[list[float]]:
        logits = torch.cat(self._logits(tidied)).float()
        # A text on which the network overflows says nothing: all its classes are alike.
        logits = logits.where(logits.isfinite().all(dim=1, keepdim=True), torch.zeros(()))
        shares = logits.softmax(dim=1)
        sums = torch.zeros(len(tidied), 3)
        for at, sentiment in enumerate(self._outputs):
            sums[:, SENTIMENTS.index(sentiment)] += shares[:, at]
        rows: list[list[float]] = sums.tolist()
        return rows

    def _logits(self, tidied: list[str]) -> list[torch.Tensor]:
        def compute(batch: Any) -> torch.Tensor:
            if not batch["input_ids"].shape[1]:  # texts of which the tokenizer leaves nothing
                return torch.zeros(len(batch["input_ids"]), len(self._outputs))
            with torch.inference_mode():
                logits: torch.Tensor = self._network(**batch.to(self._device)).logits
            return logits.float().cpu()

        parts = [tidied[at : at + BATCH] for at in range(0, len(tidied), BATCH)]
        # Here and not in the threads: a tokenizer serves one at a time.
        return in_parallel(compute, map(self._pieces, parts), self._threads)

    def _pieces(self, texts: list[str]) -> Any:
        # A tokenizer written in Rust refuses lone surrogates.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        with no_panic():
            return self._tokenizer(
                clean, padding=True, truncation=True, max_length=self._longest, return_tensors="pt"
            )

    def _probe(self) -> None:
        try:
            logits = torch.cat(self._logits(PROBE))
        except Exception as error:  # whatever a network's own code raises
            raise ValueError(f"it cannot read a text ({_first_line(error)})") from None
        if logits.shape != (len(PROBE), len(self._outputs)):
            raise ValueError(f"it gives {logits.shape[-1]} numbers for {len(self._outputs)} labels")
        if not logits.isfinite().all():
            raise ValueError("its answers are no numbers: the weights are broken")


def _parts(where: str) -> tuple[Any, Any, Any, list[str]]:
    """(config, tokenizer, network, names of weights that the file lacks)."""
    config = AutoConfig.from_pretrained(where, trust_remote_code=False)
    tokenizer = AutoTokenizer.from_pretrained(where, trust_remote_code=False)
    network, about = AutoModelForSequenceClassification.from_pretrained(
        where,
        config=config,
        use_safetensors=True,
        trust_remote_code=False,
        output_loading_info=True,
    )
    return config, tokenizer, network, sorted(about["missing_keys"])


def _check(network: Any, tokenizer: Any, missing: list[str]) -> None:
    """Raises ValueError where the parts do not make a classifier; gives a decoder its padding."""
    if missing:
        raise ValueError(
            f"{missing[0]} is not among the weights ({len(missing)} are missing): is it a base "
            "model, without a trained classifier?"
        )
    if len(tokenizer) <= len(set(tokenizer.all_special_tokens)):
        raise ValueError("the tokenizer has no words: its files are missing")
    known = getattr(network.get_input_embeddings(), "num_embeddings", len(tokenizer))
    if len(tokenizer) > known:
        raise ValueError(
            f"the tokenizer has {len(tokenizer):,} pieces and the network knows {known:,}: they "
            "belong to different models"
        )
    if tokenizer.pad_token is None:
        if tokenizer.eos_token is None:
            raise ValueError("the tokenizer has neither a padding nor an end token")
        tokenizer.pad_token = tokenizer.eos_token
    if getattr(network.config, "pad_token_id", None) is None:
        network.config.pad_token_id = tokenizer.pad_token_id


def _longest(network: Any, tokenizer: Any) -> int:
    """Pieces of a text that are read: 128, or as many as the network has places for."""
    places = getattr(network.config, "max_position_embeddings", None)
    # RoBERTa and its kin keep two places for themselves.
    free = places - 2 if isinstance(places, int) and places > 2 else MAX_TOKENS
    return int(max(1, min(MAX_TOKENS, tokenizer.model_max_length, free)))


def _unreadable(where: str, error: Exception) -> str:
    reason = _first_line(error)
    if "custom code" in str(error):
        return f"{where} needs code of its own, which is never run: choose another model"
    if Path(where).is_dir():
        return (
            f"{where} has no sequence classifier that can be read ({reason}): needed are a whole "
            "config.json, tokenizer and model.safetensors"
        )
    return (
        f"{where} is no folder here, and cannot be had from the hub ({reason}): check the name, "
        "that the hub can be reached or the model is in its cache, and that it has safetensors"
    )


def _folder_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in HASHED and path.is_file():
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def _hub(where: str, config: Any) -> str:
    commit = getattr(config, "_commit_hash", None) or "unknown"
    return hashlib.sha256(f"{where}@{commit}".encode()).hexdigest()[:12]


def _first_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"[:200]

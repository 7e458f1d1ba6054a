"""The full tier: the encoder that ships, its four heads read on one pass, and the fast model's
opinion mixed in.

A bag of n-grams and an encoder err on different texts, and the bag costs nothing beside the
encoder: the weighted sum of both log-probabilities (a product of experts, Hinton 2002) is right
more often than either. The weights are fitted on dev and calibrate the result as well.

A model folder holds ``config.json`` (of transformers, with an entry ``rasid``: format, calibration
and the mix of each head), ``tokenizer.json`` and ``model.safetensors`` as
``classifiers.encoder.pack`` writes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from transformers import BertConfig, PreTrainedTokenizerFast

from classifiers.assemble import HeadShares, assemble, each_distinct
from classifiers.bag.classifier import BagClassifier, BagOpinion
from classifiers.encoder import context
from classifiers.encoder.batches import batches, width_of
from classifiers.encoder.eight_bit import eight_bit
from classifiers.encoder.heads import HEADS, HeadedEncoder, padded
from classifiers.encoder.mixing import AGAIN, Calibration, about, reason
from classifiers.encoder.pack import unpack
from classifiers.labels import Label
from classifiers.panics import no_panic
from classifiers.rules.response import RULES
from classifiers.torch_threads import best_device, in_parallel, workers

TEXTS = 1024
"""Read at once: enough that texts of one length meet, little enough for memory."""
PIECES = 128
"""Of a text; the two ends of a longer one are read."""

TOLD = frozenset({"ur"})
"""Languages outside the training whose sentiment is served: the encoder began as a multilingual
one. Measured on plain sentences, complaints and thanks, a third each, own-written: right in 14 of
18 in Urdu, whose Arabic words help (fast: 8), but in 10 of 18 in Persian, with praise and
complaints taken for each other, 2 of 4 in Pashto, and 25 of 60 in Russian, Chinese, Japanese,
Korean, Greek, Amharic, Hindi, Bengali, Hebrew and Thai, where "neutral" throughout has 20. The
intent was chance everywhere."""


class Shares(NamedTuple):
    """The encoder's probabilities [texts][classes] of texts in their order, by head."""

    sentiment: list[list[float]]
    intent: list[list[float]]
    needs: list[list[float]]
    dialect: list[list[float]]


class EncoderClassifier:
    """``classify`` as the protocol says."""

    name = "full"

    def __init__(
        self,
        network: Any,
        tokenizer: Any,
        calibration: Calibration,
        model: str,
        *,
        words: BagClassifier,
        threads: int | None = 1,
    ) -> None:
        self.model = model
        self._device = best_device()
        self._network = network.to(self._device).eval()
        self._tokenizer, self._calibration, self._words = tokenizer, calibration, words
        self._threads = workers(threads, self._device)

    @classmethod
    def read(
        cls,
        folder: Path,
        *,
        words: BagClassifier,
        threads: int | None = None,
        quick: bool = True,
    ) -> EncoderClassifier:
        """The model of ``folder``; ValueError says what is missing or not as it was written.

        words: the fast model that tells language and dialect and is mixed in. threads: cores to
        use, None all that this process may. quick: 8-bit products on a CPU, else float32.
        """
        # Before any work: on a busy machine threads that wait for each other spin for seconds.
        threads = workers(threads, best_device())
        calibration, files = about(folder)
        try:
            with torch.device("meta"):  # no memory, no random numbers: the file has them all
                network: Any = HeadedEncoder(BertConfig.from_pretrained(folder))
            with no_panic():
                tokenizer: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
                    tokenizer_file=str(folder / "tokenizer.json")
                )
        except Exception as error:  # tokenizers raises bare Exception
            raise ValueError(f"{folder} cannot be read ({reason(error)}): {AGAIN}") from None
        try:
            network.load_state_dict(unpack(folder / "model.safetensors"), assign=True)
        except (RuntimeError, KeyError, TypeError) as error:
            raise ValueError(
                f"{folder}: the weights are not those of its config.json ({reason(error)}): {AGAIN}"
            ) from None
        _buffers(network)
        network.eval()
        if quick and best_device().type == "cpu":
            network = eight_bit(network)
        digest = hashlib.sha256("".join([words.model, *files.values()]).encode()).hexdigest()[:12]
        model = f"full-{digest}-c{calibration.version}-{RULES}{'' if quick else '-f32'}"
        classifier = cls(network, tokenizer, calibration, model, words=words, threads=threads)
        try:
            classifier._probe()
        except Exception as error:  # an index out of range, a number that is none
            raise ValueError(f"{folder} cannot read a text ({reason(error)}): {AGAIN}") from None
        return classifier

    def classify(self, texts: Sequence[str]) -> list[Label]:
        """One label a text, in order; identical texts are computed once."""
        return each_distinct(texts, self._classify, TEXTS)

    def shares(self, tidied: Sequence[str]) -> Shares:
        """The encoder's own probabilities of tidied texts, all heads on one pass."""
        rows = self._pieces(tidied)
        order = sorted(range(len(rows)), key=lambda at: -len(rows[at]))
        parts = batches(order, rows)
        whole = [torch.zeros(len(rows), classes) for classes in HEADS.values()]
        for part, shares in zip(parts, self._run(rows, parts), strict=True):
            for head, some in zip(whole, shares, strict=True):
                head[part] = some
        return Shares(*(head.tolist() for head in whole))

    def _probe(self) -> None:
        """Raises where a text could not be read: what a broken file leads to is told at once."""
        known = self._network.body.config.vocab_size
        if (most := max(self._tokenizer.get_vocab().values(), default=known)) >= known:
            raise ValueError(f"the tokenizer counts to {most}, the network to {known - 1}")
        shares = self.shares(["", "a", "ا ب ت", "a " * 2 * PIECES])
        if not all(torch.tensor(part).isfinite().all() for part in shares):
            raise ValueError("its answers are no numbers")

    def _run(self, rows: list[list[int]], parts: list[list[int]]) -> list[tuple[torch.Tensor, ...]]:
        def compute(part: list[int]) -> tuple[torch.Tensor, ...]:
            some = [rows[at] for at in part]
            ids, mask = padded(some, self._tokenizer.pad_token_id or 1, width_of(len(some[0])))
            with torch.inference_mode():
                logits = self._network(ids.to(self._device), mask.to(self._device))
            return tuple(head.float().cpu().softmax(1) for head in logits)

        return in_parallel(compute, parts, self._threads)

    @property
    def width(self) -> int:
        """Numbers in a piece's vector."""
        return int(self._network.body.config.hidden_size)

    def vectors(self, named: Sequence[tuple[str, Sequence[str]]]) -> context.Vectors:
        """Float32 [texts, 2 * width] of tidied texts and names in them: ``context.vectors``."""
        with no_panic():
            return context.vectors(
                self._network.body,
                self._tokenizer,
                [(_encodable(text), [_encodable(name) for name in names]) for text, names in named],
                batches=batches,
                pieces=PIECES,
            )

    def _pieces(self, tidied: Sequence[str]) -> list[list[int]]:
        clean = [_encodable(text) for text in tidied]
        with no_panic():
            rows: list[list[int]] = self._tokenizer(clean)["input_ids"] if clean else []
        half = PIECES // 2
        return [row if len(row) <= PIECES else row[:half] + row[-half:] for row in rows]

    def _classify(self, tidied: list[str]) -> list[Label]:
        shares = self.shares(tidied)
        return [
            self.label(seen, [head[at] for head in shares])
            for at, seen in enumerate(self._words.look(tidied))
        ]

    def label(self, seen: BagOpinion, shares: Sequence[Sequence[float]]) -> Label:
        """The label of a text from its ``shares``, head by head, and what the fast model saw."""
        return assemble(seen.read, self.mixed(seen, shares), needs_at=self.needs_at, told=TOLD)

    def mixed(self, seen: BagOpinion, shares: Sequence[Sequence[float]]) -> HeadShares:
        """The probabilities that are served."""
        mixes, fast = self._calibration.mixes, seen.shares
        sentiment, intent, needs, dialect = shares
        return HeadShares(
            mixes["sentiment"](sentiment, fast.sentiment),
            mixes["intent"](intent, fast.intent),
            mixes["needs"](needs, (1 - fast.needs, fast.needs))[1],
            mixes["dialect"](dialect, fast.dialect),
        )

    @property
    def needs_at(self) -> float:
        """From which probability on a text is taken to need a response."""
        return self._calibration.needs_at


def _buffers(network: Any) -> None:
    """Fill what BERT computes for itself and no file holds: positions in order, one type."""
    embeddings = network.body.embeddings
    shape = embeddings.position_ids.shape
    embeddings.position_ids = torch.arange(shape[1]).expand(shape).contiguous()
    embeddings.token_type_ids = torch.zeros(shape, dtype=torch.long)


def _encodable(text: str) -> str:
    """A tokenizer written in Rust refuses lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")

"""The bundled models beside `transformers.pipeline` with the same weights, on one list of texts.

    python -m benchmarks.model [FILE…] [--rows 2000] [--model full --model auto …] [--folder DIR]

FILE: labelled rows as `rasid model evaluate` takes them (then macro-F1 is shown too); without
one, posts made up here. The pipeline has the encoder in float32 and its
default settings: a text at a time, threads as torch chooses. Each model runs in a process of its
own, which loads, answers 32 texts to warm up, and then all; in turn, so that a busy machine slows
all alike. ``ratio``: texts a second over the pipeline's.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import as_json, table
from benchmarks.posts import texts as posts
from classifiers.evaluation.metrics import confusion, f1s
from classifiers.labels import SENTIMENTS
from classifiers.loading import WEIGHTS
from classifiers.loading import load as load_model
from listener.handed_in.labelled import labelled_rows

PIPELINE = "pipeline"
SHOWN = ("model", "load_seconds", "seconds", "texts_per_second", "ratio", "peak_mb", "macro_f1")
WARM = 32


def _pipeline(folder: Path) -> Callable[[list[str]], list[str]]:
    """`transformers.pipeline` over the packed encoder's float32 weights."""
    import torch
    from torch import nn
    from transformers import BertConfig, PreTrainedTokenizerFast, pipeline
    from transformers.modeling_outputs import SequenceClassifierOutput
    from transformers.models.bert.modeling_bert import BertPreTrainedModel

    from classifiers.encoder.heads import HeadedEncoder
    from classifiers.encoder.pack import unpack

    class Plain(BertPreTrainedModel):  # type: ignore[misc]
        def __init__(self, config: BertConfig, inner: nn.Module) -> None:
            super().__init__(config)
            self.inner = inner

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **rest: Any
        ) -> SequenceClassifierOutput:
            return SequenceClassifierOutput(logits=self.inner(input_ids, attention_mask).sentiment)

    config = BertConfig.from_pretrained(folder)
    config.id2label = dict(enumerate(SENTIMENTS))
    config.num_labels = len(SENTIMENTS)
    inner = HeadedEncoder(config)
    inner.load_state_dict(unpack(folder / "model.safetensors"))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), pad_token="<pad>", model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip
    run = pipeline("text-classification", model=Plain(config, inner).eval(), tokenizer=tokenizer)
    return lambda texts: [one["label"] for one in run(texts)]


def _ours(name: str) -> Callable[[list[str]], list[str]]:
    classifier = load_model(name)
    return lambda texts: [label.sentiment for label in classifier.classify(texts)]


def measure(name: str, folder: Path, rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Load, warm up, label ``rows``; in this process."""
    began = time.perf_counter()
    answer = _pipeline(folder) if name == PIPELINE else _ours(name)
    loaded = time.perf_counter()
    texts = [row["text"] for row in rows]
    answer(texts[:WARM])
    start = time.perf_counter()
    said = answer(texts)
    seconds = time.perf_counter() - start
    figures: dict[str, Any] = {
        "model": name,
        "load_seconds": loaded - began,
        "seconds": seconds,
        "texts_per_second": len(rows) / seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    return figures | {"macro_f1": _macro_f1(rows, said)}


def _macro_f1(rows: Sequence[dict[str, str]], said: Sequence[str]) -> float | None:
    import numpy as np

    pairs = [
        (SENTIMENTS.index(row["label"]), SENTIMENTS.index(one))  # type: ignore[arg-type]
        for row, one in zip(rows, said, strict=True)
        if row.get("label") in SENTIMENTS
    ]
    if not pairs:
        return None
    gold, found = np.array(pairs).T
    return float(f1s(confusion(gold, found, 3)).mean())


def chosen(files: Sequence[Path], count: int) -> list[dict[str, str]]:
    """``count`` rows in a seeded order; an equal number of each file."""
    chance = random.Random(7)
    if files:
        rows = []
        for path in files:
            found = [row for row in labelled_rows([path])[0] if row["label"] in SENTIMENTS]
            rows += chance.sample(found, min(len(found), -(-count // len(files))))
    else:
        rows = [{"text": text, "label": ""} for text in posts(count, chance)]
    chance.shuffle(rows)
    return rows[:count]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--model", action="append", help="full, auto, fast, lexicon, a folder")
    parser.add_argument("--folder", type=Path, default=WEIGHTS / "full", help="the encoder")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.alone:
        print(json.dumps(measure(given.alone, given.folder, json.load(sys.stdin))))
        return 0
    rows = chosen(given.files, given.rows)
    results = []
    for name in (PIPELINE, *(given.model or ("full", "auto", "fast", "lexicon"))):
        command = [sys.executable, "-m", "benchmarks.model", "--alone", name]
        ran = subprocess.run(
            [*command, "--folder", str(given.folder)],
            input=json.dumps(rows), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if ran.returncode:
            print(ran.stderr, file=sys.stderr)
            return 1
        results.append(json.loads(ran.stdout.splitlines()[-1]))
        results[-1]["ratio"] = results[-1]["texts_per_second"] / results[0]["texts_per_second"]
    print(
        f"{len(rows):,} texts, {sum(len(row['text']) for row in rows) / len(rows):.0f} characters"
    )
    table(results, SHOWN)
    as_json("model", results)
    return 0


if __name__ == "__main__":
    sys.exit(main())

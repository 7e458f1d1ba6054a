"""Measure a checkpoint on dev files: the figure each set is usually given, and calibration.

    python -m classifiers.making.encoder.measure WEIGHTS --start START --data DIR \
        [--limit N] [--json]

Two-class sets bar neutral. The temperature is fitted on one half of the pooled dev texts (every
other one) and the calibration error is that of the other half.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from tokenizers import Tokenizer

from classifiers.encoder.heads import HeadedEncoder
from classifiers.labels import INTENTS, SENTIMENTS, Intent, Sentiment
from classifiers.making.encoder.data import LabelledText, read_rows, written_file
from classifiers.making.encoder.measure_written import written_figures
from classifiers.making.encoder.predict import TextLogits, load_model, score
from classifiers.making.encoder.scores import (
    Floats,
    Ints,
    calibration_error,
    f1_scores,
    fit_temperature,
    recall_at_precision,
    recalls,
    softmax,
)
from classifiers.reading import reading_of

# The figure of each set: macro-F1, average recall, or the mean F1 of positive and negative.
FIGURES = {
    "umsab_ar": "macro_f1",
    "umsab_en": "macro_f1",
    "semeval2017_en": "average_recall",
    "arsas": "macro_f1",
    "marsa": "macro_f1",
    "arsarcasm_v2": "f1_pos_neg",
    "astd": "average_recall",
    "saudi_tourism": "macro_f1",
    "ajgt": "macro_f1",
    "afrisenti_ma": "macro_f1",
    "afrisenti_dz": "macro_f1",
    "company_reviews": "macro_f1",
    "mawqif": "macro_f1",
    "arsentd_lev": "macro_f1",
    "airline": "macro_f1",
}
EVERYDAY = ("arsas", "arsarcasm_v2", "semeval2017_en", "mawqif")
ASKS: tuple[Intent, ...] = ("question", "request")
NEEDS_RESPONSE: tuple[Intent, ...] = (*ASKS, "complaint")
BINARY: tuple[tuple[str, Intent], ...] = (("complaints_en", "complaint"), ("spam_ar", "spam"))


def measure(
    model: HeadedEncoder, tokenizer: Tokenizer, data: Path, *, limit: int | None = None
) -> dict[str, float]:
    """Figures by name, 0 to 1, from at most ``limit`` dev texts a set (always the same ones).

    A set that has no dev file in ``data`` has no figure.
    """
    was_training = model.training
    model.eval()
    figures: dict[str, float] = {}
    logits, labels, everyday = [], [], []
    for name, figure in FIGURES.items():
        if not (rows := _some(data / f"sentiment/{name}.dev.jsonl.gz", limit)):
            continue
        scored = score(model, tokenizer, [reading_of(row.text) for row in rows])
        truth = np.array([SENTIMENTS.index(cast(Sentiment, row.label)) for row in rows])
        figures[name] = sentiment_figure(figure, scored, truth)
        logits.append(scored.sentiment)
        labels.append(truth)
        if name in EVERYDAY:
            everyday.append(scored)
    if logits:
        pooled, truths = np.concatenate(logits), np.concatenate(labels)
        temperature = fit_temperature(pooled[::2], truths[::2])
        spare = softmax(pooled[1::2], temperature)
        figures["temperature"] = temperature
        figures["calibration_error"] = calibration_error(spare, truths[1::2])
    if rows := _sample(list(read_rows(written_file("dev"))), limit and 8 * limit):
        needs = [scored.needs for scored in everyday]
        flat = np.concatenate(needs) if needs else np.zeros((0, 2))
        figures |= written_figures(model, tokenizer, rows, flat)
    if everyday:
        ordinary = softmax(np.concatenate([scored.intent for scored in everyday]))
        figures |= _asking(model, tokenizer, data, ordinary, limit)
    figures |= _binary(model, tokenizer, data, limit)
    model.train(was_training)
    return figures


def sentiment_figure(figure: str, scored: TextLogits, labels: Ints) -> float:
    """One of ``macro_f1``, ``average_recall``, ``f1_pos_neg`` of the argmax of the logits."""
    logits = scored.sentiment.copy()
    present = np.unique(labels)
    neutral = SENTIMENTS.index("neutral")
    if neutral not in present:
        logits[:, neutral] = -np.inf
    predicted = logits.argmax(1)
    if figure == "average_recall":
        return float(recalls(labels, predicted, len(SENTIMENTS)).mean())
    f1 = f1_scores(labels, predicted, len(SENTIMENTS))
    outer = [SENTIMENTS.index("negative"), SENTIMENTS.index("positive")]
    return float(f1[outer].mean() if figure == "f1_pos_neg" else f1[present].mean())


def _asking(
    model: HeadedEncoder, tokenizer: Tokenizer, data: Path, ordinary: Floats, limit: int | None
) -> dict[str, float]:
    """Help-desk texts against ``ordinary`` tweets' intents: recall at precision 0.9, and argmax."""
    figures: dict[str, float] = {}
    for name in ("arbanking77", "banking77_en"):
        if not (rows := _some(data / f"intent/{name}.dev.jsonl.gz", limit)):
            continue
        asked = softmax(score(model, tokenizer, [reading_of(row.text) for row in rows]).intent)
        both = np.concatenate([asked, ordinary])
        truth = np.arange(len(both)) < len(asked)
        for label, wanted in (("asks", ASKS), ("needs_response", NEEDS_RESPONSE)):
            places = [INTENTS.index(intent) for intent in wanted]
            sums = both[:, places].sum(1)
            figures[f"{name}_{label}_recall_at_p90"] = recall_at_precision(sums, truth, 0.9)
            chosen = np.isin(both.argmax(1), places)
            figures[f"{name}_{label}_argmax_recall"] = float(chosen[truth].mean())
            figures[f"{name}_{label}_argmax_precision"] = (
                float(truth[chosen].mean()) if chosen.any() else 0.0
            )
    return figures


def _binary(
    model: HeadedEncoder, tokenizer: Tokenizer, data: Path, limit: int | None
) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, intent in BINARY:
        if not (rows := _some(data / f"intent/{name}.dev.jsonl.gz", limit)):
            continue
        chances = softmax(score(model, tokenizer, [reading_of(row.text) for row in rows]).intent)
        labels = np.array([int(row.label == intent) for row in rows])
        found = (chances[:, INTENTS.index(intent)] > 0.5).astype(np.int64)
        figures[f"{name}_macro_f1"] = float(f1_scores(labels, found, 2).mean())
    return figures


def _some(path: Path, limit: int | None) -> list[LabelledText]:
    return _sample(list(read_rows(path)) if path.exists() else [], limit)


def _sample(rows: list[LabelledText], limit: int | None) -> list[LabelledText]:
    return rows if limit is None or limit >= len(rows) else random.Random(0).sample(rows, limit)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("weights", type=Path, help="ema.safetensors of a run, or packed weights")
    parser.add_argument("--start", type=Path, required=True, help="folder that prune wrote")
    parser.add_argument("--data", type=Path, required=True, help="folder with sentiment/, intent/")
    parser.add_argument("--limit", type=int, help="dev texts a set; all where left out")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    tokenizer = Tokenizer.from_file(str(given.start / "tokenizer.json"))
    model = load_model(given.start, given.weights)
    figures = measure(model, tokenizer, given.data, limit=given.limit)
    if given.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:44} {value:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A toy model folder as it would ship, a toy recipe, and labelled rows of someone's own."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import torch
from transformers import BertConfig

from classifiers.encoder.heads import HEADS, HeadedEncoder
from classifiers.encoder.mixing import OpinionMix
from classifiers.encoder.pack import bundle, choose_bits, unpack
from classifiers.making.encoder.calibrate import write
from classifiers.making.encoder.checkpoint import save_weights
from classifiers.making.encoder.recipe import RECIPES
from classifiers.making.own_rows import OwnSet
from classifiers.making.tiers.request import Request
from tests.classifiers.conftest import SENTENCES

RECIPE = f"""
name = "own"
seed = 3
rules_file = "{RECIPES / "rules.toml"}"
[training]
examples = 1000
passes = 0.5
layers = 1
batch = 4
chunk = 4
pieces = 24
body_rate = 3e-3
head_rate = 2e-2
"""


def rows(count: int = 270, label: str | None = None) -> tuple[dict[str, str], ...]:
    """Different texts, every label as often."""
    empty = {"lang": "", "dialect": "", "source": ""}
    return tuple(
        {"text": f"{text} {at}", "label": label or mood, **empty}
        for at in range(count)
        for text, mood in [SENTENCES[at % len(SENTENCES)]]
    )


MEANT = {
    "negative": ("complaint", "yes"),
    "neutral": ("question", "yes"),
    "positive": ("praise", "no"),
}


def three_headed(count: int = 270) -> tuple[dict[str, str], ...]:
    """The same with an intent and whether a response is needed."""
    return tuple(
        {**row, "intent": MEANT[row["label"]][0], "needs_response": MEANT[row["label"]][1]}
        for row in rows(count)
    )


def shipped(folder: Path, tokenizer: dict[str, Any]) -> Path:
    """A finished folder of two thin layers."""
    start = folder / "raw"
    start.mkdir(parents=True)
    config = BertConfig(
        vocab_size=len(tokenizer["model"]["vocab"]),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=160,
    )
    config.save_pretrained(start)
    (start / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    torch.manual_seed(1)
    model = HeadedEncoder(config)
    save_weights(start / "ema.safetensors", model.state_dict())
    save_weights(start / "body.safetensors", model.body.state_dict())
    out = folder / "shipped"
    bundle(
        start / "ema.safetensors",
        start,
        out,
        bits=choose_bits(unpack(start / "ema.safetensors"), 4),
    )
    half = OpinionMix(0.5, 0.5)
    write(out, {**dict.fromkeys(HEADS, half), "sentiment": OpinionMix(0.6, 0.8)}, 0.4, 1)
    return out


def request(folder: Path, start: Path, name: str = "made", **changes: Any) -> Request:
    recipe = folder / "own.toml"
    recipe.write_text(RECIPE)
    given: dict[str, Any] = {
        "out": folder / name,
        "run": folder / f"{name}.run",
        "today": date(2026, 11, 27),
        "own": (OwnSet("letters", rows()),),
        "recipe": recipe,
        "start": start,
        "threads": 1,
        "auto": False,
    }
    return Request(**{**given, **changes})

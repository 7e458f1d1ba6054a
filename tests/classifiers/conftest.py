"""A toy encoder: a few dozen pieces, two thin layers, and labelled files of own sentences."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

SENTENCES = (
    ("الخدمة ممتازة وسريعة", "positive"),
    ("الفرع مغلق منذ الصباح", "negative"),
    ("التطبيق يعلق كل مرة", "negative"),
    ("افتتح المتجر فرعا جديدا", "neutral"),
    ("شكرا على سرعة الرد", "positive"),
    ("وصل الطلب اليوم", "neutral"),
    ("the parcel came on time, lovely", "positive"),
    ("my parcel is lost again", "negative"),
    ("the shop opens at nine", "neutral"),
)


@pytest.fixture
def tokenizer_document() -> dict[str, Any]:
    """A unigram tokenizer of the same make as e5's, with pieces of several lengths."""
    texts = " ".join(text for text, _ in SENTENCES)
    letters = sorted({letter for letter in texts if letter != " "})
    words = sorted({"▁" + word for word in texts.split()})
    pieces = [["<s>", 0.0], ["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["▁", -3.0]]
    pieces += [[word, -4.0 - at / 100] for at, word in enumerate(words)]
    pieces += [[letter, -8.0 - at / 100] for at, letter in enumerate(letters)]
    special = [
        {
            "id": at,
            "content": name,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for at, name in enumerate(("<s>", "<pad>", "</s>", "<unk>"))
    ]
    ends = [
        {"SpecialToken": {"id": "<s>", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "</s>", "type_id": 0}},
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": ends,
            "pair": [*ends, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {
                "<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]},
            },
        },
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": False},
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one sentiment set and one intent set."""
    asked = [("متى يفتح الفرع؟", "hours"), ("please send the parcel", "delivery")]
    for name, rows in (("sentiment/toy", SENTENCES), ("intent/desk", asked)):
        path = tmp_path / f"{name}.train.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as lines:
            for text, label in rows:
                lines.write(json.dumps({"text": text, "label": label}) + "\n")
    return tmp_path


@pytest.fixture
def folder(tokenizer_document: dict[str, Any], tmp_path: Path) -> Path:
    """A packed model folder of the full tier's format, with random weights."""
    import torch
    from safetensors.torch import save_file
    from transformers import BertConfig

    from classifiers.encoder.heads import HEADS, HeadedEncoder
    from classifiers.encoder.mixing import OpinionMix
    from classifiers.encoder.pack import bundle, choose_bits
    from classifiers.making.encoder.calibrate import write

    start, out = tmp_path / "shape", tmp_path / "full"
    start.mkdir()
    config = BertConfig(
        vocab_size=len(tokenizer_document["model"]["vocab"]),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=160,
        pad_token_id=1,
    )
    config.save_pretrained(start)
    (start / "tokenizer.json").write_text(json.dumps(tokenizer_document), encoding="utf-8")
    torch.manual_seed(3)
    network = HeadedEncoder(config)
    for head in network.heads.values():
        torch.nn.init.normal_(head.weight, std=1.0)
    save_file(network.state_dict(), str(tmp_path / "whole.safetensors"))
    whole = network.state_dict()
    bundle(tmp_path / "whole.safetensors", start, out, bits=choose_bits(whole, 8))
    half = OpinionMix(0.5, 0.5)
    write(out, {**dict.fromkeys(HEADS, half), "sentiment": OpinionMix(0.75, 0.25)}, 0.4, 3)
    return out

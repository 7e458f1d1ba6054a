"""A name's vectors, from a toy encoder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertConfig, PreTrainedTokenizerFast

from classifiers.encoder.context import standing, vectors
from classifiers.encoder.full import EncoderClassifier
from classifiers.encoder.heads import HeadedEncoder
from classifiers.loading import bundled_fast
from classifiers.relevance.logistic import Named
from classifiers.relevance.readers import VectorReader, Words


def test_pieces_of_a_name_are_those_that_touch_it() -> None:
    text, spans = "شبكة زين", [(0, 0), (0, 4), (4, 6), (6, 8), (0, 0)]
    assert standing(text, ["زين"], spans) == [2, 3]
    assert standing(text, ["موبايلي", ""], spans) == [0, 1, 2, 3, 4]
    assert standing("ZAIN زين", ["zain"], [(0, 4), (5, 8)]) == [0]


def test_vectors_are_of_the_middle_layer_and_leave_the_encoder_whole(
    tokenizer_document: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(tokenizer_document))
    tokenizer: Any = PreTrainedTokenizerFast(tokenizer_file=str(path), pad_token="<pad>")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(tokenizer_document["model"]["vocab"]), hidden_size=8, num_hidden_layers=4,
        num_attention_heads=2, intermediate_size=16, max_position_embeddings=64,
    )  # fmt: skip
    network = HeadedEncoder(config).eval()
    named = [("الفرع مغلق منذ الصباح", ["الفرع"]), ("الخدمة ممتازة", []), ("", ["x"])]

    def each(order: Any, rows: Any) -> list[list[int]]:
        return [[at] for at in order]

    def together(order: Any, rows: Any) -> list[list[int]]:
        return [list(order)]

    alone = vectors(network.body, tokenizer, named, batches=each, pieces=32)
    made = vectors(network.body, tokenizer, named, batches=together, pieces=32)
    assert made.shape == (3, 16)
    assert np.allclose(made, alone, atol=1e-5)  # padding takes no part
    ids = torch.tensor([tokenizer(named[1][0])["input_ids"]])
    with torch.inference_mode():
        states = network.body(input_ids=ids, output_hidden_states=True).hidden_states
    assert len(states) == 5
    assert np.allclose(made[1, 8:], states[2][0].mean(0).numpy(), atol=1e-5)
    assert np.allclose(made[1, :8], made[1, 8:])  # no name: the whole text
    assert not np.allclose(made[0, :8], made[0, 8:])
    assert vectors(network.body, tokenizer, [], batches=each, pieces=32).shape == (0, 16)


def test_a_name_is_found_as_it_stands_in_the_tidied_text(folder: Path) -> None:
    """However it is written: stretched, in presentation forms. An @name is masked like others."""
    full = EncoderClassifier.read(folder, words=bundled_fast())
    reader = VectorReader(full, Words(bundled_fast()))

    def of(text: str, *names: str) -> list[float]:
        vectors: list[float] = reader.see([Named(text, names)]).signs[0, : full.width].tolist()
        return vectors

    whole = of("متى يفتح الفرع")
    assert of("متى يفتح الفررررررع", "الفررررررع") != of("متى يفتح الفررررررع")
    assert of("متى يفتح الفرع", "\ufe8d\ufedf\ufed4\ufeae\ufec9") != whole
    assert of("@nora متى يفتح الفرع", "@zain") == of("@nora متى يفتح الفرع")


def test_a_tokenizer_that_panics_at_a_text_raises_an_exception(folder: Path) -> None:
    full = EncoderClassifier.read(folder, words=bundled_fast())

    class PanicException(BaseException):
        """As pyo3 names its own."""

    def panics(*_given: object, **_options: object) -> None:
        raise PanicException("index out of range")

    full._tokenizer = panics
    with pytest.raises(RuntimeError, match="panic"):
        full.vectors([("الفرع", ["الفرع"])])

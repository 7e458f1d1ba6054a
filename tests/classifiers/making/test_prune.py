"""A pruned vocabulary cuts the texts it was counted on exactly as the whole one."""

from __future__ import annotations

import json
from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from classifiers.making.encoder.prune_pieces import (
    count_pieces,
    kept_pieces,
    prune_embeddings,
    prune_tokenizer,
)

WORDS = "embeddings.word_embeddings.weight"
KNOWN = ["الخدمة ممتازة", "my parcel is lost", "الفرع مغلق اليوم"]


def made(document: dict[str, Any]) -> Tokenizer:
    return Tokenizer.from_str(json.dumps(document))


def test_pieces_and_embeddings_stay_the_same(tokenizer_document: dict[str, Any]) -> None:
    whole = made(tokenizer_document)
    vocabulary = [piece for piece, _ in tokenizer_document["model"]["vocab"]]
    keep = kept_pieces(vocabulary, count_pieces(whole, KNOWN), 1)
    pruned = made(prune_tokenizer(tokenizer_document, keep))
    assert pruned.get_vocab_size() == len(keep) < whole.get_vocab_size()

    table = torch.randn(len(vocabulary), 8)
    small = prune_embeddings({WORDS: table}, keep)[WORDS]
    for text in KNOWN:
        before, after = whole.encode(text), pruned.encode(text)
        assert after.tokens == before.tokens
        assert torch.equal(small[after.ids], table[before.ids])


def test_a_word_that_was_dropped_is_spelt(tokenizer_document: dict[str, Any]) -> None:
    whole = made(tokenizer_document)
    vocabulary = [piece for piece, _ in tokenizer_document["model"]["vocab"]]
    keep = kept_pieces(vocabulary, count_pieces(whole, KNOWN), 1)
    pruned = made(prune_tokenizer(tokenizer_document, keep))
    assert whole.encode("shop").tokens == ["<s>", "▁shop", "</s>"]
    assert pruned.encode("shop").tokens == ["<s>", "▁", "s", "h", "o", "p", "</s>"]
    assert pruned.encode("蜘").tokens[-2] == "蜘"  # unknown, but an id all the same
    assert pruned.encode("蜘").ids[-2] == pruned.token_to_id("<unk>")


def test_folded_forms_are_counted_too(tokenizer_document: dict[str, Any]) -> None:
    whole = made(tokenizer_document)
    counts = count_pieces(whole, ["أحمد"])
    assert counts[whole.token_to_id("ا")] == 1


@given(st.lists(st.sampled_from(KNOWN[0].split() + KNOWN[1].split()), max_size=8))
def test_any_order_of_known_words_is_cut_the_same(words: list[str]) -> None:
    document = _document()
    whole = made(document)
    vocabulary = [piece for piece, _ in document["model"]["vocab"]]
    keep = kept_pieces(vocabulary, count_pieces(whole, KNOWN), 1)
    pruned = made(prune_tokenizer(document, keep))
    text = " ".join(words)
    assert pruned.encode(text).tokens == whole.encode(text).tokens


def _document() -> dict[str, Any]:
    words = [f"▁{word}" for word in " ".join(KNOWN).split()]
    others = ["▁par", "cel", "▁los", "▁الخ", "دمة", "zzz", "▁qqq"]
    letters = sorted({c for c in "".join(KNOWN) if c != " "})
    vocab = [[name, 0.0] for name in ("<s>", "<pad>", "</s>", "<unk>")] + [["▁", -3.0]]
    vocab += [[piece, -5.0] for piece in dict.fromkeys(words + others)]
    vocab += [[letter, -9.0] for letter in letters]
    return {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}],
            "special_tokens": {},
        },
        "decoder": None,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocab, "byte_fallback": False},
    }

"""Random models of a few thousand numbers, in the formats that people bring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

THREE = ["negative", "neutral", "positive"]


def tiny_bert(folder: Path, labels: list[str], kind: str = "ForSequenceClassification") -> Path:
    """One layer and a word-piece vocabulary of a few letters, as transformers saves it."""
    import transformers
    from transformers import BertConfig, BertTokenizerFast

    folder.mkdir(exist_ok=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"ابتثجabc"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    (folder / "vocab.txt").unlink()  # tokenizer.json holds it
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=40,
        **_named(labels),
    )
    getattr(transformers, f"Bert{kind}")(config).save_pretrained(folder)
    return folder


def tiny_gpt(folder: Path, labels: list[str]) -> Path:
    """A decoder, whose tokenizer knows an end and no padding, and an empty text has no piece."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2ForSequenceClassification, PreTrainedTokenizerFast

    pieces = ["<end>", *pre_tokenizers.ByteLevel.alphabet()]
    byte = Tokenizer(models.BPE(vocab={piece: at for at, piece in enumerate(pieces)}, merges=[]))
    byte.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    PreTrainedTokenizerFast(tokenizer_object=byte, eos_token="<end>").save_pretrained(folder)
    config = GPT2Config(
        vocab_size=len(pieces), n_positions=64, n_embd=16, n_layer=1, n_head=2, bos_token_id=0,
        eos_token_id=0, **_named(labels),
    )  # fmt: skip
    GPT2ForSequenceClassification(config).save_pretrained(folder)
    return folder


def _named(labels: list[str]) -> dict[str, Any]:
    return {"id2label": dict(enumerate(labels)), "label2id": {n: at for at, n in enumerate(labels)}}

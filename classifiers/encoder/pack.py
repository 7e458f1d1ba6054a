"""Weight-only packing: matrices as 4- or 8-bit groups of 32 with a float16 scale each.

One safetensors file. A packed matrix ``name`` is uint8 [rows, columns * bits / 8] beside
``name.scale`` float16 [rows, columns / 32]; in 4 bits a byte holds two neighbours, the first in
its low nibble. value = (code - 2 ** (bits - 1)) * scale. Every other tensor is float16. The
header's metadata says which tensors are packed, and how. Arithmetic stays in float32: the file is
small, not the computation.

    python -m classifiers.encoder.pack RUN/ema.safetensors --start START --out FOLDER
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

Bits = Literal[4, 8]
GROUP = 32
FORMAT = "rasid-groups-32"
BUNDLE = ("config.json", "tokenizer.json")
WEIGHTS = "model.safetensors"


def pack_matrix(matrix: Tensor, bits: Bits) -> tuple[Tensor, Tensor]:
    """(codes, scales) of a float matrix whose columns are a multiple of 32.

    A group's scale puts its widest value on the outermost code (7 of 4 bits), on purpose not on
    the one further out that has no opposite (-8), nor where the squared error is least: the
    weights began on such a grid of 16 steps, and a grid that lies on it rounds every small change
    of the fine-tuning away, leaving the untrained model. Off that grid the rounding is noise.
    """
    rows, columns = matrix.shape
    most = (1 << (bits - 1)) - 1
    groups = matrix.float().reshape(rows, columns // GROUP, GROUP)
    scales = (groups.abs().amax(2, keepdim=True) / most).half()
    steps = torch.where(scales == 0, torch.ones_like(scales), scales).float()
    codes = (groups / steps).round().clamp(-most, most) + (most + 1)
    packed = codes.to(torch.uint8).reshape(rows, columns)
    if bits == 4:
        packed = packed[:, 0::2] | (packed[:, 1::2] << 4)
    return packed.contiguous(), scales.squeeze(2)


def unpack_matrix(codes: Tensor, scales: Tensor, bits: Bits) -> Tensor:
    """The float32 matrix of ``pack_matrix``'s parts."""
    if bits == 4:
        values = torch.empty(codes.shape[0], 2 * codes.shape[1])
        values[:, 0::2] = codes & 15
        values[:, 1::2] = codes >> 4
    else:
        values = codes.float()
    groups = values.view(*scales.shape, GROUP)
    groups.sub_(1 << (bits - 1)).mul_(scales.float().unsqueeze(2))
    return values


def pack(weights: Mapping[str, Tensor], bits: Mapping[str, Bits], path: Path) -> None:
    """Write ``weights``: those named in ``bits`` packed so, the others as float16."""
    tensors: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        if name in bits:
            tensors[name], tensors[f"{name}.scale"] = pack_matrix(tensor, bits[name])
        else:
            tensors[name] = tensor.half().contiguous()
    metadata = {"format": FORMAT, "bits": json.dumps(dict(bits))}
    save_file(tensors, str(path), metadata=metadata)
    path.chmod(0o644)  # safetensors writes for the owner only; a model is for whoever runs it


def unpack(path: Path) -> dict[str, Tensor]:
    """Float32 tensors of a packed or plain safetensors file; ValueError says what is wrong."""
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise ValueError(f"{path} is missing; install the model folder again") from None
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path} is not a whole safetensors file ({error})") from None
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise ValueError(f"{path}: {name} holds what is no number; install the folder again")
    if metadata.get("format") != FORMAT:
        return {name: tensor.float() for name, tensor in tensors.items()}
    try:
        widths: dict[str, Bits] = dict(json.loads(metadata["bits"]))
    except (KeyError, ValueError, TypeError):
        raise ValueError(
            f"{path} does not say how it is packed; install the folder again"
        ) from None
    if other := [bits for bits in widths.values() if bits not in (4, 8)]:
        raise ValueError(f"{path} is packed in {other[0]!r} bits; install the folder again")
    if missing := [name for name in widths if not {name, f"{name}.scale"} <= set(tensors)]:
        raise ValueError(f"{path} lacks {', '.join(sorted(missing))}; install the folder again")
    scales = {f"{name}.scale" for name in widths}
    return {
        name: unpack_matrix(tensor, tensors[f"{name}.scale"], widths[name])
        if name in widths
        else tensor.float()
        for name, tensor in tensors.items()
        if name not in scales
    }


def widths_of(path: Path) -> dict[str, Bits]:
    """Bits of each packed matrix in a file; empty where nothing is packed."""
    with safe_open(str(path), framework="pt") as file:
        metadata = file.metadata() or {}
    found: dict[str, Bits] = json.loads(metadata.get("bits", "{}"))
    return found


def choose_bits(
    weights: Mapping[str, Tensor], bits: Bits, eight: Sequence[str] = ()
) -> dict[str, Bits]:
    """Bits of every matrix that can be grouped: 8 where its name holds one of ``eight``.

    The two heads are some thousand numbers that decide everything: they stay float16.
    """
    return {
        name: 8 if any(part in name for part in eight) else bits
        for name, tensor in weights.items()
        if tensor.ndim == 2 and tensor.shape[1] % GROUP == 0 and name.startswith("body.")
    }


def packed_size(weights: Mapping[str, Tensor], bits: Mapping[str, Bits]) -> int:
    """Bytes that ``pack`` would write, but for the header's few thousand."""
    return sum(
        tensor.numel() * bits[name] // 8 + tensor.numel() // GROUP * 2
        if name in bits
        else tensor.numel() * 2
        for name, tensor in weights.items()
    )


def bundle(
    weights: Path, start: Path, out: Path, *, bits: Bits, eight: Sequence[str], most: int
) -> int:
    """Write the model folder and return its bytes; ValueError where it is more than ``most``."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = unpack(weights)
    pack(tensors, choose_bits(tensors, bits, eight), out / WEIGHTS)
    for name in BUNDLE:
        shutil.copyfile(start / name, out / name)
    size = sum((out / name).stat().st_size for name in (WEIGHTS, *BUNDLE))
    if size > most:
        raise ValueError(f"{out} has {size:,} bytes, more than {most:,}; use fewer bits")
    return size


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("weights", type=Path, help="ema.safetensors of a run")
    parser.add_argument("--start", type=Path, required=True, help="folder that prune wrote")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--bits", type=int, choices=(4, 8), default=4)
    parser.add_argument(
        "--eight",
        action="append",
        default=[],
        metavar="PART",
        help="matrices whose name holds PART get 8 bits; may be repeated",
    )
    parser.add_argument("--most", type=int, default=25_000_000, help="bytes the folder may have")
    given = parser.parse_args(arguments)
    try:
        size = bundle(
            given.weights,
            given.start,
            given.out,
            bits=given.bits,
            eight=given.eight,
            most=given.most,
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{given.out}: {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Weight-only packing: matrices as groups of 32 in 4, 5 or 8 bits with a float16 scale each.

One safetensors file. A packed matrix ``name`` is uint8 [rows, columns * bits / 8] beside
``name.scale`` float16 [rows, columns / 32]; in 4 bits a byte holds two neighbours, the first in
its low nibble; in 5 bits a row's fifth bits follow its nibbles, eight to a byte, the first lowest.
value = (code - 2 ** (bits - 1)) * scale. Every other tensor is float16. The header's metadata says
which tensors are packed, and how. Arithmetic stays in float32: the file is small, not the
computation.

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

Bits = Literal[4, 5, 8]
WIDTHS = (4, 5, 8)
GROUP = 32
FORMAT = "rasid-groups-32"
BUNDLE = ("config.json", "tokenizer.json")
WEIGHTS = "model.safetensors"


def pack_matrix(matrix: Tensor, bits: Bits, *, chance: int | None = None) -> tuple[Tensor, Tensor]:
    """(codes, scales) of a float matrix whose columns are a multiple of 32.

    A group's scale puts its widest value on the outermost code (7 of 4 bits), not on the one
    further out that has no opposite (-8): off the grid of 16 steps that the encoder came on.
    chance: a seed; each weight then goes up or down by how near it is, not to the nearest step
    (stochastic rounding, Gupta et al. 2015, arXiv 1502.02551). Fine-tuning moves weights by a
    tenth of a step, and where they began on the very grid, the nearest step is the one they came
    from: what was learned would be undone. By chance it stays, as a mean with some noise.
    """
    rows, columns = matrix.shape
    most = (1 << (bits - 1)) - 1
    groups = matrix.float().reshape(rows, columns // GROUP, GROUP)
    scales = (groups.abs().amax(2, keepdim=True) / most).half()
    steps = groups / torch.where(scales == 0, torch.ones_like(scales), scales).float()
    if chance is None:
        steps = steps.round()
    else:
        drawn = torch.rand(steps.shape, generator=torch.Generator().manual_seed(chance))
        steps = (steps + drawn).floor()
    codes = (steps.clamp(-most, most) + (most + 1)).to(torch.uint8).reshape(rows, columns)
    return _narrow(codes, bits), scales.squeeze(2)


def _narrow(codes: Tensor, bits: Bits) -> Tensor:
    if bits == 8:
        return codes.contiguous()
    low = codes & 15
    parts = [low[:, 0::2] | (low[:, 1::2] << 4)]
    if bits == 5:
        fifths = (codes >> 4).reshape(len(codes), -1, 8) << torch.arange(8, dtype=torch.uint8)
        parts.append(fifths.sum(2).to(torch.uint8))
    return torch.cat(parts, dim=1)


def unpack_matrix(codes: Tensor, scales: Tensor, bits: Bits) -> Tensor:
    """The float32 matrix of ``pack_matrix``'s parts."""
    if bits == 8:
        values = codes.float()
    else:
        columns = scales.shape[1] * GROUP
        low, high = codes[:, : columns // 2], codes[:, columns // 2 :]
        values = torch.empty(len(codes), columns)
        values[:, 0::2] = low & 15
        values[:, 1::2] = low >> 4
        if bits == 5:
            fifths = (high.unsqueeze(2) >> torch.arange(8, dtype=torch.uint8)) & 1
            values.add_(fifths.reshape(len(codes), columns), alpha=16)
    groups = values.view(*scales.shape, GROUP)
    groups.sub_(1 << (bits - 1)).mul_(scales.float().unsqueeze(2))
    return values


def pack(
    weights: Mapping[str, Tensor],
    bits: Mapping[str, Bits],
    path: Path,
    *,
    chance: int | None = None,
) -> None:
    """Write ``weights``: those named in ``bits`` packed so, the others as float16."""
    tensors: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        if name in bits:
            tensors[name], tensors[f"{name}.scale"] = pack_matrix(tensor, bits[name], chance=chance)
        else:
            tensors[name] = tensor.half().contiguous()
    # One entry: safetensors writes several in any order, and equal weights should be equal files.
    metadata = {"packed": json.dumps({"format": FORMAT, "bits": dict(bits)}, sort_keys=True)}
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
    if "packed" not in metadata:
        return {name: tensor.float() for name, tensor in tensors.items()}
    try:
        widths = _widths(metadata)
    except (KeyError, ValueError, TypeError, RecursionError):
        raise ValueError(
            f"{path} does not say how it is packed; install the folder again"
        ) from None
    if other := [bits for bits in widths.values() if bits not in WIDTHS]:
        raise ValueError(f"{path} is packed in {other[0]!r} bits; install the folder again")
    if missing := [name for name in widths if not {name, f"{name}.scale"} <= set(tensors)]:
        raise ValueError(f"{path} lacks {', '.join(sorted(missing))}; install the folder again")
    scales = {f"{name}.scale" for name in widths}
    try:
        return {
            name: unpack_matrix(tensor, tensors[f"{name}.scale"], widths[name])
            if name in widths
            else tensor.float()
            for name, tensor in tensors.items()
            if name not in scales
        }
    except (RuntimeError, IndexError, TypeError) as error:
        raise ValueError(
            f"{path} holds matrices of another shape than it says ({error}); install the folder "
            "again"
        ) from None


def widths_of(path: Path) -> dict[str, Bits]:
    """Bits of each packed matrix in a file; empty where nothing is packed."""
    with safe_open(str(path), framework="pt") as file:
        return _widths(file.metadata() or {})


def _widths(metadata: Mapping[str, str]) -> dict[str, Bits]:
    """Bits of each packed matrix, as the header says; empty where nothing is packed."""
    about = json.loads(metadata.get("packed", f'{{"format": "{FORMAT}", "bits": {{}}}}'))
    if about["format"] != FORMAT:
        raise ValueError(f"format {about['format']!r}")
    return dict(about["bits"])


def choose_bits(
    weights: Mapping[str, Tensor],
    bits: Bits,
    eight: Sequence[str] = (),
    four: Sequence[str] = (),
) -> dict[str, Bits]:
    """Bits of every matrix that can be grouped: 8 where its name holds one of ``eight``, 4 where
    it holds one of ``four``.

    The two heads are some thousand numbers that decide everything: they stay float16.
    """
    return {
        name: 8
        if any(part in name for part in eight)
        else 4
        if any(part in name for part in four)
        else bits
        for name, tensor in weights.items()
        if tensor.ndim == 2 and tensor.shape[1] % GROUP == 0 and name.startswith("body.")
    }


def bundle(
    weights: Path,
    start: Path,
    out: Path,
    *,
    bits: Mapping[str, Bits],
    most: int | None = None,
    chance: int | None = None,
) -> int:
    """Write the model folder and return its bytes; ValueError where it is more than ``most``."""
    out.mkdir(parents=True, exist_ok=True)
    pack(unpack(weights), bits, out / WEIGHTS, chance=chance)
    for name in BUNDLE:
        shutil.copyfile(start / name, out / name)
    size = sum((out / name).stat().st_size for name in (WEIGHTS, *BUNDLE))
    if most is not None and size > most:
        raise ValueError(f"{out} has {size:,} bytes, more than {most:,}; use fewer bits")
    return size


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("weights", type=Path, help="ema.safetensors of a run")
    parser.add_argument("--start", type=Path, required=True, help="folder that prune wrote")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--bits", type=int, choices=WIDTHS, default=4)
    for width in ("eight", "four"):
        parser.add_argument(
            f"--{width}",
            action="append",
            default=[],
            metavar="PART",
            help=f"matrices whose name holds PART get {width} bits; may be repeated",
        )
    parser.add_argument(
        "--chance",
        type=int,
        metavar="SEED",
        help="round up or down by chance: for weights that began on such a grid",
    )
    parser.add_argument("--most", type=int, default=25_000_000, help="bytes the folder may have")
    options = parser.parse_args(arguments)
    try:
        size = bundle(
            options.weights,
            options.start,
            options.out,
            bits=choose_bits(unpack(options.weights), options.bits, options.eight, options.four),
            most=options.most,
            chance=options.chance,
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.out}: {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Packing: what comes back is close, exact where it can be, and refused where it is broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from classifiers.encoder.pack import (
    WIDTHS,
    Bits,
    bundle,
    choose_bits,
    pack,
    pack_matrix,
    unpack,
    unpack_matrix,
)


@pytest.mark.parametrize("bits", WIDTHS)
def test_values_on_the_grid_come_back_exactly(bits: Bits) -> None:
    most = (1 << (bits - 1)) - 1
    codes = torch.randint(-most, most + 1, (6, 64), generator=torch.Generator().manual_seed(1))
    codes[:, ::32] = -most  # each group uses its whole range
    matrix = codes.float() * 0.25
    packed, scales = pack_matrix(matrix, bits)
    assert packed.shape == (6, 64 * bits // 8)
    assert scales.shape == (6, 2)
    assert torch.equal(unpack_matrix(packed, scales, bits), matrix)


@pytest.mark.parametrize(("bits", "most"), [(4, 0.1), (8, 0.006)])
def test_the_error_of_normal_weights_is_small(bits: Bits, most: float) -> None:
    matrix = torch.randn(64, 384, generator=torch.Generator().manual_seed(2)) * 0.05
    back = unpack_matrix(*pack_matrix(matrix, bits), bits)
    assert float((back - matrix).norm() / matrix.norm()) < most


@given(st.integers(0, 2**32 - 1), st.sampled_from([4, 8]), st.floats(1e-3, 1e3))
def test_no_value_is_off_by_more_than_a_step(seed: int, bits: Bits, size: float) -> None:
    matrix = torch.randn(2, 32, generator=torch.Generator().manual_seed(seed)) * size
    codes, scales = pack_matrix(matrix, bits)
    wrong = (unpack_matrix(codes, scales, bits) - matrix).abs()
    widest = matrix.abs().amax(1, keepdim=True)
    assert bool((wrong <= 0.51 * scales.float() + 0.001 * widest).all())  # float16 rounds the scale


def test_small_changes_to_weights_that_lie_on_a_16_step_grid_survive() -> None:
    """The imported encoder lies on such a grid: snapping back to it would undo fine-tuning."""
    chance = torch.Generator().manual_seed(3)
    codes = torch.randint(-8, 8, (256, 384), generator=chance)
    codes[:, ::32] = -8
    grid = codes.float() * 0.03
    change = torch.randn(256, 384, generator=chance) * 0.003  # a tenth of a step
    back = unpack_matrix(*pack_matrix(grid + change, 4), 4) - grid
    kept = float((back * change).sum() / change.square().sum())
    assert kept == pytest.approx(1.0, abs=0.15)


def test_a_group_of_zeros_stays_zero() -> None:
    matrix = torch.zeros(1, 32)
    assert torch.equal(unpack_matrix(*pack_matrix(matrix, 4), 4), matrix)


def test_a_file_comes_back_under_the_same_names(tmp_path: Path) -> None:
    weights = {
        "body.a.weight": torch.randn(8, 64),
        "body.b.weight": torch.randn(4, 32),
        "body.a.bias": torch.randn(8),
        "sentiment.weight": torch.randn(3, 64),
    }
    bits = choose_bits(weights, 4, eight=["b.weight"])
    assert bits == {"body.a.weight": 4, "body.b.weight": 8}
    pack(weights, bits, tmp_path / "w.safetensors")
    assert (tmp_path / "w.safetensors").stat().st_mode & 0o777 == 0o644
    back = unpack(tmp_path / "w.safetensors")
    assert back.keys() == weights.keys()
    for name, tensor in weights.items():
        assert back[name].dtype == torch.float32
        assert back[name].shape == tensor.shape
    assert torch.equal(back["sentiment.weight"], weights["sentiment.weight"].half().float())
    packed, scales = pack_matrix(weights["body.a.weight"], 4)
    assert torch.equal(back["body.a.weight"], unpack_matrix(packed, scales, 4))


def test_a_plain_file_is_read_as_it_is(tmp_path: Path) -> None:
    weights = {"body.a.weight": torch.randn(8, 64)}
    save_file(weights, str(tmp_path / "w.safetensors"))
    assert torch.equal(
        unpack(tmp_path / "w.safetensors")["body.a.weight"], weights["body.a.weight"]
    )


def test_broken_files_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    with pytest.raises(ValueError, match=r"w\.safetensors is missing"):
        unpack(path)
    pack({"body.a.weight": torch.randn(8, 64)}, {"body.a.weight": 4}, path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match="not a whole safetensors file"):
        unpack(path)


def test_a_packed_file_without_its_scales_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    codes, _ = pack_matrix(torch.randn(8, 64), 4)
    about = {"format": "rasid-groups-32", "bits": {"body.a.weight": 4}}
    metadata = {"packed": json.dumps(about)}
    save_file({"body.a.weight": codes}, str(path), metadata=metadata)
    with pytest.raises(ValueError, match=r"lacks body\.a\.weight"):
        unpack(path)


@pytest.mark.parametrize("part", ["body.a", "body.a.scale"])
def test_a_packed_matrix_of_another_shape_is_refused(part: str, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    pack({"body.a": torch.randn(4, 64)}, {"body.a": 5}, path)
    with safe_open(str(path), framework="pt") as file:
        metadata, names = file.metadata(), list(file.keys())
        tensors = {name: file.get_tensor(name) for name in names}
    for wrong in (tensors[part].flatten(), tensors[part][:, 1:].contiguous()):
        save_file({**tensors, part: wrong}, str(path), metadata=metadata)
        with pytest.raises(ValueError, match="another shape than it says"):
            unpack(path)


def test_a_folder_over_the_limit_is_refused(tmp_path: Path) -> None:
    start = tmp_path / "start"
    start.mkdir()
    (start / "config.json").write_text("{}")
    (start / "tokenizer.json").write_text("{}")
    save_file({"body.a.weight": torch.randn(64, 384)}, str(tmp_path / "w.safetensors"))
    given = (tmp_path / "w.safetensors", start, tmp_path / "out")
    size = bundle(*given, bits={"body.a.weight": 4}, most=20_000)
    assert size == sum(path.stat().st_size for path in (tmp_path / "out").iterdir())
    with pytest.raises(ValueError, match="more than 10,000"):
        bundle(*given, bits={"body.a.weight": 4}, most=10_000)


def test_rounded_to_the_nearest_a_small_change_is_lost_and_by_chance_it_stays() -> None:
    draw = torch.Generator().manual_seed(3)
    before = unpack_matrix(*pack_matrix(torch.randn(64, 512, generator=draw), 4), 4)
    moved = before + 0.03 * torch.randn(64, 512, generator=draw)
    change = moved - before

    def kept(chance: int | None) -> float:
        after = unpack_matrix(*pack_matrix(moved, 4, chance=chance), 4)
        return float(((after - before) * change).sum() / change.pow(2).sum())

    assert kept(None) < 0.5
    assert kept(7) == pytest.approx(1.0, abs=0.15)


def test_chance_is_the_seeds_and_leaves_what_is_on_the_grid() -> None:
    matrix = torch.randn(8, 64, generator=torch.Generator().manual_seed(2))
    first, second, other = (pack_matrix(matrix, 5, chance=seed)[0] for seed in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


def test_equal_weights_are_equal_files(tmp_path: Path) -> None:
    weights = {"body.a": torch.ones(4, 64), "body.b": torch.ones(3)}
    for name in ("one", "two", "three"):
        pack(weights, {"body.a": 5}, tmp_path / name)
    assert len({(tmp_path / name).read_bytes() for name in ("one", "two", "three")}) == 1

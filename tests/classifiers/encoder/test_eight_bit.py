"""8-bit products: near what float32 gives, one row's scale is its own, and no product no change."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from classifiers.encoder import eight_bit as eight_bits
from classifiers.encoder.eight_bit import EightBitLinear, eight_bit


def linear(inputs: int, outputs: int, *, bias: bool = True) -> nn.Linear:
    torch.manual_seed(5)
    return nn.Linear(inputs, outputs, bias=bias)


@pytest.mark.parametrize("bias", [True, False])
def test_products_are_within_a_hundredth_of_float32(bias: bool) -> None:
    layer = linear(96, 40, bias=bias)
    values = torch.randn(3, 17, 96)
    found, right = EightBitLinear(layer)(values), layer(values)
    assert found.shape == right.shape
    assert float(((found - right).norm() / right.norm()).detach()) < 0.015


def test_a_row_a_thousand_times_as_large_takes_nothing_from_its_neighbours() -> None:
    layer = EightBitLinear(linear(64, 32))
    calm = torch.randn(8, 64)
    loud = torch.cat([calm, 1000 * torch.randn(8, 64)])
    with torch.inference_mode():
        assert torch.allclose(layer(calm), layer(loud)[:8], atol=1e-5)


def test_rows_and_weights_of_nothing_give_the_bias() -> None:
    empty = linear(32, 32)
    nn.init.zeros_(empty.weight)
    assert torch.equal(EightBitLinear(empty)(torch.randn(4, 32))[2], empty.bias)
    layer = linear(32, 32)
    assert torch.allclose(EightBitLinear(layer)(torch.zeros(4, 32))[0], layer.bias)


class Toy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(32, 32), nn.Sequential(nn.Linear(32, 32)))
        self.head = nn.Linear(32, 3)


@pytest.fixture
def bytes_multiply(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a processor with VNNI, whatever runs this test."""
    monkeypatch.setattr(eight_bits, "_has_vnni", lambda: True)


@pytest.mark.usefixtures("bytes_multiply")
def test_the_body_is_changed_and_the_head_is_not() -> None:
    toy = eight_bit(Toy())
    kinds = [type(layer).__name__ for layer in toy.modules()]
    assert kinds.count("EightBitLinear") == 2
    assert kinds.count("Linear") == 1


@pytest.mark.usefixtures("bytes_multiply")
def test_a_torch_without_the_product_leaves_the_network_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(torch, "_int_mm")
    toy = eight_bit(Toy())
    assert sum(isinstance(layer, nn.Linear) for layer in toy.modules()) == 3


def test_a_processor_without_products_of_bytes_leaves_the_network_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """torch's products are exact on some of those, and forty times as slow as float32."""
    monkeypatch.setattr(eight_bits, "_has_vnni", lambda: False)
    toy = eight_bit(Toy())
    assert sum(isinstance(layer, nn.Linear) for layer in toy.modules()) == 3


@pytest.mark.usefixtures("bytes_multiply")
def test_a_processor_whose_products_overflow_leaves_the_network_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def overflowing(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """As processors without VNNI do: the left made unsigned, pairs of products added in 16
        bits, and what was too much taken off again."""
        products = (left.int() + 128)[:, :, None] * right.int()[None]
        pairs = products.unfold(1, 2, 2).sum(3).clamp(-(1 << 15), (1 << 15) - 1)
        return pairs.sum(1) - 128 * right.int().sum(0)

    small = torch.ones(32, 32, dtype=torch.int8)
    assert torch.equal(overflowing(small, small), torch._int_mm(small, small))
    monkeypatch.setattr(torch, "_int_mm", overflowing)
    toy = eight_bit(Toy())
    assert sum(isinstance(layer, nn.Linear) for layer in toy.modules()) == 3

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.numbers.shares import whole_percents


@pytest.mark.parametrize(
    ("numbers", "percents"),
    [
        ([1, 1, 1], [34, 33, 33]),
        ([1, 1, 1, 1, 1, 1, 1], [15, 15, 14, 14, 14, 14, 14]),
        ([999, 1], [100, 0]),
        ([2, 1], [67, 33]),
        ([5], [100]),
        ([0, 7], [0, 100]),
        ([0, 0], [0, 0]),
        ([], []),
    ],
)
def test_the_largest_remainders_get_what_is_left_over(
    numbers: list[int], percents: list[int]
) -> None:
    assert whole_percents(numbers) == percents


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=20).filter(any))
def test_shares_add_up_to_100_and_lie_within_one_of_the_exact_ones(numbers: list[int]) -> None:
    shares = whole_percents(numbers)
    assert sum(shares) == 100
    for number, share in zip(numbers, shares, strict=True):
        assert abs(share - 100 * number / sum(numbers)) < 1

"""Shares of a whole in whole percents that add up to 100."""

from __future__ import annotations

from collections.abc import Sequence


def whole_percents(numbers: Sequence[int]) -> list[int]:
    """Of each number its share of their sum, in percent; all 0 where the sum is 0.

    By the largest remainder (Hare and Niemeyer): each gets its share rounded down, and those with
    the largest remainders one more, the larger number and then the earlier one first.
    """
    whole = sum(numbers)
    if not whole:
        return [0] * len(numbers)
    shares = [100 * number // whole for number in numbers]
    remainders = [100 * number % whole for number in numbers]
    order = sorted(range(len(numbers)), key=lambda at: (-remainders[at], -numbers[at], at))
    for at in order[: 100 - sum(shares)]:
        shares[at] += 1
    return shares

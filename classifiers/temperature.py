"""Temperature scaling of logits, fitted on texts that nothing was learned from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifiers.bag.head import softmax


def temperature(
    logits: NDArray[np.float64], gold: NDArray[np.int64], open_to: NDArray[np.bool_]
) -> float:
    """The T that minimises the negative log-likelihood of ``logits / T`` (Guo et al., ICML 2017).

    ``open_to`` bars classes that a row's set does not have. The loss is convex in 1/T: golden
    section over [0.2, 5] finds the minimum to 1e-4.
    """
    barred = np.where(open_to, 0.0, -1e9)

    def cost(value: float) -> float:
        share = softmax(logits / value + barred)
        return float(-np.log(share[np.arange(len(gold)), gold] + 1e-12).mean())

    low, high, ratio = 0.2, 5.0, (5**0.5 - 1) / 2
    while high - low > 1e-4:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if cost(left) < cost(right) else (left, high)
    return (low + high) / 2

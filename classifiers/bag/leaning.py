"""What the intent says of the sentiment.

A post to a company is negative where it complains and neutral where it asks, whatever its words:
tweets on politics and films teach neither. One table for both pulls them apart on neither kind of
text; so the intent's probabilities move the sentiment's logits, by a small matrix that is fitted on
dev texts (stacking, Wolpert 1992). A text that is said to no company is an ``other``, whose row is
zero: there the sentiment head alone decides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifiers.bag.head import softmax

SHARPER = 1 / 0.6
"""The intent's logits are taken this many times: a tweet that is an ``other`` by .8 then leans
little."""


def intent_shares(intent: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sharpened probabilities [texts, intents] of the intent head's logits."""
    return softmax(intent * SHARPER)


def leaning(intent: NDArray[np.float64], lean: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is added to the sentiment's logits [texts, sentiments]; ``lean`` [intents, sentiments].

    Row by row, so that a text's numbers do not depend on its neighbours.
    """
    total: NDArray[np.float64] = (intent_shares(intent)[:, :, None] * lean).sum(axis=1)
    return total

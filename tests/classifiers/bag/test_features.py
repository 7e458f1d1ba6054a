"""Hashing: the same everywhere, and no text seeing its neighbour."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifiers.bag.features import CHAR_SIZES, hash_batch
from classifiers.tidy import features_text

BITS = 20
TEXTS = st.lists(st.text("ab جد!", max_size=20).map(features_text), max_size=6)


@given(TEXTS)
def test_a_text_has_the_same_features_alone_and_in_a_batch(texts: list[str]) -> None:
    together = hash_batch(texts, BITS)
    for at, text in enumerate(texts):
        for group, single in zip(together, hash_batch([text], BITS), strict=True):
            part = group.buckets[group.bounds[at] : group.bounds[at + 1]]
            np.testing.assert_array_equal(part, single.buckets)


@given(TEXTS)
def test_counts_are_those_of_a_naive_reading(texts: list[str]) -> None:
    chars, words = hash_batch(texts, BITS)
    for at, text in enumerate(texts):
        tokens = text.split()
        padded = [f" {token} " for token in tokens]
        grams = sum(max(0, len(word) - size + 1) for word in padded for size in CHAR_SIZES)
        assert chars.bounds[at + 1] - chars.bounds[at] == grams
        assert words.bounds[at + 1] - words.bounds[at] == max(0, 2 * len(tokens) - 1)


def test_equal_words_share_a_bucket_and_others_do_not() -> None:
    _, words = hash_batch(["النت ضعيف", "النت قوي"], BITS)
    first, second = words.buckets[:3], words.buckets[3:]
    assert len({*first.tolist()} & {*second.tolist()}) == 1


def test_buckets_do_not_depend_on_the_process() -> None:
    code = (
        "from classifiers.bag.features import hash_batch;"
        "c, w = hash_batch(['الشبكه زفت app'], 20);print(c.buckets.sum(), w.buckets.tolist())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert seen == {"17091455 [296939, 99867, 769649, 400303, 575039]\n"}

"""Texts to hashed n-gram buckets, a whole batch at a time in numpy.

Characters (2 to 5 inside a word, its edges included), words, and word pairs. Hashes are plain
64-bit integer arithmetic on code points: the same on every platform and in every process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHAR_SIZES = (2, 3, 4, 5)
_P = np.uint64(0x9E3779B97F4A7C15)  # odd constants of splitmix64 (Steele et al., OOPSLA 2014)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_SPACE = np.uint64(32)
_BREAK = np.uint64(10)


@dataclass(frozen=True, slots=True)
class Group:
    """Features of one kind: ``buckets`` in text order, text i has bounds[i]:bounds[i+1]."""

    buckets: NDArray[np.int64]
    bounds: NDArray[np.int64]


def _finish(h: NDArray[np.uint64], salt: int, bits: int) -> NDArray[np.int64]:
    h = (h ^ np.uint64(salt)) * _M1
    h ^= h >> np.uint64(31)
    h *= _M2
    return (h >> np.uint64(64 - bits)).astype(np.int64)


def hash_batch(texts: Sequence[str], bits: int) -> tuple[Group, Group]:
    """Character and word groups of ``texts`` (each already in ``features_text`` form).

    ``bits``: the table has 2**bits buckets. Memory is about 300 bytes per character of input.
    """
    joined = "\n" + "".join(f" {text} \n" for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    edges = np.flatnonzero(codes == _BREAK)  # len(texts) + 1 line breaks around the texts
    return _chars(codes, edges, bits), _words(codes, edges, bits)


def _chars(codes: NDArray[np.uint64], edges: NDArray[np.int64], bits: int) -> Group:
    mixed = (codes + np.uint64(1)) * _M2
    mixed ^= mixed >> np.uint64(29)
    blank = (codes == _SPACE) | (codes == _BREAK)
    hard = np.concatenate(([0], np.cumsum(codes == _BREAK)))
    soft = np.concatenate(([0], np.cumsum(blank)))
    starts: list[NDArray[np.int64]] = []
    hashes: list[NDArray[np.int64]] = []
    rolling = mixed.copy()
    for size in range(2, CHAR_SIZES[-1] + 1):
        count = len(codes) - size + 1
        if count <= 0:
            break
        rolling = rolling[:count] * _P + mixed[size - 1 :]
        # No line break anywhere, no space but at the two ends, not only edges.
        ok = hard[size : size + count] == hard[:count]
        ok &= soft[size - 1 : size - 1 + count] == soft[1 : 1 + count]
        if size == 2:
            ok &= ~(blank[:count] & blank[1 : 1 + count])
        at = np.flatnonzero(ok)
        starts.append(at)
        hashes.append(_finish(rolling[at], size, bits))
    at = np.concatenate(starts) if starts else np.zeros(0, np.int64)
    buckets = np.concatenate(hashes) if hashes else np.zeros(0, np.int64)
    order = np.argsort(at, kind="stable")
    return Group(buckets[order], np.searchsorted(at[order], edges))


def _words(codes: NDArray[np.uint64], edges: NDArray[np.int64], bits: int) -> Group:
    blank = (codes == _SPACE) | (codes == _BREAK)
    first = np.flatnonzero(~blank[1:] & blank[:-1]) + 1
    last = np.flatnonzero(~blank[:-1] & blank[1:]) + 1
    bounds = np.searchsorted(first, edges)
    if not len(first):
        return Group(np.zeros(0, np.int64), bounds)
    lengths = last - first
    inside = np.flatnonzero(~blank)
    offset = inside - np.repeat(first, lengths)
    powers = np.cumprod(np.full(int(offset.max()) + 1, _P, np.uint64))
    mixed = (codes[inside] + np.uint64(1)) * _M2
    mixed ^= mixed >> np.uint64(29)
    sums = np.add.reduceat(mixed * powers[offset], np.concatenate(([0], np.cumsum(lengths)[:-1])))
    word = _finish(sums, 101, 64).astype(np.uint64)
    text_of = np.searchsorted(edges, first)
    same = text_of[1:] == text_of[:-1]
    pair = (word[:-1] * _P + word[1:])[same]
    ones = _finish(word, 1001, bits)
    twos = _finish(pair, 2002, bits)
    at = np.concatenate((first, first[:-1][same]))
    order = np.argsort(at, kind="stable")
    return Group(np.concatenate((ones, twos))[order], np.searchsorted(at[order], edges))

"""A bit turned anywhere in the fast tier's file: no tier labels with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from classifiers import load, loading
from classifiers.bag.classifier import FILE
from classifiers.bag.digest import digest
from classifiers.bag.file import read_heads
from classifiers.making.bag.calibrate_bag import BagFit
from classifiers.making.bag.train_bag import write

TORCH = find_spec("torch") is not None and find_spec("transformers") is not None
WITH_TORCH = pytest.mark.skipif(not TORCH, reason="this tier needs torch and transformers")
WHOLE = (loading.WEIGHTS / "fast" / FILE).read_bytes()
LENGTH = int.from_bytes(WHOLE[:8], "little")
HEADER = json.loads(WHOLE[8 : 8 + LENGTH])


def _place(tensor: str, share: float) -> int:
    """Of a byte of ``tensor``, so far into it."""
    start, end = HEADER[tensor]["data_offsets"]
    return 8 + LENGTH + start + int(share * (end - start - 1))


PLACES = {
    "a table's first number": _place("sentiment.table", 0),
    "in the middle of a table": _place("sentiment.table", 0.5),
    "a table's last number": _place("intent.table", 1),
    "the last digit of a scale": _place("dialect.scale", 0),
    "a bias": _place("language.bias", 0.5),
    "the header's length": 0,
    "a tensor's place": WHOLE.index(b'"data_offsets":[') + 16,
    "a class's name": WHOLE.index(b"negative"),
    "a temperature": WHOLE.index(b'temperature\\": ') + 17,
    "the calibration": WHOLE.index(b'calibration\\": ') + 15,
    "the digest": WHOLE.index(b"}\\n") + 10,
}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What the names bundled, fast, auto and full stand for, free to be damaged; the file of the
    fast tier."""
    for part in ("full", "auto.json"):
        (tmp_path / part).symlink_to(loading.WEIGHTS / part)
    (tmp_path / "fast").mkdir()
    monkeypatch.setattr(loading, "WEIGHTS", tmp_path)
    caches = (loading.bundled_fast, loading._full, loading._auto)
    for cache in caches:
        cache.cache_clear()
    yield tmp_path / "fast" / FILE
    for cache in caches:
        cache.cache_clear()


def _turned(at: int) -> bytes:
    data = bytearray(WHOLE)
    data[at] ^= 1
    return bytes(data)


@pytest.mark.parametrize("tier", ["fast", "auto", pytest.param("full", marks=WITH_TORCH)])
@pytest.mark.parametrize("place", PLACES)
def test_a_bit_turned_in_the_fast_weights_is_refused_by_every_tier(
    place: str, tier: str, shipped: Path
) -> None:
    shipped.write_bytes(_turned(PLACES[place]))
    with pytest.raises(ValueError, match=str(shipped)):
        load(tier=tier)


def test_a_number_that_turned_is_told_as_such(shipped: Path) -> None:
    shipped.write_bytes(_turned(PLACES["in the middle of a table"]))
    with pytest.raises(ValueError, match="not the file that was written"):
        read_heads(shipped)


def test_the_same_heads_written_again_are_read_with_the_same_numbers(tmp_path: Path) -> None:
    about, heads = read_heads(loading.WEIGHTS / "fast" / FILE)
    made = BagFit(heads, np.array(about["lean"]), about["needs_at"])
    said, again = read_heads(write(made, tmp_path))
    assert said == about
    for name, head in heads.items():
        assert np.array_equal(head.table, again[name].table)
        assert np.array_equal(head.scale, again[name].scale)


def test_a_file_of_the_version_before_is_told_to_be_trained_again(shipped: Path) -> None:
    shipped.write_bytes(WHOLE.replace(b"rasid-bag-2", b"rasid-bag-1"))
    with pytest.raises(ValueError, match="not a rasid-bag-2 file: train it again"):
        load(str(shipped.parent))


def test_the_digest_is_of_numbers_names_and_types_and_of_no_order() -> None:
    ones, twos = np.ones((2, 3), np.int8), np.full(3, 2, np.float32)
    whole = digest("about", {"a": ones, "b": twos})
    assert whole == digest("about", {"b": twos, "a": ones})
    others = [
        ("About", {"a": ones, "b": twos}),
        ("about", {"b": ones, "a": twos}),
        ("about", {"a": ones.reshape(3, 2), "b": twos}),
        ("about", {"a": ones.astype(np.uint8), "b": twos}),
        ("about", {"a": ones, "b": twos.view(np.int32)}),
        ("about", {"a": ones}),
    ]
    assert whole not in {digest(*other) for other in others}

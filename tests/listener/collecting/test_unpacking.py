from __future__ import annotations

import gzip
import zlib

import httpx
import pytest

from listener.collecting.unpacking import TooLargeError, Unpacker, UnreadableError

TEXT = "قهوة النخلة ".encode() * 500
RAW = zlib.compressobj(9, zlib.DEFLATED, -15)
RAW_TEXT = RAW.compress(TEXT) + RAW.flush()


def unpacked(packed: bytes, *codings: str, most: int = 100_000, size: int = 7) -> bytes:
    unpacker = Unpacker(codings, most)
    for at in range(0, len(packed), size):
        unpacker.feed(packed[at : at + size])
    return bytes(unpacker.body)


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_what_is_packed_once_is_read_whatever_its_pieces(size: int) -> None:
    assert unpacked(TEXT, size=size) == TEXT
    assert unpacked(gzip.compress(TEXT), "gzip", size=size) == TEXT
    assert unpacked(gzip.compress(TEXT), "X-GZip", "identity", size=size) == TEXT
    assert unpacked(zlib.compress(TEXT), "deflate", size=size) == TEXT
    assert unpacked(RAW_TEXT, "deflate", size=max(size, 2)) == TEXT
    twice = gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])
    assert unpacked(twice, "gzip", size=size) == TEXT
    assert unpacked(gzip.compress(TEXT) + b"\0\0padding", "gzip", size=size) == TEXT


@pytest.mark.parametrize(
    "codings",
    [("gzip", "gzip"), ("gzip", "deflate"), ("gzip", "identity", "br"), ("br",), ("zstd",)],
)
def test_stacked_codings_and_those_nobody_asked_for_are_refused_unseen(codings: list[str]) -> None:
    with pytest.raises(UnreadableError):
        Unpacker(codings, 100)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_never_unpacked_past_the_bound(coding: str) -> None:
    pack = gzip.compress if coding == "gzip" else zlib.compress
    bomb, unpacker = pack(b" " * 50_000_000), Unpacker([coding], 10_000)
    with pytest.raises(TooLargeError):
        unpacker.feed(bomb)
    assert len(unpacker.body) <= 10_001


def test_what_unpacks_to_nothing_is_bounded_too() -> None:
    empty = gzip.compress(b"")
    with pytest.raises(TooLargeError):
        unpacked(empty * 100, "gzip", most=len(empty) * 99, size=1000)


def test_what_is_not_packed_as_it_says_is_no_answer() -> None:
    with pytest.raises(httpx.DecodingError):
        unpacked(b"<rss>", "gzip")

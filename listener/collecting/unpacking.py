"""A body as it comes off the wire, unpacked piece by piece and never past its bound.

httpx unpacks a whole piece before anybody can look at it, and as many layers as the answer names:
2.5 kB in two layers of gzip became 5.7 GB. Content codings: RFC 9110 8.4.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import httpx

ACCEPTED = "gzip, deflate"


class UnreadableError(Exception):
    """The answer's body is not read; the text says why."""


class TooLargeError(UnreadableError):
    """The answer is larger than any honest page."""


class Unpacker:
    """``codings``: what Content-Encoding names; ``most``: bytes, packed and unpacked. Raises
    UnreadableError for codings that were not asked for and for more than one."""

    def __init__(self, codings: Sequence[str], most: int) -> None:
        named = [name for coding in codings if (name := coding.strip().lower()) != "identity"]
        named = [name.removeprefix("x-") for name in named if name]
        if len(named) > 1:
            raise UnreadableError(f"packed more than once ({', '.join(named)[:60]}): refused")
        if named and named[0] not in ("gzip", "deflate"):
            raise UnreadableError(f"packed as {named[0][:20]}, which was not asked for")
        self.body = bytearray()
        self._most, self._came = most, 0
        self._coding, self._head = (named[0] if named else None), b""
        self._unpacking = zlib.decompressobj(31) if self._coding == "gzip" else None

    def feed(self, piece: bytes) -> None:
        """Raises TooLargeError, and httpx.DecodingError for what is not packed as it says."""
        self._came += len(piece)
        if self._coding is None:
            self.body += piece
        else:
            try:
                self._unpack(piece)
            except zlib.error as error:
                raise httpx.DecodingError(f"not packed as it says: {error}") from None
        if max(len(self.body), self._came) > self._most:
            raise TooLargeError(f"the answer is larger than {self._most // 1024} KiB")

    def _unpack(self, piece: bytes) -> None:
        if self._unpacking is None:  # "deflate" is zlib's, and without its frame with some servers
            self._head += piece
            if len(self._head) < 2:
                return
            piece = self._head
            framed = piece[0] & 0x0F == 8 and int.from_bytes(piece[:2]) % 31 == 0
            self._unpacking = zlib.decompressobj(15 if framed else -15)
        while piece and len(self.body) <= self._most:
            if self._unpacking.eof:  # gzip may go on with another part; the rest is nothing of ours
                if self._coding != "gzip" or piece[:1] != b"\x1f":
                    return
                self._unpacking = zlib.decompressobj(31)
            self.body += self._unpacking.decompress(piece, self._most + 1 - len(self.body))
            piece = self._unpacking.unused_data

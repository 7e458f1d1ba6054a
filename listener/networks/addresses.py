"""Addresses as they may be written down: without a name, a password or what a query may hold."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit


def public_address(address: str) -> str:
    """``address`` with a hash in place of its sign-in, query and fragment, so that two that differ
    there stay two; what is no http(s) address, or has none of these, is returned as it is.

    A feed's key stands in its address, and nobody but its owner can tell which part it is.
    """
    if not address.startswith(("http://", "https://")):
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if not parts.query and not parts.fragment and "@" not in parts.netloc:
        return address
    bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return f"{bare}#{sha256(address.encode(errors='replace')).hexdigest()[:12]}"

"""What went wrong, as status and logs may tell it: one line, bounded, no secret."""

from __future__ import annotations

from dataclasses import replace

from listener.collecting.outward import PrivateAddressError
from listener.collecting.secrecy import masked, secrets_of
from listener.collecting.unpacking import UnreadableError
from listener.networks.base import Broken, Network, Refused, Trouble
from listener.networks.failures import of_exception
from listener.records import Credential


def failure(error: Exception, network: Network) -> Trouble:
    """What an exchange that raised means."""
    if isinstance(error, PrivateAddressError) and hasattr(network, "private_hosts"):
        return Broken(f"{error}; if it is meant, name it in private_hosts")
    if isinstance(error, UnreadableError | PrivateAddressError):
        return Broken(str(error))
    return of_exception(error)


def spoken(trouble: Trouble, credential: Credential | None) -> Trouble:
    """``credential``: who was signed in, whose secrets are not told."""
    if isinstance(trouble, Refused) and trouble.scope == "host" and not credential:
        # Nobody signed in: it is this page that wants it (a search beside open timelines).
        trouble = replace(trouble, scope="read")
    text = masked(trouble.why, secrets_of(credential))
    why = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
    return replace(trouble, why=why)

"""Which networks a section may be written for, and the keys it may hold.

What a network is, its options among it, stands in its own file (``listener.networks``). Networks
that are not read yet may have a section, too, so that a configuration can be written and checked
before they are; a section of one is noted, not refused.
"""

from __future__ import annotations

from listener.networks import NETWORKS
from listener.networks.about import About

NAMES = (*NETWORKS, "webhook")
"""What may stand after ``networks.``, and as the network of an account."""
COMMON = ("enabled", "every", "api_url", "keep", "budget")
"""Keys that every network takes."""
SECRETS = ("token", "key", "secret")
"""Keys that name a secret; a network takes those that it declares."""


PUSHING = ("push", "secret")
"""Keys of networks that push."""


def secrets_of(known: About) -> list[str]:
    """Those of ``SECRETS`` that a network's section may name."""
    return list(dict.fromkeys([*known.secrets, *(["secret"] if known.pushes else [])]))


def keys_of(known: About) -> list[str]:
    """Every key that a network's section may hold."""
    pushing = PUSHING if known.pushes else ()
    return list(dict.fromkeys([*COMMON, *known.secrets, *pushing, *known.options]))

"""What `rasid check --online --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from listener.collecting.tried import NetworkTried
from listener.networks import BUILT, HANDED_IN, about
from listener.words import Words

OFFERS = ("search", "stream", "hashtag", "replies")
"""What listening is, as ``About`` names it."""


def to_mend(tried: Sequence[NetworkTried]) -> bool:
    """Whether a person has to do something."""
    return any(each.to_mend for network in tried for each in network.tried)


def rows(
    tried: Sequence[NetworkTried], unread: Sequence[str], words: Words
) -> list[dict[str, Any]]:
    """For scripts. ``unread``: enabled networks that are not polled here."""
    return [
        *(_row(network, words) for network in tried),
        *({"network": name, **_offers(name), "token": None, "tried": []} for name in unread),
    ]


def _row(network: NetworkTried, words: Words) -> dict[str, Any]:
    token = None
    if network.signed:
        until = network.until.isoformat() if network.until else None
        token = {"expires_at": until, "renews": network.renews}
    return {
        "network": network.network,
        **_offers(network.network),
        "token": token,
        "tried": [
            {
                "kind": each.kind,
                "target": each.target,
                "state": each.state,
                "to_mend": each.to_mend,
                "hint": each.arabic if words.rtl else each.english,
                "network_says": each.why,
                "found": each.found,
                "costs": list(each.costs),
            }
            for each in network.tried
        ],
    }


def _offers(name: str) -> dict[str, Any]:
    known = about(name)
    handed = name in HANDED_IN
    return {
        "read_here": name in BUILT,
        "listening": "handed in" if handed else ("yes" if known.listens else "no"),
        "not_offered": [] if handed else [k for k in OFFERS if getattr(known, k) == "no"],
    }

"""What networks of reviews have in common: whose place is read, stars, and who asked for what."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from listener.networks.base import Read, ReadKind
from listener.records import Account, Query

WHOLE = "whole"
"""``Page.newest`` of a read that goes through everything each time: a mark that is neither older
nor newer than another, so that a walk ends at the last page only."""


def place_reads(
    brands: Sequence[Query],
    accounts: Sequence[Account],
    places: Sequence[str],
    *kinds: ReadKind,
    watched: bool = False,
) -> list[Read]:
    """A read of each kind for each place (a location, an app). ``places``: those of the network's
    section, which are the only own brand's; with several nobody can tell whose they are, so words
    decide: write them as accounts of their brands. ``watched``: competitors' places, too."""
    owners = {
        account.id or account.handle: account.brand
        for account in accounts
        if account.role == "own" or watched
    }
    only = {query.brand for query in brands if query.role == "own"}
    for place in places:
        owners.setdefault(place, next(iter(only)) if len(only) == 1 else "")
    return [
        Read(kind, place, Query(brand, "") if brand else None)
        for place, brand in owners.items()
        for kind in kinds
        if brand or kind != "figures"  # a figure belongs to a brand
    ]


def stars(value: object) -> float | None:
    """A rating of 1 to 5, or an average of them."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 1 <= value <= 5 else None


def said(text: str | None, rating: float | None) -> str | None:
    """What a review says; one without words is told by its stars. None where there is neither."""
    return text or ("★" * round(rating) + "☆" * (5 - round(rating)) if rating else None)


def path_of(response: httpx.Response) -> str:
    """The path that was asked for; "" where it is not known."""
    try:
        return response.request.url.path
    except RuntimeError:
        return ""

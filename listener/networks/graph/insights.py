"""Insights of Meta's networks: all metrics in one request; where one is refused, each by itself.

A metric that is gone, or that an object has none of, refuses the whole request (#100; Facebook
removes some every year). So a read of figures goes on by pages: ``all``, and after a refusal ``0``,
``1`` … for one metric each, carrying the numbers of those that were refused ("2:0,1"), which the
last page tells in its ``doubt``. What has no value is no figure, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import httpx

from listener.networks import fields as f
from listener.networks import graph
from listener.networks.base import BadPage, Page, Read
from listener.records import Figure

ALL = "all"
MEASURES: Mapping[str, str] = {
    "followers_count": "followers",
    "follows_count": "following",
    "media_count": "posts",
    "fan_count": "likes",
    "saved": "saves",
    "replies": "comments",
    "page_media_view": "views",
    "page_total_media_view_unique": "reach",
    "page_views_total": "profile_views",
    "post_media_view": "views",
    "post_total_media_view_unique": "reach",
}
"""What the house calls a metric; another keeps its own name."""
_STANDING = frozenset({"followers_count"})
"""What is as it stands now, whatever period the answer says."""
_NO_METRIC = (graph.WRONG, 3001)
_TOO_FEW = 10  # "Not enough viewers for the media to show insights"


def asked(metrics: Sequence[str], page: str | None) -> str:
    """``metric`` of the request for ``page``."""
    at, _refused = _place(page)
    return ",".join(metrics) if at is None or not metrics else metrics[at % len(metrics)]


def refuses(response: httpx.Response) -> bool:
    """Whether an answer about insights says no more than that a metric is not to be had."""
    error = graph.error_of(response)
    if error is None or response.status_code >= 500:
        return False
    (code, sub), said = graph.codes(error), f.text(error.get("message")) or ""
    if code == _TOO_FEW:
        return "viewers" in said
    return code in _NO_METRIC and sub != graph.NOT_THERE and "permission" not in said


def of_insights(response: httpx.Response) -> bool:
    """Whether ``response`` was asked for insights."""
    return graph.path_of(response).endswith("insights")


def page_of(
    response: httpx.Response,
    read: Read,
    page: str | None,
    metrics: Sequence[str],
    *,
    network: str,
    account: str | None,
    post: str | None = None,
    called: Mapping[str, str] = MEASURES,
) -> Page:
    """The figures of one answer, and the page after it. ``called``: measures by metric."""
    at, refused = _place(page)
    no = refuses(response)
    found = () if no else _figures(response, read, network, account, post, called)
    if at is None:
        if not no or not metrics:
            return Page(figures=found)
        if len(metrics) > 1:
            return Page(older="0:")
        at = 0
    if no:
        refused = (*refused, at)
    if at + 1 < len(metrics):
        return Page(figures=found, older=f"{at + 1}:{','.join(map(str, refused))}")
    told = ", ".join(metrics[n] for n in refused if n < len(metrics))
    return Page(figures=found, doubt=f"insights without {told}: refused" if told else None)


def counts(
    body: Mapping[str, object], keys: Sequence[str], read: Read, seen: datetime | None,
    *, network: str, account: str | None,
) -> tuple[Figure, ...]:  # fmt: skip
    """Figures of fields of an object (followers_count …), as of now."""
    told = [(MEASURES.get(key, key), f.count(body.get(key))) for key in keys]
    return tuple(
        Figure(read.brand, network, account, measure, value, seen)
        for measure, value in told
        if value is not None and read.brand is not None and seen is not None
    )


def _figures(
    response: httpx.Response,
    read: Read,
    network: str,
    account: str | None,
    post: str | None,
    called: Mapping[str, str],
) -> tuple[Figure, ...]:
    if graph.error_of(response) is not None:
        raise BadPage("expected insights, got an error")
    raws, seen = graph.data_of(f.page_json(response)), f.seen_at(response)
    if seen is None or read.brand is None:
        return ()
    found: dict[tuple[str, str | None], Figure] = {}
    for raw in map(f.obj, raws):
        name, value, period = f.text(raw.get("name")), _value(raw), f.text(raw.get("period"))
        if name and value is not None:
            measure = called.get(name, name)
            if name in _STANDING:
                period = None
            found[measure, period] = Figure(
                read.brand, network, account, measure, value, seen, period, post
            )
    return tuple(found.values())


def _value(raw: Mapping[str, object]) -> int | None:
    """The total, else the latest value that is a number."""
    total = f.count(f.obj(raw.get("total_value")).get("value"))
    if total is not None:
        return total
    values = [f.count(f.obj(item).get("value")) for item in f.items(raw.get("values"))]
    return next((value for value in reversed(values) if value is not None), None)


def _place(page: str | None) -> tuple[int | None, tuple[int, ...]]:
    if page is None or page == ALL:
        return None, ()
    at, _, refused = page.partition(":")
    if not at.isdecimal() or len(at) > 3:
        return None, ()
    numbers = tuple(int(n) for n in refused.split(",") if n.isdecimal() and len(n) <= 3)
    return int(at), numbers

"""Several reads of one network in the same trouble are told of once, and of their end once.

A server that is down takes all its reads along, a dead token all that is asked with it. Feeds stand
alone, each is a site of its own; so does a source that brings nothing, and a refusal with a reason
that no other read was told.
"""

from __future__ import annotations

from collections.abc import Mapping

from alerts.operators.outages import Outage

SOURCE = "source:"
"""Begins the subject of an outage of a source: ``source:mastodon:hashtag:…``."""


def trouble_of(subject: str, kind: str, why: str | None) -> tuple[str, ...] | None:
    """What the trouble of a read has in common with that of others; None where it stands alone."""
    if not subject.startswith(SOURCE):
        return None
    network, _, read = subject.removeprefix(SOURCE).partition(":")
    if read.startswith("feed:") or kind not in ("failing", "refused"):
        return None
    return (network, kind) if kind == "failing" else (network, kind, why or "")


def is_told_with(
    there: Mapping[str, Outage], subject: str, kind: str, why: str | None
) -> Outage | None:
    """The outage of another read that was told and is the same trouble. ``there``: by subject."""
    mine = trouble_of(subject, kind, why)
    if mine is None:
        return None
    for other in there.values():
        same = trouble_of(other.subject, other.kind, other.why) == mine
        if same and other.subject != subject and other.told_at is not None:
            return other
    return None

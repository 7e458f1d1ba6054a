"""Shall a person hear of this mention, and why (not)? Pure; the answer has a name and is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from alerts.deciding.conditions import failing, shortfalls
from alerts.deciding.directed import brought_by, in_context
from alerts.deciding.facts import Facts
from listener.settings.model import Route
from listener.store.first_start import READ


class Reason(StrEnum):
    """Stored in ``decisions.reason``. Only ``matched_route`` alerts."""

    matched_route = "matched_route"
    only_count = "only_count"  # its route only counts
    no_route = "no_route"
    unknown_time = "unknown_time"  # a route took it, but nobody knows when it was written
    not_asked = "not_asked"  # it was imported with --no-alerts
    backfilled = "backfilled"  # it was read back in time: counted
    first_start = "first_start"  # it lay there when Rasid was started for the first time
    too_old = "too_old"  # a route took it, but it is older than alert_within
    not_own_brand = "not_own_brand"  # competitors and leaders are counted
    not_about_brand = "not_about_brand"  # relevance says it is about something else
    spam = "spam"
    low_confidence = "low_confidence"  # a route would have taken it, were the sentiment sure
    own_voice = "own_voice"  # the brand itself wrote it, or somebody passed its words on
    muted = "muted"
    gone = "gone"  # deleted upstream
    duplicate_revision = "duplicate_revision"  # decided before, nothing changed
    not_labelled = "not_labelled"  # set aside: it could not be labelled
    failed = "failed"  # deciding it failed; the detail says how


@dataclass(frozen=True, slots=True)
class Decision:
    """``route`` is the one that matched, whatever came of it; ``channel`` only when it alerts.
    ``detail["tried"]``: [route, first condition that failed] of the routes before it;
    ``detail["failed"]``: [route, condition, wanted, was] of all their conditions that failed.
    ``detail["directed"]`` (``directed.brought_by``) only where it would be another decision, did
    the mention not speak to the brand."""

    route: str | None
    channel: str | None
    reason: Reason
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def alerts(self) -> bool:
        return self.reason is Reason.matched_route


def decide(
    facts: Facts,
    routes: Sequence[Route],
    *,
    now: datetime,
    alert_within: timedelta,
    min_confidence: float,
    min_about: float = 0.5,
    began: datetime | None = None,
) -> Decision:
    """The first route whose conditions all hold takes the mention; the gates come before and
    after. ``now`` is aware UTC; ages count from ``created_at``; what is of unknown time alerts only
    where its importer said so. ``min_about``: where the model of
    relevance names no least score of its own. ``began``: of what was read and is older, the first
    start's own cards are chosen elsewhere."""

    def by(known: Facts) -> Decision:
        return _decide(known, routes, now, alert_within, min_confidence, min_about, began)

    alone, closer = by(facts), in_context(facts)
    if closer is None:
        return alone
    decision = by(closer)
    if (decision.route, decision.reason) == (alone.route, alone.reason):
        return alone
    return replace(decision, detail={**decision.detail, "directed": brought_by(facts)})


def _decide(
    facts: Facts,
    routes: Sequence[Route],
    now: datetime,
    alert_within: timedelta,
    min_confidence: float,
    min_about: float,
    began: datetime | None,
) -> Decision:
    least = facts.relevance.least if facts.relevance else min_about
    gate = _gate(facts, least)
    if gate is Reason.not_about_brand:
        return Decision(None, None, gate, _about(facts, least))
    if gate is not None:
        return Decision(None, None, gate)
    sure = facts.probability is not None and facts.probability >= min_confidence
    tried, failed = list[list[str]](), list[list[str | None]]()
    unsure_route: str | None = None
    for route in routes:
        missing = failing(route.match, facts, sure=sure)
        if missing is None:
            detail = _detail(tried, failed, unsure_route)
            return _taken(facts, route, detail, unsure_route, now, alert_within, began)
        tried.append([route.name, missing])
        short = shortfalls(route.match, facts, min_confidence=min_confidence, sure=sure)
        failed += [[route.name, *each] for each in short]
        if unsure_route is None and not sure and _channel(route) and facts.sentiment:
            surely = failing(route.match, facts, sure=True)
            unsure_route = route.name if surely is None else None
    if unsure_route is not None:
        return Decision(None, None, Reason.low_confidence, _detail(tried, failed, unsure_route))
    return Decision(None, None, Reason.no_route, _detail(tried, failed, None))


def _gate(facts: Facts, min_about: float) -> Reason | None:
    if facts.gone:
        return Reason.gone
    if facts.own_voice:
        return Reason.own_voice
    if facts.set_aside:
        return Reason.not_labelled
    if facts.decided_revision is not None and facts.decided_revision >= facts.revision:
        return Reason.duplicate_revision
    if facts.brand_role != "own":
        return Reason.not_own_brand
    if facts.about is not None and facts.about < min_about:
        return Reason.not_about_brand
    if facts.muted:
        return Reason.muted
    return None


def _about(facts: Facts, least: float) -> dict[str, Any]:
    """The score and where it comes from, kept with the decision: a later model says otherwise."""
    detail: dict[str, Any] = {"about": facts.about, "least": least}
    if (by := facts.relevance) is not None:
        detail |= {"by": by.version, "labels": by.labels, "since": by.since}
    return detail


def _taken(
    facts: Facts,
    route: Route,
    detail: dict[str, Any],
    unsure_route: str | None,
    now: datetime,
    alert_within: timedelta,
    began: datetime | None,
) -> Decision:
    channel = _channel(route)
    if channel is None:
        reason = Reason.low_confidence if unsure_route else Reason.only_count
    elif facts.intent == "spam" and "intent" not in route.match:
        reason = Reason.spam  # only a route that asks for spam by name gets it
    elif facts.alerting == "never":
        reason = Reason.not_asked
    elif not facts.created_known and facts.alerting != "always":
        reason = Reason.unknown_time
    elif (age := now - facts.created_at) > alert_within:
        reason = Reason.too_old
        detail["age_seconds"] = int(age.total_seconds())
        detail["alert_within_seconds"] = int(alert_within.total_seconds())
    elif facts.source == "backfill":
        reason = Reason.backfilled
    elif began is not None and facts.source in READ and facts.created_at < began:
        reason = Reason.first_start
    else:
        return Decision(route.name, channel, Reason.matched_route, detail)
    return Decision(route.name, None, reason, detail)


def _channel(route: Route) -> str | None:
    return None if route.only_count else route.channel


def _detail(
    tried: list[list[str]], failed: list[list[str | None]], unsure_route: str | None
) -> dict[str, Any]:
    detail: dict[str, Any] = {"tried": tried, "failed": failed} if tried else {}
    if unsure_route is not None:
        detail["unsure"] = unsure_route
    return detail

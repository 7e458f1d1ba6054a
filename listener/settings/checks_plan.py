"""Whether goals, mix, periods and experiments make sense, and fit the brands of rasid.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from listener.settings.checks import check_known, check_twice
from listener.settings.checks_routes import check_choices
from listener.settings.document import Document
from listener.settings.findings import listed, near
from listener.settings.model import MatchValue, Settings
from listener.settings.plan_model import Plan, Target

MEASURES = (
    *("posts", "mentions", "authors", "hashtag_authors", "hashtag_mentions"),
    *("reach", "potential_reach", "views", "engagement", "engagement_rate"),
    *("likes", "comments", "replies", "shares", "followers", "new_followers"),
    *("share_of_voice", "positive_share", "negative_share"),
    *("response_time", "response_rate", "answered_in_time"),
    # what no network reports, entered by import --figures
    *("clicks", "visits", "leads", "sales", "revenue", "spend", "survey"),
)
"""What a goal or an experiment may measure."""
WHERE_KEYS = (
    *("network", "account", "media", "hashtag", "kind", "link", "text"),
    *("sentiment", "intent", "language", "dialect", "author"),
)
_LABELS = ("sentiment", "intent", "dialect")  # keys of ``where`` whose values models give
AGAINST = ("last week", "last month", "last quarter", "last year")
_ENOUGH_GOALS = 3


def check_plan(document: Document, plan: Plan, settings: Settings | None) -> None:
    """Notes everything at once; fewer than three goals is a warning."""
    periods = [period.name for period in plan.periods]
    if len(plan.goals) < _ENOUGH_GOALS:
        document.find(("goals",), "few_goals", "warning", given=len(plan.goals))
    for table, names in (
        ("goals", [goal.name for goal in plan.goals]),
        ("periods", periods),
        ("experiments", [experiment.name for experiment in plan.experiments]),
    ):
        check_twice(document, table, names)
    for i, goal in enumerate(plan.goals):
        at = ("goals", i)
        _check_brand(document, at, goal.brand, settings)
        check_known(document, (*at, "measure"), goal.measure, MEASURES, "measure")
        _check_where(document, (*at, "where"), goal.where)
        _check_target(document, (*at, "target"), goal.target, periods)
        _check_dates(document, (*at, "until"), goal.start, goal.until)
        if goal.owner is not None and settings is not None:
            check_known(document, (*at, "owner"), goal.owner, settings.people, "person")
    for i, mix in enumerate(plan.mix):
        at = ("mix", i)
        _check_brand(document, at, mix.brand, settings)
        total = sum(mix.shares.values())
        if total > 1 + 1e-9:
            document.find((*at, "shares"), "shares", given=f"{total:g}")
        # as written: a share that is out of bounds is still one that a rule may name
        written = document.data["mix"][i].get("shares")
        shares = list(written) if isinstance(written, dict) else list(mix.rules)
        for name in mix.rules:
            if name not in shares:
                guess = near(name, shares)
                known = listed(shares)
                document.find(
                    (*at, "rules", name), "rule_share", given=name, near=guess, known=known
                )
    for i, period in enumerate(plan.periods):
        _check_dates(document, ("periods", i, "to"), period.start, period.end)
    for i, experiment in enumerate(plan.experiments):
        at = ("experiments", i)
        _check_brand(document, at, experiment.brand, settings)
        check_known(document, (*at, "measure"), experiment.measure, MEASURES, "measure")
        for side in ("a", "b"):
            _check_where(document, (*at, side), getattr(experiment, side))
        if experiment.a == experiment.b:
            document.find((*at, "b"), "same_sides")
        _check_dates(document, (*at, "until"), experiment.start, experiment.until)


def _check_brand(
    document: Document, at: tuple[str | int, ...], brand: str, settings: Settings | None
) -> None:
    if settings is not None:
        names = [known.name for known in settings.brands]
        check_known(document, (*at, "brand"), brand, names, "brand")


def _check_where(
    document: Document, at: tuple[str | int, ...], where: Mapping[str, MatchValue]
) -> None:
    for key, value in where.items():
        if key in _LABELS:
            texts = () if isinstance(value, bool) else (value,) if isinstance(value, str) else value
            check_choices(document, (*at, key), key, texts)
        elif key not in WHERE_KEYS:
            guess = near(key, WHERE_KEYS)
            document.find((*at, key), "match_key", key=key, near=guess, known=listed(WHERE_KEYS))


def _check_target(
    document: Document, at: tuple[str | int, ...], target: Target, periods: Iterable[str]
) -> None:
    floor, ceiling = target.at_least, target.at_most
    bounded = floor is not None or ceiling is not None
    compared = target.change is not None or target.against is not None
    if not bounded and not compared and target.each is None:
        document.find(at, "target_none")
    if bounded and compared:
        document.find(at, "target_mixed")
    elif compared and (target.change is None or target.against is None):
        document.find(at, "target_pair")
    if floor is not None and ceiling is not None and floor > ceiling:
        document.find((*at, "at_least"), "target_bounds")
    known = [*AGAINST, *periods]
    if target.against is not None and target.against not in known:
        guess = near(target.against, known)
        names = listed(periods) or "-"
        document.find((*at, "against"), "against", given=target.against, near=guess, known=names)


def _check_dates(
    document: Document, at: tuple[str | int, ...], start: date | None, end: date | None
) -> None:
    if start is not None and end is not None and end < start:
        document.find(at, "dates_order")

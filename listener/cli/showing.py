"""`status` and `why` for people: short lines, the trouble first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click


def show_status(found: Mapping[str, Any], unsearched: Sequence[str] = ()) -> None:
    """``unsearched``: lines about what no network is asked for."""
    sources = found["sources"]
    if not sources:
        click.echo("no source was read yet: start with `rasid run`")
    for source in sorted(sources, key=lambda s: s["state"] == "ok"):
        line = f"{source['network']} {source['read']}: {source['state']}"
        if source["lag_seconds"] is not None:
            line += f", last read {_ago(source['lag_seconds'])} ago"
        if source["errors"]:
            line += f", {source['errors']} errors in a row"
        if source.get("why"):
            line += f": {source['why']}"
        if source["next_try"] and source["state"] != "ok":
            line += f"; next try {source['next_try']}"
        click.echo(line)
        if source["gaps"]:
            click.echo(f"  {source['gaps']} windows were never read: numbers are a lower bound")
        if source["children"]:
            parts = [f"{number:,} {state}" for state, number in source["children"].items()]
            click.echo(f"  reads that its pages asked for: {', '.join(parts)}")
    for line in unsearched:
        click.echo(line)
    for group in ("mentions", "matches", "alerts", "notices"):
        parts = [f"{number:,} {state}" for state, number in found[group].items()]
        click.echo(f"{group}: " + ", ".join(parts))


def show_relevance(models: Sequence[Mapping[str, Any]]) -> None:
    """How each brand's model of relevance stands; a line each."""
    for model in models:
        click.echo(_relevance(model))


def show_why(found: Mapping[str, Any]) -> None:
    mention = found["mention"]
    click.echo(
        f"{mention['network']} {mention['native_id']}, {mention['created_at']:%Y-%m-%d %H:%M} UTC"
    )
    click.echo(f"  {mention['url'] or 'no link'}")
    click.echo(f"  {mention['text'][:300]!r}")
    if mention["gone_at"]:
        click.echo(f"  deleted upstream, seen {mention['gone_at']:%Y-%m-%d %H:%M} UTC")
    for label in found["labels"]:
        counts = "" if label["counts"] else " (does not count)"
        click.echo(f"label {label['head']}: {label['value']} by {label['source']}{counts}")
    if not found["matches"]:
        click.echo("it matches no brand: nothing is decided")
    for match in found["matches"]:
        evidence = "; ".join(f"{term!r} in {place}" for term, place, _found in match["evidence"])
        click.echo(f"match {match['brand']}: {evidence}")
        for decision in match["decisions"]:
            route = f" by route {decision['route']!r}" if decision["route"] else ""
            click.echo(
                f"  decided: {decision['reason']}{route}, {decision['at']:%Y-%m-%d %H:%M} UTC"
            )
            if decision["reason"] == "not_about_brand" and "about" in decision["detail"]:
                click.echo(f"    {_score(decision['detail'])}")
    for alert in found["alerts"]:
        click.echo(f"alert {alert['id']}: {alert['state']} in {alert['channel']}")
        for notice in alert["notices"]:
            error = f": {notice['error']}" if notice["error"] else ""
            click.echo(f"  notice {notice['kind']} {notice['n']}: {notice['state']}{error}")
        for action in alert["actions"]:
            click.echo(f"  {action['action']} by {action['user_id']}: {action['outcome']}")


def _relevance(model: Mapping[str, Any]) -> str:
    start = f"relevance {model['brand']}: learned from {model['labels']} clicks"
    if model["since"] is None:
        return f"{start}; not used: too uncertain, so every mention may alert"
    return (
        f"{start}, used since {model['since'][:10]}; withholds alerts below {model['least']:.2f} "
        f"(of clicks held out: {model['hidden']:.0%} of the brand's, "
        f"{model['caught']:.0%} of the others)"
    )


def _score(detail: Mapping[str, Any]) -> str:
    """Why relevance said no, from the decision's detail."""
    if detail.get("about") == 0:
        return "after an edit it no longer matches"
    said = f"score {detail['about']:.2f} is below {detail['least']:.2f}"
    if "by" in detail:
        said += (
            f", says {detail['by']}, learned from {detail['labels']} clicks; "
            f"in use since {detail['since'][:10]}"
        )
    return f"{said}; it is stored and counted"


def _ago(seconds: float) -> str:
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"

"""What holds for each budget from the start of a collector on, as rows for status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from listener.collecting.limits import Limit
from listener.collecting.spread import Plan
from listener.networks.allowance import Allowance


def begun(
    network: str,
    mark: str,
    allowances: Mapping[str, Allowance],
    limits: Mapping[str, Sequence[Limit]],
    plan: Plan,
    now: datetime,
) -> list[dict[str, Any]]:
    """One row of ``tables.budgets`` for each allowance; none is stopped."""
    return [
        {
            "network": network,
            "credential": mark,
            "allowance": name,
            "unit": allowance.unit,
            "limits": [_written(limit, allowance) for limit in limits[name]],
            "planned": plan.rates.get(name),
            "stretched": [
                [one.kind, one.reads, one.every.total_seconds(), one.to.total_seconds()]
                for one in plan.stretched
                if one.allowance == name
            ],
            "left_out": list(plan.unasked.get(name, ())),
            "stopped_at": None,
            "stopped_until": None,
            "at": now,
        }
        for name, allowance in allowances.items()
    ]


def _written(limit: Limit, allowance: Allowance) -> list[object]:
    per = limit.per.total_seconds() if not isinstance(limit.per, str) else limit.per
    return [limit.most, per, limit.zone, limit.ours, allowance.distinct]

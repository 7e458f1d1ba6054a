"""What a network's allowances leave unread, and what nobody bounds: said by `rasid check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from listener.cli.late_reads import written
from listener.collecting.budget_room import amount_text
from listener.collecting.charging import named
from listener.collecting.limits import limits_of
from listener.collecting.source import Source
from listener.collecting.sources import sources_of
from listener.networks.base import Costs
from listener.settings.brands import brands_of
from listener.settings.findings import Finding, Level, listed
from listener.settings.model import Settings


def findings(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    """For each network that is read and counted. ``lines``: as of ``settings.load.Inspected``."""
    found = []
    for source in sources_of(settings, brands_of(settings)):
        name = source.network.name
        for code, level, values in _of(source):
            place = f"networks.{name}" + ("" if code == "budget_none" else ".budget")
            line = lines.get(place) or lines.get(f"networks.{name}")
            found.append(Finding(place, code, line, {"network": name, **values}, level))
    return found


def _of(source: Source) -> Iterator[tuple[str, Level, dict[str, str]]]:
    network, plan = source.network, source.plan
    if plan is None or not isinstance(network, Costs):
        return
    largest: dict[str, float] = {}
    for read in source.reads:
        for cost in named(network.cost(read, None), read):
            largest[cost.of] = max(largest.get(cost.of, 0.0), cost.amount)
    for name, allowance in network.about.allowances.items():
        limits = limits_of(allowance, source.caps)
        if not limits:
            values = {"price": network.about.price, "unit": allowance.unit}
            yield "budget_none", "note", values
            continue
        most = min(limit.most for limit in limits)
        if largest.get(name, 0.0) > most and not allowance.distinct:
            said = {"least": amount_text(largest[name]), "most": amount_text(most)}
            yield "budget_small", "warning", {**said, "unit": allowance.unit}
        if things := plan.unasked.get(name):
            yield "budget_things", "warning", {"most": amount_text(most), "texts": listed(things)}
    for one in plan.stretched:
        said = {"every": written(one.every.total_seconds()), "to": written(one.to.total_seconds())}
        yield "budget_stretched", "note", {"reads": str(one.reads), "kind": one.kind, **said}

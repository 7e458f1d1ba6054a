"""Sources that can bring nothing: a kind of read that a network is never asked, a network that
nothing written of the brands can be asked of. Said by `rasid check`, without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping

from listener.checking.unsearched import unsearched
from listener.networks import BUILT, build, build_stream
from listener.networks.base import Network, Rereads
from listener.query.ast import QueryError, quoted
from listener.records import Account, Brand, Query
from listener.settings.brands import brands_of
from listener.settings.findings import Finding, listed
from listener.settings.model import NetworkSettings, Settings


def findings(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    """A warning for each; ``lines``: as of ``settings.load.Inspected``."""
    told = {lack.network for lack in unsearched(settings)}
    found: list[Finding] = []
    for name, section in settings.networks.items():
        if not section.enabled or name not in BUILT:
            continue
        at = f"networks.{name}"
        try:
            network = build(name, section.building(named=True))
            found += _never_read(network, section, at, lines)
            streamed = build_stream(name, section.building(named=True)) is not None
            if not streamed and name not in told and _asks_nothing(network, settings):
                values = {"network": name}
                found.append(Finding(at, "asks_nothing", lines.get(at), values, "warning"))
        except (ValueError, QueryError):
            continue  # told by findings of their own
    return found


def _never_read(
    network: Network, section: NetworkSettings, at: str, lines: Mapping[str, int]
) -> list[Finding]:
    """Kinds that ``every`` names and this network has no read of."""
    probe = network.reads([Query("", "probe OR @probe")], ["probe"], [Account("", "probe")])
    kinds: set[str] = {read.kind for read in probe}
    if any(option.kind == "feeds" for option in network.about.options.values()):
        kinds.add("feed")
    kinds |= {"refresh"} if isinstance(network, Rereads) else set()
    written = section.every if isinstance(section.every, Mapping) else {}
    return [
        Finding(
            f"{at}.every.{kind}",
            "never_read",
            lines.get(f"{at}.every.{kind}", lines.get(f"{at}.every")),
            {"network": network.name, "kind": kind, "known": listed(sorted(kinds))},
            "warning",
        )
        for kind in written
        if kind not in kinds
    ]


def _asks_nothing(network: Network, settings: Settings) -> bool:
    brands = brands_of(settings)
    tags = [tag for brand in brands for tag in brand.hashtags]
    queries = [Query(brand.name, text) for brand in brands for text in _texts(brand)]
    accounts = [
        Account(brand.name, account.handle)
        for brand in settings.brands
        for account in brand.accounts
        if account.network == network.name
    ]
    return not network.reads(queries, tags, accounts)


def _texts(brand: Brand) -> list[str]:
    keywords = [k if k[:1] in ("#", "@") else quoted(k) for k in brand.keywords]
    return [*([brand.query] if brand.query else []), *keywords, *(f"@{h}" for h in brand.handles)]

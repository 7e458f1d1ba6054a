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
            found += _shared(network, settings, lines.get(at))
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
    # What is read because a page asks for it: threads, an account whose id is looked up.
    kinds |= {"replies"} if network.about.replies != "no" else set()
    kinds |= {"mentions", "own_posts"} if "figures" in kinds else set()
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


def _shared(network: Network, settings: Settings, line: int | None) -> list[Finding]:
    """Brands of which the same account would be read: nobody knows then whose it is."""
    readers: dict[str, dict[str, None]] = {}
    for account in _accounts(network, settings):
        for read in network.reads([], [], [account]):
            if read.given:
                readers.setdefault(read.key, {})[account.brand] = None
    shared = {tuple(brands): None for brands in readers.values() if len(brands) > 1}
    return [
        Finding(
            f"networks.{network.name}",
            "shared_account",
            line,
            {"network": network.name, "brands": listed(brands)},
            "warning",
        )
        for brands in shared
    ]


def _accounts(network: Network, settings: Settings) -> list[Account]:
    return [
        Account(brand.name, account.handle, brand.role, account.id)
        for brand in settings.brands
        for account in brand.accounts
        if account.network == network.name
    ]


def _asks_nothing(network: Network, settings: Settings) -> bool:
    brands = brands_of(settings)
    tags = [tag for brand in brands for tag in brand.hashtags]
    queries = [Query(brand.name, text) for brand in brands for text in _texts(brand)]
    return not network.reads(queries, tags, _accounts(network, settings))


def _texts(brand: Brand) -> list[str]:
    keywords = [k if k[:1] in ("#", "@") else quoted(k) for k in brand.keywords]
    return [*([brand.query] if brand.query else []), *keywords, *(f"@{h}" for h in brand.handles)]

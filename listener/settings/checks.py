"""Whether the service and the brands make sense together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from classifiers.arabic import fold, words
from listener.query.parser import QueryError, parse
from listener.settings.document import Document
from listener.settings.findings import listed, near
from listener.settings.model import BrandSettings, Settings
from listener.settings.networks import NAMES
from listener.settings.pushing import is_public_address, lacking
from listener.settings.values import Secret
from listener.words.unsafe import IN_A_NAME

_LISTEN = re.compile(r"(?:[^\s:\[\]/]+|\[[0-9a-fA-F:]+\]):(\d{1,5})")


def _is_address(text: str) -> bool:
    port = _LISTEN.fullmatch(text)
    return port is not None and 0 <= int(port[1]) < 65536


def check_service(document: Document, settings: Settings) -> None:
    """Zone, address, storage, and the channels and dates that single tables name."""
    service, storage = settings.service, settings.storage
    if not _is_zone(service.timezone):
        guess = near(service.timezone, available_timezones())
        document.find(("service", "timezone"), "zone", given=service.timezone, near=guess)
    for key, address in (("listen", service.listen), ("metrics", service.metrics)):
        if address is not None and not _is_address(address):
            document.find(("service", key), "listen", given=address)
    if service.public is not None and not is_public_address(service.public):
        document.find(("service", "public"), "public")
    for name, section in settings.networks.items():
        if section.push and section.enabled and (lack := lacking(settings, name)):
            document.find(("networks", name, "push"), "push_lacks", key=lack)
    # the value is never quoted here: a database's address holds its password
    for key, plain in (("database", ("sqlite",)), ("redis", ("embedded", "none"))):
        value = getattr(storage, key)
        if value not in plain and not _names_secret(value):
            document.find(("storage", key), key)
    if service.operators is not None:
        check_known(
            document, ("service", "operators"), service.operators, settings.channels, "channel"
        )
    for i, quiet in enumerate(settings.quiet):
        check_known(document, ("quiet", i, "channel"), quiet.channel, settings.channels, "channel")
    for i, period in enumerate(settings.hours.periods if settings.hours else ()):
        if period.end < period.start:
            document.find(("hours", "periods", i, "to"), "dates_order")
    check_twice(document, "replies", [reply.name for reply in settings.replies])


def check_brands(document: Document, settings: Settings) -> None:
    """Names, ways to find, queries, competitors, accounts."""
    brands = settings.brands
    if not brands:
        document.find(("brands",), "no_brand")
    elif all(brand.role != "own" for brand in brands):
        document.find(("brands",), "no_own_brand", "warning")
    names = [brand.name for brand in brands]
    check_twice(document, "brands", names)
    for i, brand in enumerate(brands):
        at = ("brands", i)
        _check_name(document, (*at, "name"), brand.name)
        if not (brand.query or brand.keywords or brand.hashtags or brand.accounts):
            document.find(at, "no_way_to_find", brand=brand.name)
        if brand.context and not (brand.keywords or brand.query):
            document.find((*at, "context"), "no_context_use", "warning")
        _check_terms(document, at, brand)
        if brand.query is not None:
            _check_query(document, (*at, "query"), brand.query)
        for j, rival in enumerate(brand.competitors):
            if rival == brand.name:
                document.find((*at, "competitors", j), "own_competitor")
            else:
                check_known(document, (*at, "competitors", j), rival, names, "brand")
        if brand.summary is not None:
            loc = (*at, "summary", "channel")
            check_known(document, loc, brand.summary.channel, settings.channels, "channel")
        _check_accounts(document, at, brand, settings)


def check_known(
    document: Document,
    loc: Sequence[str | int],
    name: str,
    known: Iterable[str],
    what: str,
) -> None:
    """Notes ``unknown_{what}`` where ``name`` is not among ``known``."""
    names = list(known)
    if name not in names:
        guess = near(name, names)
        document.find(loc, f"unknown_{what}", given=name, near=guess, known=listed(names) or "-")


def check_twice(document: Document, table: str, names: Sequence[str]) -> None:
    """Notes every name of ``[[table]]`` that was there before."""
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name.strip().casefold() in seen:
            document.find((table, i, "name"), "twice", given=name)
        seen.add(name.strip().casefold())


def _check_name(document: Document, loc: Sequence[str | int], name: str) -> None:
    if not name.strip():
        document.find(loc, "empty_name")
    elif IN_A_NAME.search(name):
        document.find(loc, "odd_name")


def _check_terms(document: Document, at: tuple[str | int, ...], brand: BrandSettings) -> None:
    for key in ("keywords", "context", "hashtags", "exclude"):
        for j, term in enumerate(getattr(brand, key)):
            if not words(fold(term)):
                document.find((*at, key, j), "empty_term", given=term)


def _check_query(document: Document, loc: Sequence[str | int], query: str) -> None:
    try:
        parse(query)
    except QueryError as error:
        around = query[max(0, error.position - 15) : error.position + 15]
        at = error.position + 1
        values: dict[str, Any] = {"position": at, "around": around, **error.values}
        document.find(loc, f"query.{error.code}", **values)


def _check_accounts(
    document: Document, at: tuple[str | int, ...], brand: BrandSettings, settings: Settings
) -> None:
    for j, account in enumerate(brand.accounts):
        loc = (*at, "accounts", j)
        check_known(document, (*loc, "network"), account.network, NAMES, "network")
        if not words(fold(account.handle)):
            document.find((*loc, "handle"), "empty_term", given=account.handle)
        if account.owner is not None:
            check_known(document, (*loc, "owner"), account.owner, settings.people, "person")


def _names_secret(value: str) -> bool:
    try:
        Secret.parse(value)
    except ValueError:
        return False
    return True


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True

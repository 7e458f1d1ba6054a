"""From settings to what the collector reads: networks, their reads, credentials and pace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TypedDict, get_args

from listener.collecting.planning import planned
from listener.collecting.room import within
from listener.collecting.seeds import Seed
from listener.collecting.source import WINDOW, Pushing, Source
from listener.collecting.stream_source import REPLAY, StreamSource
from listener.matching.own_voice import page_name
from listener.networks import BUILT, about, build, build_stream, keyless
from listener.networks.about import About, ReadKind
from listener.networks.base import Network
from listener.networks.live import Lined, Subscribes
from listener.networks.pushing import Pushes
from listener.query.ast import quoted
from listener.query.parser import MAX_LENGTH, QueryError, parse
from listener.records import Account, Brand, Query
from listener.settings import Settings
from listener.settings.brands import AS_WRITTEN
from listener.settings.budgets import caps
from listener.settings.model import AccountSettings, NetworkSettings
from listener.settings.pushing import callback
from listener.settings.values import MissingSecretError, Secret


def queries_of(brands: Sequence[Brand]) -> list[Query]:
    """What is searched for a brand: its query, its keywords as phrases, its hashtags and handles.
    Exclusions and context are left to the matcher: a search may bring too much, never too little.
    """
    queries = []
    for brand in brands:
        parts = [_grouped(brand.query)] if brand.query else []
        parts += [keyword if keyword[:1] in "#@" else quoted(keyword) for keyword in brand.keywords]
        parts += [f"#{tag}" for tag in brand.hashtags]
        parts += [f"@{handle}" for handle in brand.handles]
        queries += [Query(brand.name, text, role=brand.role) for text in _joined(parts)]
    return queries


def _grouped(query: str) -> str:
    """In parentheses, unless those would make it too long or too deep to parse; OR binds last, so
    what is meant is the same."""
    grouped = f"({query})"
    try:
        parse(grouped)
    except QueryError:
        return query
    return grouped


def _joined(parts: Sequence[str]) -> list[str]:
    """Alternatives in as few queries as parse: a query's length is bounded."""
    texts: list[str] = []
    for part in parts:
        if texts and len(texts[-1]) + len(part) < MAX_LENGTH // 2:
            texts[-1] += f" OR {part}"
        else:
            texts.append(part)
    return texts


def sources_of(settings: Settings, brands: Sequence[Brand]) -> list[Source]:
    """A source for every enabled network that this version polls."""
    queries = queries_of(brands)
    tags = list(dict.fromkeys(tag for brand in brands for tag in brand.hashtags))
    sources = []
    for name, section in settings.networks.items():
        if not section.enabled or name not in BUILT:
            continue
        push = callback(settings, name)
        own = {"timezone": settings.service.timezone, **section.building()}
        network, known = build(name, own | {"push": push is not None}), about(name)
        often = _every(known, section)
        accounts = accounts_of(settings, name)
        reads = network.reads(queries, tags, accounts)
        sources.append(
            planned(
                Source(
                    network,
                    within(reads, rate=known.rate, every=often["every"]),
                    **often,
                    credential=seed_of(name, section, network),
                    rate=known.rate,
                    burst=known.burst,
                    caps=caps(section.budget),
                    window=_window(known, section, settings),
                    pushing=_pushing(network, section, push, accounts),
                )
            )
        )
    return sources


def _pushing(
    network: Network, section: NetworkSettings, callback: str | None, accounts: Sequence[Account]
) -> Pushing | None:
    if not isinstance(network, Pushes):
        return None
    return Pushing(callback, partial(revealed, section.secret), accounts)


def revealed(secret: Secret | None) -> str | None:
    """As it stands now; None where it is not there."""
    try:
        return secret.reveal() if secret is not None else None
    except MissingSecretError:
        return None


def accounts_of(settings: Settings, network: str) -> list[Account]:
    """The accounts on ``network``, of every brand."""
    return [
        Account(brand.name, _named(account), brand.role, account.id)
        for brand in settings.brands
        for account in brand.accounts
        if account.network == network
    ]


def _named(account: AccountSettings) -> str:
    """What the network calls it, where the settings have the address of its page."""
    handle = account.handle.strip()
    named = handle if account.network in AS_WRITTEN else page_name(handle)
    return named.removeprefix("@")


def streams_of(settings: Settings, brands: Sequence[Brand]) -> list[StreamSource]:
    """The live streams that the settings name."""
    queries = queries_of(brands)
    streams = []
    for name, section in settings.networks.items():
        stream = build_stream(name, section.building()) if section.enabled else None
        if stream is not None:
            if isinstance(stream, Lined):
                again, idle = stream.replay, stream.idle
                streams.append(StreamSource(stream, queries, replay=again, idle=idle))
                continue
            streams.append(
                StreamSource(
                    stream, queries, replay=None if isinstance(stream, Subscribes) else REPLAY
                )
            )
    return streams


def glances(brands: Sequence[Brand]) -> list[Source]:
    """Sources for ``rasid try``: every network that answers without a sign-in."""
    queries = queries_of(brands)
    tags = [tag for brand in brands for tag in brand.hashtags]
    networks = [build(name, {}) for name in keyless()]
    return [
        Source(network, [read for read in network.reads(queries, tags) if read.spelling <= 1])
        for network in networks
    ]


class _Every(TypedDict):
    every: timedelta
    kinds: Mapping[str, timedelta]


def _every(known: About, section: NetworkSettings) -> _Every:
    """One time that is written is every kind's (slow kinds stay slow), a table that of its kinds;
    the rest is the network's own."""
    written = section.every
    if isinstance(written, timedelta):
        return {"every": written, "kinds": {}}
    kinds: dict[str, timedelta] = {kind: known.every_of(kind) for kind in get_args(ReadKind)}
    return {"every": known.every_of("search"), "kinds": {**kinds, **(written or {})}}


def _window(known: About, section: NetworkSettings, settings: Settings) -> timedelta:
    """As long as it is kept, where the network's terms have what is not read again removed."""
    kept = section.keep or settings.retention.mentions
    return max(WINDOW, kept) if known.keep is not None else WINDOW


def seed_of(name: str, section: NetworkSettings, network: Network) -> Seed | None:
    """The secrets that the section names, and how the network's tokens are renewed; None where it
    names none. ``secret`` is not among them: it signs what comes in."""
    named = {"token": section.token, "key": section.key}
    named |= {key: value for key, value in section.options.items() if isinstance(value, Secret)}
    there = {key: secret for key, secret in named.items() if secret is not None}
    if not there:
        return None
    # Where an option decides how its tokens are renewed, the network as it is built knows.
    oauth = getattr(network, "oauth", network.about.oauth)
    url = oauth.url(getattr(network, "api_url", "")) if oauth else ""
    return Seed(name, there, oauth, url)

"""`rasid check --online`: every enabled network is tried side by side, and nothing is written."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping

import click

from listener.cli.house import open_for_reading
from listener.clock import Clock, SystemClock
from listener.collecting.source import Source
from listener.collecting.sources import accounts_of, sources_of, streams_of
from listener.collecting.tried import NetworkTried, Tried
from listener.collecting.trying import PATIENCE, try_network
from listener.logs.setup import hide
from listener.networks import BUILT
from listener.settings import Settings
from listener.settings.brands import brands_of
from listener.settings.secrets import known_values, missing_secrets
from listener.store import credential_rows
from listener.store.credential_rows import Kept

DATABASE = 5.0
"""Seconds for the database, which need not be there: it holds tokens that were renewed."""

Step = Callable[[int, int], None]
"""Hears how many networks have been tried, of how many."""


async def try_all(
    settings: Settings,
    *,
    step: Step,
    clock: Clock | None = None,
    patience: float = PATIENCE,
) -> list[NetworkTried]:
    """In the order of the settings; a network that is not read by this version is left out, one
    whose needed secret is not there is not asked."""
    hide(known_values(settings))
    brands = brands_of(settings)
    sources = sources_of(settings, brands)
    streams = streams_of(settings, brands)
    kept = await _kept(settings)
    done = 0

    async def one(source: Source) -> NetworkTried:
        nonlocal done
        name = source.network.name
        lacking = _lacking(settings, name)
        if lacking is not None:
            tried = NetworkTried(name, (lacking,))
        else:
            tried = await try_network(
                source,
                accounts_of(settings, name),
                kept=kept.get(name),
                clock=clock or SystemClock(),
                streams=[stream for stream in streams if stream.stream.network == name],
                patience=patience,
            )
        done += 1
        step(done, len(sources))
        return tried

    step(0, len(sources))
    return list(await asyncio.gather(*map(one, sources)))


def unread(settings: Settings) -> list[str]:
    """Enabled networks that this version does not poll."""
    return [n for n, section in settings.networks.items() if section.enabled and n not in BUILT]


def progress(line: Callable[[int, int], str]) -> Step:
    """On a terminal a line that is written over, elsewhere one at the start; on standard error."""
    watched = sys.stderr.isatty()

    def step(done: int, of: int) -> None:
        if watched:
            click.echo(f"\r\x1b[K{line(done, of) if done < of else ''}", nl=False, err=True)
        elif done == 0 and of:
            click.echo(line(0, of), err=True)

    return step


def _lacking(settings: Settings, network: str) -> Tried | None:
    for missing in missing_secrets(settings):
        if missing.path.startswith(f"networks.{network}.") and not missing.optional:
            return Tried("sign-in", "missing", target=missing.name)
    return None


async def _kept(settings: Settings) -> Mapping[str, Kept]:
    """What tokens were renewed into; nothing where nothing ran yet, or not by this version."""
    found: dict[str, Kept] = {}
    try:
        async with (
            asyncio.timeout(DATABASE),
            open_for_reading(settings) as house,
            house.db.reading() as connection,
        ):
            for name in settings.networks:
                row = await credential_rows.load(connection, name)
                if row is not None:
                    found[name] = row
    except Exception:  # not there yet, away, of another version: `run` and `status` say that
        return found
    hide(value for row in found.values() for value in row.tokens.values())
    return found

"""Keep: `backfill`, which reads back in time for the numbers and alerts nobody."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from listener.cli.call import Call
from listener.cli.looking import words_of
from listener.cli.speaking import say_line
from listener.settings import Settings


@click.command()
@click.option("--since", "asked", required=True, help='30d, 2026-11-01, "last month"')
@click.option("--network", "networks", multiple=True, help="One network only; may be repeated.")
@click.option("--brand", help="Searches of one brand only.")
@click.option("--json", "as_json", is_flag=True, help="Only how each read ended, for scripts.")
@click.pass_obj
def backfill(
    call: Call, asked: str, networks: tuple[str, ...], brand: str | None, as_json: bool
) -> None:
    """Read what was written before: it is counted and alerts nobody.

    Goes on where it was stopped (Ctrl-C, a crash) when the same is asked for again. Works beside
    `rasid run`, within the same budgets.
    """
    from listener.cli.since import moment
    from listener.running.supervise import AlreadyRunningError, lock

    settings = call.ready_settings()
    service, now = settings.service, datetime.now(UTC)
    try:
        since = moment(asked, now, service.timezone, service.week_starts, end=False)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if since >= now:
        raise click.UsageError(f"{asked!r} is not in the past")
    if brand is not None and brand not in {known.name for known in settings.brands}:
        raise click.ClickException(f"there is no brand {brand!r} in {call.config}")
    _must_be_read(settings, networks)
    try:
        held = lock(service.data, "backfill.lock")
    except AlreadyRunningError as error:
        words = words_of(settings)
        raise click.ClickException(words.say("command.backfill.twice", pid=error.pid)) from None
    with held:
        said = " ".join([asked, *sorted(networks), *([f"brand={brand}"] if brand else [])])
        stopped, outcome = asyncio.run(_read(settings, networks, brand, since, said, quiet=as_json))
    if as_json:
        rows = [_json(row) for row in outcome]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    if stopped:
        raise SystemExit(128 + signal.SIGINT)
    if any(row.state == "failed" for row in outcome):
        raise SystemExit(1)


def _must_be_read(settings: Settings, networks: Sequence[str]) -> None:
    from listener.networks import BUILT

    polled = [n for n, s in settings.networks.items() if s.enabled and n in BUILT]
    for name in networks:
        if name not in polled:
            known = ", ".join(polled) or "none"
            raise click.ClickException(f"{name!r} is no network that is read here (those: {known})")
    if not polled:
        raise click.ClickException("no network is read here: [networks.…] names none")


async def _read(
    settings: Settings,
    networks: Sequence[str],
    brand: str | None,
    since: datetime,
    asked: str,
    *,
    quiet: bool,
) -> tuple[bool, Sequence[Any]]:
    """Whether it was stopped, and how each read stands."""
    from listener.cli.house import open_house
    from listener.cli.processes import back_collector_of
    from listener.cli.progress_of_backfill import Progress, show_end
    from listener.cli.serving import ended
    from listener.store.heartbeats import workers

    stop, words = asyncio.Event(), words_of(settings)
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    async with open_house(settings) as house:
        async with house.db.reading() as connection:
            beating = await workers(connection, house.clock.now(), gone=ended)
        there = {worker["process"] for worker in beating if worker["state"] == "ok"}
        collector = back_collector_of(
            house, networks=networks, brand=brand, beside="collect" in there
        )
        progress = Progress(words, quiet=quiet, zone=settings.service.zone)
        progress.begin(collector.sources, since, house.clock.now())
        outcome = await collector.backfill(since, stop, asked=asked, told=progress.told)
        progress.end()
        if not quiet:
            show_end(outcome, words, settings.service.zone, stopped=stop.is_set())
            if "label" not in there and any(row.stored for row in outcome):
                say_line(words, "backfill.not_labelled")
    return stop.is_set() and any(row.state == "going" for row in outcome), outcome


def _json(row: Any) -> Mapping[str, Any]:
    told = asdict(row)
    times = {key: value.isoformat() for key, value in told.items() if isinstance(value, datetime)}
    return {**told, **times}

"""`rasid try 'NAME'`: one look at the networks that answer without a sign-in."""

from __future__ import annotations

import asyncio
import shlex
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from classifiers import load
from listener.clock import SystemClock
from listener.collecting.collector import Collector, Glance
from listener.collecting.source import Source
from listener.collecting.sources import glances
from listener.matching.matcher import Matcher
from listener.networks.base import Read
from listener.records import Brand, Mention
from listener.store.session import open_database

READS = 4
"""Reads of one network at the most: it is a look, not a collection."""


async def look(name: str, *, language: Any, most: int, plain: bool) -> int:
    """Prints what was found and which sources could not be reached; the exit code: 1 where no
    source answered."""
    from listener.cli.cards import print_mentions

    brand = Brand(name=name, keywords=(name,), hashtags=(name.replace(" ", "_"),))
    sources = [source for source in glances([brand]) if source.reads]
    click.echo(f"asking {len(sources)} networks for {name!r}; nothing is stored", err=True)
    with tempfile.TemporaryDirectory(prefix="rasid-") as folder:
        db = open_database(f"sqlite:///{Path(folder) / 'unused.sqlite'}")
        collector = Collector(
            db,
            sources,
            match=Matcher([brand]).match,
            add=_never,
            erase=_never,
            wake=_never,
            clock=SystemClock(),
        )
        loading = asyncio.create_task(asyncio.to_thread(load))
        looks = await asyncio.gather(
            *(_ask(collector, source, read) for source in sources for read in source.reads[:READS])
        )
        await db.close()
    mentions: dict[tuple[str, str], Mention] = {}
    for glance in looks:
        for arrival in glance.arrivals:
            mentions[(arrival.mention.network, arrival.mention.id)] = arrival.mention
    newest = sorted(mentions.values(), key=_when, reverse=True)[:most]
    labels = (await loading).classify([mention.text for mention in newest])
    print_mentions(
        list(zip(newest, labels, strict=True)),
        brand=name,
        language=language,
        now=datetime.now(UTC),
        out=sys.stdout,
        plain=plain or not sys.stdout.isatty(),
    )
    return _say(sources, looks, len(mentions), name)


def _when(mention: Mention) -> datetime:
    """What is of unknown time comes last."""
    return mention.created_at or datetime.min.replace(tzinfo=UTC)


async def _ask(collector: Collector, source: Source, read: Read) -> Glance:
    try:
        async with asyncio.timeout(20):
            return await collector.read_once(source, read)
    except TimeoutError:
        return Glance(read, trouble=None, skipped=-1)


def _say(sources: list[Source], looks: list[Glance], number: int, name: str) -> int:
    answers = iter(looks)
    reached = 0
    for source in sources:
        glanced = [next(answers) for _ in source.reads[:READS]]
        why = [_why(glance) for glance in glanced]
        good = why.count(None)
        reached += good > 0
        seen = sum(len(glance.arrivals) for glance in glanced)
        line = f"{source.network.name}: {seen} found"
        if trouble := next((reason for reason in why if reason), None):
            line += f"; {len(why) - good} of {len(why)} looks failed: {trouble}"
        click.echo(line, err=True)
    if not reached:
        click.echo("no network could be reached: is this machine online, behind a proxy?", err=True)
        return 1
    click.echo(
        f"{number} in all. To keep listening: rasid init --brand {shlex.quote(name)}", err=True
    )
    return 0


def _why(glance: Glance) -> str | None:
    if glance.skipped < 0:
        return "no answer in 20 s"
    return glance.trouble.why or type(glance.trouble).__name__ if glance.trouble else None


async def _never(*_args: Any, **_kwargs: Any) -> Any:
    raise AssertionError("a look stores nothing")

"""`rasid demo`: a simulated week on this machine, through the real collectors, queue and model."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click

from alerts.cards.card_of_rows import CardStyle
from alerts.dispatch import decide_some
from alerts.numbers.due import summary_of
from alerts.numbers.spans import Span
from alerts.numbers.summary_text import lines
from listener.cli.demo_screen import Screen
from listener.cli.demo_team import play
from listener.cli.house import House, open_house
from listener.cli.processes import PROCESSES, Process, alert, collect, collector_of, labeller_of
from listener.cli.running import run_to_end
from listener.clock import unless
from listener.collecting.stream_source import READ as STREAM
from listener.demo.cast import ASIDE
from listener.demo.day_clock import DayClock
from listener.demo.posts import DAY
from listener.demo.servers import Urls, simulated
from listener.demo.world import BRAND, World, make_world
from listener.running.guard import LEASH
from listener.running.redis_server import command, find_server
from listener.settings import Settings
from listener.settings.places import socket_path
from listener.store.overview import overview
from listener.store.standing import sources
from listener.words import words
from listener.words.bidi import strip_isolates

LIVED = ("collect", "label", "alert", "count")
READING = timedelta(seconds=10)
"""How long the six days take to read, about: the week ends when the lived day does."""
SELDOM = timedelta(seconds=30)
"""What is read again only after so long belongs to no lived day of seconds."""
SETTLE = 120.0
"""Seconds, where the machine is slow, in which what is on its way still arrives."""
READ_RATE, LIVED_RATE = 10.0, 2.0
"""Requests a second to one network: these are on this machine, and the day is short."""
ZONE = "Asia/Riyadh"
REFRESH = "refresh"


def show(*, language: str, seconds: int, seed: int, plain: bool, keep: Path | None) -> None:
    """Runs it to its end, or to Ctrl-C: the summary is then of what was read. ``keep``: a new
    folder for its data, and for ``truth.json``, what a listener that misses nothing would have."""
    logging.getLogger().setLevel(logging.ERROR)  # the demo's outage is part of the story
    stop = asyncio.Event()
    run_to_end(_show(language, seconds, seed, plain, keep, stop), stop)


async def _show(
    language: str, seconds: int, seed: int, plain: bool, keep: Path | None, stop: asyncio.Event
) -> None:
    kept = f"what it stores is kept in {keep}" if keep else "nothing is kept"
    _say(f"Rasid: a simulated week. Nothing leaves this machine, {kept}.")
    with _folder(keep) as folder, _compiler_folder():
        world = make_world(datetime.now(UTC) + READING + timedelta(seconds=seconds), seed)
        clock = DayClock(world, seconds, stops=ASIDE)
        async with simulated(world, clock) as urls, _queue(folder) as redis:
            settings = settings_for(folder, urls, language)
            async with open_house(settings, redis=redis, plain=plain or None) as house:
                await _six_days(house, world, stop)
                await _seventh(house, clock, stop)
                await _week(house, world, urls)
        if keep:
            truth = [asdict(fact) for fact in world.truth()]
            (folder / "truth.json").write_text(
                json.dumps(truth, ensure_ascii=False, indent=1, default=str), encoding="utf-8"
            )


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        if any(keep.iterdir()):
            raise click.UsageError(f"{keep} is not empty: name a new folder")
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="rasid-") as name:
        yield Path(name)


@contextmanager
def _compiler_folder() -> Iterator[None]:
    """Importing transformers makes torch's compiler create a folder, though nothing is compiled:
    here it is one that goes with the demo."""
    with tempfile.TemporaryDirectory(prefix="rasid-") as name:
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", name)
        yield


def settings_for(folder: Path, urls: Urls, language: str) -> Settings:
    """The settings of the demo: its brand, its networks on loopback, cards in the terminal."""
    return Settings.model_validate(
        {
            "service": {
                "timezone": ZONE,
                "language": language,
                "data": folder,
                "listen": "127.0.0.1:0",
                "alert_within": "24h",
            },
            "brands": [
                {
                    "name": BRAND.name,
                    "keywords": BRAND.keywords,
                    "hashtags": BRAND.hashtags,
                    "accounts": [
                        {"network": "bluesky" if "." in handle else "mastodon", "handle": handle}
                        for handle in BRAND.handles
                    ],
                }
            ],
            "networks": {
                name: {**options, "every": "2s"} for name, options in urls.options().items()
            },
            "channels": {"terminal": {"kind": "console"}},
            "routes": [
                {
                    "name": "needs an answer",
                    "match": {"needs_response": True},
                    "channel": "terminal",
                },
                {"name": "the rest", "only_count": True},
            ],
        }
    )


async def _six_days(house: House, world: World, stop: asyncio.Event) -> None:
    """Backfilled: counted, not alerted, since all of it is older than a day when the week ends."""
    _say("[1/3] reading the six days before …")
    await collector_of(house, rate=READ_RATE).backfill(world.end - timedelta(days=7), stop)
    _say("[1/3] loading the model and labelling …")
    labeller = await labeller_of(house)
    while not stop.is_set() and await labeller.label_some(None, now=house.clock.now()):
        pass
    while await decide_some(house.db, house.settings, worker="demo", now=world.end):
        pass
    counts = await _counts(house)
    _say(
        f"[1/3] {counts['mentions']['labelled']} mentions read, labelled and counted; "
        f"{sum(counts['alerts'].values())} alerts: they are too old for one"
    )


async def _seventh(house: House, clock: DayClock, stop: asyncio.Event) -> None:
    """Lived: the processes of `rasid run`, as tasks of this one; cards as they come, and what a
    team does with them."""
    if stop.is_set():
        return
    cast = clock.world.cast
    assert cast is not None  # of every world that is made
    service = house.settings.service
    screen = Screen(
        sys.stdout,
        [post.id for post in cast.asks],
        db=house.db,
        style=CardStyle.of(house.settings),
        words=words(service.language, service.digits),
        zone=service.zone,
        clock=clock,
        plain=house.plain,
    )
    _say(f"[2/3] the seventh day, lived in {clock.seconds:g} s; Ctrl-C ends it\n")
    over = asyncio.Event()
    lived: dict[str, Process] = {**PROCESSES, "collect": partial(collect, rate=LIVED_RATE)}
    lived["alert"] = partial(alert, channels={screen.name: screen})
    tasks = [asyncio.create_task(lived[name](house, over)) for name in LIVED]
    clock.start()
    try:
        quiet = partial(_quiet, house)
        await unless(stop, play(house, clock, screen, cast, settled=quiet, say=_say))
        left = (clock.world.end - clock()) / DAY * clock.seconds
        await unless(stop, asyncio.sleep(left))
        if not stop.is_set() and not await unless(stop, quiet()):
            _say("[2/3] some of the last posts are still on their way")
    finally:
        over.set()
        await asyncio.gather(*tasks)


async def _quiet(house: House) -> bool:
    """Waits until what is written so far has been read and sent; False: it has not."""
    try:
        async with asyncio.timeout(SETTLE):
            await _settled(house, house.clock.now())
    except TimeoutError:
        return False
    return True


async def _settled(house: House, ended: datetime) -> None:
    """Returns when every source was read once more after ``ended``, and for longer than the stream
    takes to write (2 s) nothing has been under way."""
    calm = 0
    while calm < 6:
        await asyncio.sleep(0.5)
        async with house.db.reading() as connection:
            counts = await overview(connection)
            behind = [
                source for source in await sources(connection, ended) if not _read(source, ended)
            ]
        busy = counts["mentions"]["collected"] + counts["matches"]["waiting"]
        busy += counts["notices"]["pending"] + counts["notices"]["sending"]
        calm = 0 if busy or behind else calm + 1


def _read(source: Mapping[str, Any], ended: datetime) -> bool:
    """Whether it has seen what was there at ``ended``. A stream is connected, or it is not; what is
    stored already, and an own account's posts and numbers, are looked at again much later."""
    later = source["state"] == "ok" and (source["next_try"] or "") > (ended + SELDOM).isoformat()
    if source["read"] == REFRESH or later:
        return True
    if source["read"] == STREAM:
        return bool(source["state"] == "ok")
    return (source["last_success"] or "") >= ended.isoformat()


async def _week(house: House, world: World, urls: Urls) -> None:
    """The summary of the world's last seven dates, what the networks did meanwhile,
    and what to do next."""
    service = house.settings.service
    last = world.end.astimezone(service.zone).date()
    span = Span("week", last - timedelta(days=6), last, service.timezone)
    async with house.db.reading() as connection:
        summary = await summary_of(
            connection,
            house.settings,
            house.settings.brands[0],
            span,
            house.brand_ids,
            now=span.until,  # the day that was lived is over
        )
    _say("[3/3] the week's summary\n")
    text = "\n".join(lines(summary, words(service.language, service.digits)))
    click.echo((strip_isolates(text) if house.plain else text) + "\n")
    limited = sum(status == 429 for _server, _path, status in urls.journal)
    down = sum(status >= 500 for _server, _path, status in urls.journal)
    _say(
        f"The networks were asked {len(urls.journal)} times, said 429 {limited} times and were "
        f"down for {down}; `rasid status` would have shown it."
    )
    _say("Next: .venv/bin/rasid try 'your brand', then .venv/bin/rasid init")


async def _counts(house: House) -> dict[str, dict[str, int]]:
    async with house.db.reading() as connection:
        return await overview(connection)


@asynccontextmanager
async def _queue(folder: Path) -> AsyncIterator[str | None]:
    """An own queue server while the demo lasts; None where there is no binary."""
    binary = find_server()
    if binary is None:
        yield None
        return
    socket = socket_path(folder, "redis.sock")
    leash, ours = os.pipe()
    os.set_inheritable(leash, True)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "listener.running.guard"),
        *command(binary, folder=folder, socket=socket),
        stdout=asyncio.subprocess.DEVNULL,
        env={**os.environ, LEASH: str(leash)},
        pass_fds=(leash,),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(10):
            while not socket.exists():  # noqa: ASYNC110 (a file has no event)
                await asyncio.sleep(0.02)
        yield f"unix://{socket}"
    finally:
        os.close(ours)  # the watcher ends the server, as it would if we were killed
        await process.wait()
        os.close(leash)


def _say(text: str) -> None:
    click.echo(text, err=True)

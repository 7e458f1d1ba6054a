"""The five processes: what each does until it is told to stop.

All of them run alone in a deployment (`rasid run label`) and under `rasid run` on one machine.
Each imports inside what it alone needs: five processes that load everything five times start later
and hold more memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from listener.cli.heart import Heart
from listener.cli.house import House
from listener.running.jobs import Job, run_jobs
from listener.running.queues import ALERT, LABEL
from listener.running.sweep import work
from listener.running.workers import release_mine, take_over, worker_name
from listener.store.work import DECIDE
from listener.store.work import LABEL as TO_LABEL

if TYPE_CHECKING:
    from alerts.channels.base import Channel
    from classifiers import Classifier
    from listener.collecting.collector import Collector
    from listener.collecting.intake import Intake
    from listener.collecting.source import Source
    from listener.collecting.stream_source import StreamSource
    from listener.labelling.label import Labeller
    from listener.labelling.relevance import Scorer
    from listener.running.pulse import Tell

Process = Callable[[House, asyncio.Event], Coroutine[Any, Any, None]]

DELIVER = "rasid:deliver"
SWEEP_EVERY = 3.0
DELIVER_EVERY = 0.5
WAKE_EVERY = 5.0
FIRST_EVERY = 2.0
FIT_EVERY = 600.0


def intake_of(house: House) -> Intake:
    """What becomes of what networks bring: matched, stored, and the labeller woken."""
    from listener.collecting.intake import Intake
    from listener.masking.masker import masker
    from listener.matching.matcher import Matcher
    from listener.store import figures
    from listener.store.forget import erase
    from listener.store.mentions import add
    from listener.store.tombstones import tombstone_key

    key = tombstone_key(house.data)
    return Intake(
        match=Matcher(house.brands).match,
        add=partial(
            add, brand_ids=house.brand_ids, key=key, mask=masker(house.settings.retention.mask)
        ),
        erase=partial(erase, key=key),
        wake=partial(house.wake, LABEL),
        keep=partial(figures.keep, brand_ids=house.brand_ids, key=key),
    )


def collector_of(house: House, *, rate: float | None = None) -> Collector:
    """Collects what the settings name. ``rate``: requests a second to each network, where that is
    not to be the usual, considerate one."""
    from listener.collecting.sources import sources_of, streams_of

    sources = sources_of(house.settings, house.brands)
    if rate:
        sources = [replace(source, rate=rate, burst=rate) for source in sources]
    return _collector(house, sources, streams_of(house.settings, house.brands))


def back_collector_of(
    house: House, *, networks: Collection[str] = (), brand: str | None = None, beside: bool
) -> Collector:
    """Reads back in time: ``networks`` only, where some are named, and what is searched for
    ``brand`` only. ``beside``: another collector reads the same, so each network is asked at half
    its pace."""
    from listener.collecting.sources import sources_of

    sources = []
    for source in sources_of(house.settings, [b for b in house.brands if brand in (None, b.name)]):
        if networks and source.network.name not in networks:
            continue
        reads = [read for read in source.reads if brand is None or read.brand in (None, brand)]
        if beside:
            source = replace(source, rate=source.rate / 2, burst=1.0)
        sources.append(replace(source, reads=reads))
    return _collector(house, sources)


def _collector(
    house: House, sources: Sequence[Source], streams: Sequence[StreamSource] = ()
) -> Collector:
    from listener.collecting.collector import Collector

    intake = intake_of(house)
    return Collector(
        house.db,
        sources,
        match=intake.match,
        add=intake.add,
        erase=intake.erase,
        wake=intake.wake,
        keep=intake.keep,
        clock=house.clock,
        streams=streams,
    )


async def labeller_of(house: House, process: str = "label") -> Labeller:
    """Loads the model that the settings name, in a thread."""
    from listener.cli.models import configured
    from listener.labelling.bias import Biases
    from listener.labelling.label import Labeller

    classifier = await asyncio.to_thread(configured, house.settings)
    scorer = scorer_of(house, classifier)
    biases = Biases(house.db, classifier) if house.settings.classifiers.bias.enabled else None
    return Labeller(house.db, classifier, worker=worker_name(process), scorer=scorer, biases=biases)


def scorer_of(house: House, classifier: Classifier) -> Scorer | None:
    """Relevance through what ``classifier`` has loaded; None where it is off or cannot run."""
    settings = house.settings.classifiers.relevance
    if not settings.enabled:
        return None
    from classifiers.relevance.readers import reader_of
    from listener.labelling.relevance import Scorer

    reader = reader_of(classifier)
    return Scorer(house.db, reader, min_labels=settings.min_labels) if reader else None


async def collect(house: House, stop: asyncio.Event, *, rate: float | None = None) -> None:
    """Polls the networks and follows the streams; stores what matches."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(collector_of(house, rate=rate).run(stop))
        tasks.create_task(stop.wait())  # with nothing to read there is still a process


async def label(house: House, stop: asyncio.Event) -> None:
    """Loads the model once and labels what is collected. Learns from clicks and samples here too,
    where the encoder is: ``count`` has none."""
    labeller = await labeller_of(house)
    await take_over(house.db, TO_LABEL, worker_name("label"))

    async def some(ids: Sequence[int] | None) -> int:
        done = await labeller.label_some(ids, now=house.clock.now())
        if done:
            await house.wake(ALERT, [])
        return done

    async def give_back() -> None:
        await release_mine(house.db, TO_LABEL, worker_name("label"), now=house.clock.now())

    async def learn() -> None:
        if labeller.scorer is not None:
            own = [house.brand_ids[brand.name] for brand in house.brands if brand.role == "own"]
            await labeller.scorer.fit_due(own, now=house.clock.now())

    async def fit() -> None:
        if labeller.biases is not None:
            await labeller.biases.fit_due(house.brand_ids.values(), now=house.clock.now())

    tell = teller_of(house)
    report = house.pulse.report("label", SWEEP_EVERY, house.clock.now, tell=tell)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(
            work(some, stop, queue=LABEL, url=house.redis, report=report, give_back=give_back)
        )
        learning = [Job("relevance", learn, FIT_EVERY), Job("bias", fit, FIT_EVERY)]
        tasks.create_task(_jobs(house, stop, learning))


async def alert(
    house: House, stop: asyncio.Event, *, channels: Mapping[str, Channel] | None = None
) -> None:
    """Decides what labelled matches mean and delivers what is to be sent, to ``channels`` where
    those of the settings are not meant."""
    from alerts.cards.card_of_rows import CardStyle
    from alerts.channels.opening import open_channels
    from alerts.desk.actions import wake_snoozed
    from alerts.desk.first_cards import send_first_cards
    from alerts.dispatch import decide_some
    from alerts.outbox.deliver import deliver_some
    from alerts.outbox.pauses import Pauses
    from listener.words import words

    worker = worker_name("alert")
    await take_over(house.db, DECIDE, worker)

    async def decide(ids: Sequence[int] | None) -> int:
        return await decide_some(house.db, house.settings, worker=worker, now=house.clock.now())

    async def give_back() -> None:
        await release_mine(house.db, DECIDE, worker, now=house.clock.now())

    if channels is None:
        channels = open_channels(house.settings, clock=house.clock.now, plain=house.plain)
    service = house.settings.service
    pauses = Pauses(service.operators, words(service.language, service.digits))
    style = CardStyle.of(house.settings)

    async def deliver(_ids: Sequence[int] | None) -> int:
        return await deliver_some(
            house.db, channels, clock=house.clock.now, style=style, pauses=pauses
        )

    chosen = asyncio.Event()

    async def first() -> None:
        if not chosen.is_set() and await send_first_cards(
            house.db, house.settings, now=house.clock.now()
        ):
            chosen.set()

    async def wake() -> None:
        await wake_snoozed(house.db, now=house.clock.now())

    tell, now = teller_of(house), house.clock.now
    deciding = house.pulse.report("decide", SWEEP_EVERY, now, tell=tell)
    delivering = house.pulse.report("deliver", DELIVER_EVERY, now, tell=tell)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(
                work(
                    decide, stop, queue=ALERT, url=house.redis, report=deciding, give_back=give_back
                )
            )
            tasks.create_task(
                work(deliver, stop, queue=DELIVER, url=None, every=DELIVER_EVERY, report=delivering)
            )
            timed = [Job("snoozes", wake, WAKE_EVERY), Job("first_cards", first, FIRST_EVERY)]
            tasks.create_task(_jobs(house, stop, timed))
    finally:
        for channel in channels.values():
            await channel.close()


async def count(house: House, stop: asyncio.Event) -> None:
    """Keeps the roll-ups current, makes the summaries that are missing, watches the sources,
    removes what is kept no longer: each by itself."""
    from listener.cli.counting import count_jobs

    await _jobs(house, stop, count_jobs(house))


def teller_of(house: House) -> Tell:
    """Who tells the operators of a job that keeps failing."""
    from alerts.operators.failing_jobs import tell_failing

    return partial(tell_failing, house.db, house.settings)


async def _jobs(house: House, stop: asyncio.Event, jobs: Sequence[Job]) -> None:
    await run_jobs(jobs, stop, clock=house.clock, pulse=house.pulse, tell=teller_of(house))


async def serve(house: House, stop: asyncio.Event) -> None:
    """Health, metrics, mentions handed in, clicks from Slack."""
    from listener.cli.serving import serve_house

    await serve_house(house, stop)


PROCESSES: dict[str, Process] = {
    "collect": collect,
    "label": label,
    "alert": alert,
    "count": count,
    "serve": serve,
}


async def run_process(name: str, house: House, stop: asyncio.Event) -> None:
    """One process with its heartbeat; ends when ``stop`` is set and its work is put away."""
    heart = Heart(house, name)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(heart.beating(stop))
        tasks.create_task(PROCESSES[name](house, stop))
    await heart.farewell()

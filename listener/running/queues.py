"""The queue: arq over Redis, one queue a worker. It only wakes; losing it loses nothing.

A job carries ids as a hint. Whoever gets it takes work from the rows by lease, so a job that runs
twice, late or never changes nothing but how soon a row is looked at.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol, cast

from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

log = logging.getLogger(__name__)

LABEL, ALERT = "rasid:label", "rasid:alert"
IDS_PER_JOB = 100
AT_ONCE = 4
"""Jobs that run beside each other."""
LONGEST = 60
"""Seconds a job may take."""
COMPLETION_WAIT = 20
"""Seconds that arq lets a running job finish in."""
CLOSE_WITHIN = 1.0
"""Seconds for jobs in hand, which only wake somebody, and for the connection, when we stop."""

Function = Callable[[dict[str, Any], list[int]], Awaitable[None]]


def dumps(value: Any) -> bytes:
    """JSON, never pickle: who can write to Redis must not be able to run code here."""
    return json.dumps(value, default=str).encode()


def redis_settings(url: str) -> RedisSettings:
    """arq's settings for ``redis://``, ``rediss://`` or ``unix:///path``; a Redis that restarts is
    waited for, up to a minute (arq's own default ends the worker). Raises QueueAddressError."""
    try:
        settings = RedisSettings.from_dsn(url)
    except RuntimeError as error:
        raise QueueAddressError(
            f"storage.redis: {error}; use redis://, rediss:// or unix:///path"
        ) from None
    settings.retry = Retry(ExponentialBackoff(cap=1, base=0.1), 60)
    settings.retry_on_error = [RedisConnectionError, RedisTimeoutError, OSError]
    settings.retry_on_timeout = True
    settings.conn_retries = 1
    return settings


class QueueAddressError(ValueError):
    """What is named as the queue server is no address of one."""


class Wake(Protocol):
    async def __call__(self, queue: str, ids: Sequence[int]) -> None: ...


async def asleep(queue: str, ids: Sequence[int]) -> None:
    """A Wake for where there is no queue: the sweep finds the rows by itself."""


class QueueWake:
    """Tells a worker that there are rows for it (with no ids: just that there are some); never
    raises and never waits long.

    ``url`` as for ``redis_settings``. A Redis that is away is tried again at the next call.
    """

    def __init__(self, url: str, *, loud: int = logging.WARNING) -> None:
        """``loud``: the level at which a queue that is away is logged, once each time."""
        self._loud = loud
        self._settings = redis_settings(url)
        self._settings.retry = None
        self._settings.conn_retries = 0
        self._pool: ArqRedis | None = None
        self._away = False

    async def __call__(self, queue: str, ids: Sequence[int]) -> None:
        try:
            async with asyncio.timeout(2):
                if self._pool is None:
                    self._pool = await create_pool(self._settings, job_serializer=dumps)
                for start in range(0, max(len(ids), 1), IDS_PER_JOB):
                    hint = list(ids[start : start + IDS_PER_JOB])
                    await self._pool.enqueue_job("work", hint, _queue_name=queue)
        except (RedisError, OSError, TimeoutError) as error:
            if not self._away:
                log.log(self._loud, "queue is away (%s); the sweep goes on without it", error)
            self._away = True
        else:
            self._away = False

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose(close_connection_pool=True)


async def serve_queue(queue: str, function: Function, url: str, stop: asyncio.Event) -> None:
    """Runs an arq worker on ``queue`` until ``stop``. Comes back to a Redis that was away for
    however long; one that is away at the end is not waited for: what a job in hand would have done
    is in the rows."""
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            serving = asyncio.create_task(_serve(queue, function, url))
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                await _cancelled(serving)
                return
            try:
                await serving
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("queue %s is away (%s); trying again", queue, error)
                await _sleep(stop, 2)
    finally:
        stopping.cancel()


async def _serve(queue: str, function: Function, url: str) -> None:
    pool = await create_pool(redis_settings(url), job_serializer=dumps, default_queue_name=queue)
    try:
        worker = Worker(
            functions=[func(cast(WorkerCoroutine, function), name="work", timeout=LONGEST)],
            queue_name=queue,
            redis_pool=pool,
            job_serializer=dumps,
            job_deserializer=json.loads,
            handle_signals=False,
            max_jobs=AT_ONCE,
            poll_delay=0.05,
            keep_result=0,
            max_tries=3,
            health_check_interval=10,
            job_completion_wait=COMPLETION_WAIT,
            log_results=False,
        )
        try:
            await worker.async_run()
        finally:
            jobs = list(worker.tasks.values())
            if jobs:
                await asyncio.wait(jobs, timeout=CLOSE_WITHIN)
    finally:
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN):
                await pool.aclose(close_connection_pool=True)


async def _cancelled(task: asyncio.Task[None]) -> None:
    """Ends ``task``; what becomes of a connection on the way does not matter any more."""
    task.cancel()
    await asyncio.wait({task}, timeout=2 * CLOSE_WITHIN)
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        log.debug("the queue at its end: %s", error)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return

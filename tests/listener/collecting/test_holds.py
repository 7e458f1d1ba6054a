"""Which requests a host's limit holds, and for how long."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from listener.clock import SteeredClock
from listener.collecting.holds import Holds
from listener.collecting.host import Answer, Host
from listener.collecting.pace import Pace
from listener.networks.base import Broken, Refused, Wait
from listener.records import Credential
from tests.listener.collecting.test_authors import Telling
from tests.upstream import READ, START, Other, Upstream, upstream

MINE, YOURS = Credential("plain", {"token": "a"}), Credential("other", {"token": "b"})


@pytest.fixture
async def served() -> AsyncIterator[Upstream]:
    async with upstream() as one:
        yield one


@pytest.fixture
def clock() -> SteeredClock:
    return SteeredClock(START)


@pytest.fixture
def holds(clock: SteeredClock) -> Holds:
    return Holds(clock, jitter=lambda: 1.0)


async def test_a_limit_is_everybodys_a_refused_sign_in_its_own(
    holds: Holds, clock: SteeredClock
) -> None:
    holds.heard("a", MINE, Wait(60, "HTTP 429"))
    holds.heard("b", MINE, Refused("HTTP 401", "sign-in", "host"))
    assert holds.held("a", YOURS) == Wait(60, "the network asked for a pause")
    assert holds.held("b", MINE) == Refused("HTTP 401", "sign-in", "host")
    assert holds.held("b", YOURS) is None
    assert holds.held("c", MINE) is None
    await clock.advance(59, sleepers=0)
    assert holds.left("a", None) == 1
    await clock.advance(1, sleepers=0)
    assert holds.held("a", YOURS) is None
    assert holds.left("a", YOURS) == 0


@pytest.mark.parametrize(
    "own",
    [
        Wait(60, "this search only", "read"),
        Refused("HTTP 404", "gone"),
        Refused("HTTP 403", "not allowed"),
        Broken("no JSON"),
    ],
)
def test_what_is_one_reads_own_holds_nobody_else(
    holds: Holds, own: Wait | Refused | Broken
) -> None:
    holds.heard("a", MINE, own)
    assert holds.held("a", MINE) is None


async def test_a_host_that_does_not_say_how_long_is_held_ever_longer_until_it_answers(
    holds: Holds, clock: SteeredClock
) -> None:
    waits = []
    for _ in range(10):
        holds.heard("a", None, Wait(None, "HTTP 503"))
        holds.heard("a", None, Wait(None, "HTTP 503"))  # under way at the same time: counts once
        waits.append(holds.left("a", None))
        await clock.advance(waits[-1], sleepers=0)
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 900
    holds.heard("a", None, None)
    holds.heard("a", None, Wait(None, "HTTP 503"))
    assert holds.left("a", None) == 5


def test_a_shorter_pause_does_not_end_a_longer_one_and_none_lasts_over_a_day(holds: Holds) -> None:
    holds.rest("a", 600)
    holds.rest("a", 5)
    assert holds.left("a", None) == 600
    holds.rest("b", 1e9)
    assert holds.left("b", None) == 86_400
    holds.rest("c", float("nan"))
    assert holds.left("c", None) == 0


async def test_one_network_told_to_wait_holds_the_profiles_of_another(
    served: Upstream, clock: SteeredClock, holds: Holds
) -> None:
    async def limited(request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "60"})

    searching = Host(Other(served.url), None, clock, holds=holds)  # type: ignore[arg-type]
    telling = Host(Telling(served.url), None, clock, holds=holds)  # type: ignore[arg-type]
    served.answer = limited
    assert await searching.ask(READ, since=None, page=None) == Wait(60, "HTTP 429")
    served.answer = None
    assert await telling.authors(["1"]) == Wait(60, "the network asked for a pause")
    assert len(served.asked) == 1
    await clock.advance(60, sleepers=0)
    assert isinstance(await searching.ask(READ, since=None, page=None), Answer)
    for host in (searching, telling):
        await host.close()


async def test_only_a_hosts_own_trouble_is_taken_over_after_a_restart(
    served: Upstream, clock: SteeredClock
) -> None:
    said = {
        Pace("waiting", "HTTP 429", 1, scope="host"): 60.0,
        Pace("waiting", "this search only", 1): 0.0,
        Pace("refused", "HTTP 401", 1, scope="host"): 60.0,
        Pace("refused", "HTTP 404", 1): 0.0,
        Pace("unreachable", "HTTP 503", 1, scope="host"): 0.0,
    }
    for state, left in said.items():
        host = Host(Other(served.url), MINE, clock)  # type: ignore[arg-type]
        host.resume(READ, state, 60)
        assert host.held(READ) == left
        await host.close()

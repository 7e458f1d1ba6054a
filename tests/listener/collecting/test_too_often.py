from __future__ import annotations

from datetime import timedelta

import pytest

from listener.collecting.source import Source
from listener.collecting.too_often import too_often
from listener.networks.base import Read
from listener.networks.rss import Rss
from tests.upstream import Plain


def feeds(number: int, every: float, *, hosts: int | None = None) -> Source:
    hosts = hosts or number
    reads = [Read("feed", f"https://s{n % hosts}.example/{n}") for n in range(number)]
    return Source(Rss(), reads, every=timedelta(seconds=every))


def test_nine_hundred_feeds_a_minute_are_more_than_can_be_had() -> None:
    (found,) = too_often([feeds(900, 60)])
    assert (found.network, found.reads, found.every) == ("rss", 900, timedelta(minutes=1))
    assert found.takes > timedelta(minutes=1)


@pytest.mark.parametrize(("number", "every"), [(900, 600), (40, 60), (1, 1), (0, 60)])
def test_what_can_be_had_is_not_complained_of(number: int, every: float) -> None:
    assert too_often([feeds(number, every)]) == []


def test_many_feeds_of_one_host_are_bound_by_its_rate() -> None:
    (found,) = too_often([feeds(100, 60, hosts=1)])
    assert found.takes == timedelta(seconds=100)
    assert too_often([feeds(100, 60, hosts=50)]) == []


def test_searches_are_bound_by_their_networks_rate() -> None:
    reads = [Read("search", str(n)) for n in range(200)]
    network = Plain("http://api.example")
    (found,) = too_often([Source(network, reads, every=timedelta(minutes=2))])  # type: ignore[arg-type]
    assert (found.reads, found.takes) == (200, timedelta(seconds=200))
    assert too_often([Source(network, reads, every=timedelta(minutes=5))]) == []  # type: ignore[arg-type]

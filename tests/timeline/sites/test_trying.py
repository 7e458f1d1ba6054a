"""`rasid check --online` against every simulated network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from listener.clock import SteeredClock
from listener.collecting.source import Source
from listener.collecting.stream_source import StreamSource
from listener.collecting.tried import NetworkTried
from listener.collecting.trying import try_network
from listener.demo.people import BRAND_HANDLE
from listener.demo.servers import simulated
from listener.demo.sites import SITES
from listener.demo.world import BRAND, make_world
from listener.networks import about, build, build_stream
from listener.networks.base import Expires
from listener.records import Account
from tests.timeline.at_sites import HANDLE, QUERY, _seed

UNSURE = {"tiktok"}
"""Has a refresh token that is good for one grant only: trying must not spend it."""
NAMED = ("appstore", "google_business", "googleplay")
"""Their places and apps stand in the section."""


def split(name: str, section: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """The secrets of a section, and its options."""
    known = about(name)
    secret = {*known.secrets} | {k for k, o in known.options.items() if o.kind == "secret"}
    values = {k: str(v) for k, v in section.items() if k in secret and v}
    plain = {k: v for k, v in section.items() if k not in secret}
    return values, plain | ({"token": True} if "token" in values else {})


async def tried(name: str, *, wrong: bool = False) -> NetworkTried:
    # Some sites tell their world's time, others the machine's: here they are the same.
    now = datetime.now(UTC).replace(microsecond=0)
    world, clock = make_world(now, sites=[name]), SteeredClock(now)
    handle = BRAND_HANDLE if name == "bluesky" else HANDLE  # a domain there
    ours = () if name in NAMED else (Account(BRAND.name, handle),)
    async with simulated(world, clock.now, sites=[name]) as urls:
        values, plain = split(name, dict(urls.sites[name]))
        if wrong:
            values = dict.fromkeys(values, "wr0ng-secret-of-ours")
        network = build(name, plain)
        reads = network.reads([QUERY], BRAND.hashtags, ours)
        source = Source(
            network, reads, credential=_seed(network, values, plain) if values else None
        )
        stream = build_stream(name, plain)
        streams = [StreamSource(stream, [QUERY])] if stream is not None else []
        return await try_network(source, ours, kept=None, clock=clock, streams=streams)


@pytest.mark.parametrize("name", sorted({*SITES} - UNSURE))
async def test_what_the_site_gives_works(name: str) -> None:
    found = await tried(name)
    assert [(t.kind, t.state, t.why) for t in found.tried if t.to_mend] == []
    assert any(t.state == "works" for t in found.tried)
    if isinstance(build(name, {}), Expires):
        assert found.until is None or isinstance(found.until, datetime)


@pytest.mark.parametrize(
    "name", [name for name in sorted({*SITES} - UNSURE) if not about(name).keyless]
)
async def test_a_wrong_token_is_told_as_one_and_not_shown(name: str) -> None:
    found = await tried(name, wrong=True)
    assert {t.state for t in found.tried if t.to_mend} == {"token"}, found
    assert "wr0ng" not in repr(found)


@pytest.mark.parametrize("name", sorted(UNSURE))
async def test_a_token_that_trying_would_spend_is_left_alone_and_said(name: str) -> None:
    found = await tried(name)
    assert {(t.kind, t.state, t.to_mend) for t in found.tried} == {("sign-in", "unsure", False)}

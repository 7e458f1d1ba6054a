"""``python -m listener.demo``: serve the networks of the demo's world for use by hand."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from listener.demo.day_clock import DayClock
from listener.demo.servers import simulated
from listener.demo.sites import SITES
from listener.demo.world import make_world


async def _serve(seconds: float, port: int, seed: int, sites: Sequence[str]) -> None:
    world = make_world(datetime.now(UTC) + timedelta(seconds=seconds), seed, sites)
    clock = DayClock(world, seconds)
    async with simulated(world, clock, port=port, sites=sites) as urls:
        print(json.dumps(urls.options(), indent=2))
        print(f"{len(world.posts)} posts; the seventh day passes in {seconds:g} s. Ctrl-C ends it.")
        clock.start()
        await asyncio.Event().wait()


def _sites(text: str) -> tuple[str, ...]:
    """Raises ArgumentTypeError for one that there is not."""
    names = SITES if text == "all" else tuple(filter(None, map(str.strip, text.split(","))))
    if unknown := sorted({*names} - {*SITES}):
        raise argparse.ArgumentTypeError(f"no site: {', '.join(unknown)}")
    return tuple(dict.fromkeys(names))


def main() -> None:
    """Parse the arguments and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m listener.demo", description=__doc__)
    parser.add_argument("--seconds", type=float, default=45, help="how long the lived day takes")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--sites",
        type=_sites,
        default=(),
        help=f"further networks, commas between: {', '.join(SITES)}; or all",
    )
    arguments = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments.seconds, arguments.port, arguments.seed, arguments.sites))


if __name__ == "__main__":
    main()

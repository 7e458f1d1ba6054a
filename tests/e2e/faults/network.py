"""The simulated networks of a run, as a process: prints the addresses as JSON and serves on.

python -m tests.e2e.faults.network PORT FIRST COUNT START SECONDS [FIRST COUNT START SECONDS …]
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from datetime import UTC, datetime

from listener.demo.servers import simulated
from tests.e2e.faults.truth import Batch, make_world


async def main(port: int, batches: list[Batch]) -> None:
    async with simulated(make_world(batches), lambda: datetime.now(UTC), port=port) as urls:
        print(json.dumps(urls.options()), flush=True)
        await asyncio.Event().wait()


def arguments(batches: list[Batch]) -> list[str]:
    """The batches as this module's command line."""
    return [
        part
        for batch in batches
        for part in (
            str(batch.first), str(batch.count), batch.start.isoformat(), str(batch.seconds),
        )
    ]  # fmt: skip


if __name__ == "__main__":
    port, *rest = sys.argv[1:]
    found = [
        Batch(int(first), int(count), datetime.fromisoformat(start), float(seconds))
        for first, count, start, seconds in zip(*[iter(rest)] * 4, strict=True)
    ]
    with suppress(KeyboardInterrupt):
        asyncio.run(main(int(port), found))

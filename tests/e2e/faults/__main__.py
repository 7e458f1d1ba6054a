"""The command line of the fault run; exit code 1 where anything was lost or stands twice."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from tests.e2e.faults.plan import SHORT, full
from tests.e2e.faults.run import run
from tests.servers import Postgres


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.faults", description=__doc__)
    parser.add_argument("--cards", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50, help="at each of the three points")
    parser.add_argument("--no-reconcile", action="store_true")
    parser.add_argument("--postgres", action="store_true", help="instead of SQLite")
    parser.add_argument("--short", action="store_true", help="the run that the tests make")
    parser.add_argument("--beside", type=int, default=0, help="so many more senders at once")
    parser.add_argument("--folder", type=Path, help="keeps everything there")
    asked = parser.parse_args()
    reconcile = not asked.no_reconcile
    plan = full(asked.cards, asked.kills, reconcile=reconcile)
    if asked.short:
        plan = replace(SHORT, reconcile=reconcile)
    plan = replace(plan, beside=asked.beside)
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {text}", flush=True)

    folder = asked.folder or Path(tempfile.mkdtemp(prefix="rasid-faults-"))
    folder.mkdir(parents=True, exist_ok=True)
    say(f"{plan}; logs in {folder}")
    server = Postgres.start(durable=True) if asked.postgres else None
    try:
        database = server.database(template=None) if server else nullcontext(None)
        with database as url:
            found = asyncio.run(run(plan, folder, database=url, server=server, say=say))
    finally:
        if server is not None:
            server.stop()
    print(found)
    return 0 if found.clean else 1


if __name__ == "__main__":
    sys.exit(main())

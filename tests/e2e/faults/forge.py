"""`rasid run alert`, started again at once whenever it ends.

Imports once and forks: what is killed 150 times need not read its modules 150 times. The child runs
the command line's own entry.

    python -m tests.e2e.faults.forge PID_FILE --config rasid.toml run alert
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiosqlite  # noqa: F401 (imported for the children)
import alembic.command  # noqa: F401

import listener.cli.processes
import listener.cli.running  # noqa: F401
from listener.cli.main import main


def keep(pid_file: Path, arguments: list[str]) -> None:
    """Until SIGTERM, which the child gets too and ends by."""
    child, ending = 0, False

    def end(*_: Any) -> None:
        nonlocal ending
        ending = True
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)

    while not ending:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        child = os.fork()
        if child == 0:
            main(arguments, prog_name="rasid")  # exits by itself
            os._exit(0)
        signal.signal(signal.SIGTERM, end)
        pid_file.write_text(str(child))
        print(f"alert started (pid {child})", file=sys.stderr, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.argv[2:])

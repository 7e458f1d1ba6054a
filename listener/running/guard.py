"""Ends with its parent: a process whose parent is gone must not work on unseen.

A child holds the read end of a pipe whose write end only the parent has; end of file means that the
parent died, however it died. Works on Linux and macOS alike.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time

LEASH = "RASID_LEASH"
"""Environment variable that names the pipe's file descriptor."""
GRACE = 25.0
"""Seconds between the parent's death, or SIGTERM, and being killed."""


def watch_parent() -> None:
    """Sends SIGTERM to ourselves when the parent dies, and ends us by force after a grace. Does
    nothing where this process was not started by a supervisor."""
    name = os.environ.pop(LEASH, None)
    if name is None:
        return
    leash = int(name)

    def wait() -> None:
        while os.read(leash, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=wait, name="leash", daemon=True).start()


def main(arguments: list[str]) -> None:
    """``python -m listener.running.guard COMMAND…``: a foreign program that ends with our parent.

    The program takes this process's place, so whoever kills what the supervisor started kills the
    program itself and leaves none behind; a watcher beside it holds the leash.
    """
    name = os.environ.pop(LEASH, None)
    if name is not None:
        _leave_watcher(int(name))
    os.execvp(arguments[0], arguments)


def _leave_watcher(leash: int) -> None:
    ended, held = os.pipe()  # the program alone keeps ``held`` open, until it ends
    program = os.getpid()
    if os.fork() == 0:
        os.close(held)
        _watch(leash, ended, program)
        os._exit(0)
    os.close(ended)
    os.set_inheritable(held, True)


def _watch(leash: int, ended: int, program: int) -> None:
    ready, _, _ = select.select([leash, ended], [], [])
    if ended in ready:
        return
    os.kill(program, signal.SIGTERM)
    ready, _, _ = select.select([ended], [], [], GRACE)
    if not ready:
        os.kill(program, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])

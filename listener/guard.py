"""Ends with its parent: a process whose parent is gone must not work on unseen.

A child holds the read end of a pipe whose write end only the parent has; end of file means that the
parent died, however it died. Works on Linux and macOS alike.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

LEASH = "RASID_LEASH"
"""Environment variable that names the pipe's file descriptor."""
GRACE = 25.0
"""Seconds between the parent's death, or SIGTERM, and being killed."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def watch_parent(gone: Callable[[], None] | None = None) -> None:
    """Calls ``gone`` (default: SIGTERM to ourselves, SIGKILL after a grace) when the parent dies.
    Does nothing where this process was not started by a supervisor."""
    name = os.environ.pop(LEASH, None)
    if name is None:
        return
    leash = int(name)

    def wait() -> None:
        while os.read(leash, 1):
            pass
        if gone is not None:
            gone()
            return
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=wait, name="leash", daemon=True).start()


def _end_with(guard: int) -> Callable[[], None] | None:
    """Where the kernel can (Linux), it ends the program should this guard be killed: else the next
    guard would start a second server on the same files. Killed, not asked: a server that ends in
    good order removes its socket, which by then is the next one's."""
    if sys.platform != "linux":
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:  # between fork and exec: nothing but calls
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guard:  # it was killed just now
            os.kill(os.getpid(), signal.SIGKILL)

    return ask


def main(arguments: list[str]) -> int:
    """``python -m listener.guard COMMAND…``: runs a foreign program that ends with our parent."""
    child = subprocess.Popen(arguments, preexec_fn=_end_with(os.getpid()))

    def end() -> None:
        child.terminate()
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()

    watch_parent(end)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

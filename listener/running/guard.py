"""Ends with its parent: a process whose parent is gone must not work on unseen.

A child holds the read end of a pipe whose write end only the parent has; end of file means that the
parent died, however it died. Works on Linux and macOS alike.
"""

from __future__ import annotations

import ctypes
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
_HANDED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LOOK = 1.0  # seconds
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


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


def main(arguments: list[str]) -> int:
    """``python -m listener.running.guard COMMAND…``: a foreign program that ends with us, however
    we end, and with our parent. Returns its exit code."""
    name = os.environ.pop(LEASH, None)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.pthread_sigmask(signal.SIG_BLOCK, _HANDED_ON)  # until there is somebody to hand it to
    guard, program = os.getpid(), os.fork()
    if program == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDED_ON)
        if not _die_with(guard):
            _leave_watcher(guard)
        os.execvp(arguments[0], arguments)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)  # wakes the wait below
    for each in _HANDED_ON:
        signal.signal(each, lambda number, _frame: os.kill(program, number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDED_ON)
    code = _kept(program, woken, int(name) if name is not None else None)
    return code if code >= 0 else 128 - code


def _kept(program: int, woken: int, leash: int | None) -> int:
    """How ``program`` ended, which it is told to when ``leash`` is closed."""
    kill_at: float | None = None
    while True:
        pid, status = os.waitpid(program, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        left = None if kill_at is None else max(kill_at - time.monotonic(), 0)
        heard = [woken] if leash is None else [woken, leash]
        ready, _, _ = select.select(heard, [], [], left)
        if woken in ready:
            os.read(woken, 64)
        if leash in ready:
            os.kill(program, signal.SIGTERM)
            leash, kill_at = None, time.monotonic() + GRACE
        if kill_at is not None and time.monotonic() >= kill_at:
            os.kill(program, signal.SIGKILL)
            kill_at += GRACE


def _die_with(parent: int) -> bool:
    """Has the kernel kill this process when ``parent`` dies; False where it cannot. It stays so
    when another program takes its place (man 2 prctl)."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        done = int(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL))
    except (OSError, AttributeError):
        return False
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)
    return done == 0


def _leave_watcher(guard: int) -> None:
    """Where the kernel cannot: a process beside this one, which ends it once ``guard`` is gone."""
    program = os.getpid()
    if os.fork() != 0:
        return
    while os.getppid() == program:
        try:
            os.kill(guard, 0)
        except ProcessLookupError:
            os.kill(program, signal.SIGKILL)
        time.sleep(_LOOK)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

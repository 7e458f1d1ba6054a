from __future__ import annotations

import os
import socket
import subprocess
import sys

from listener.running.workers import gone, worker_name

HERE = socket.gethostname()


def test_who_died_on_this_machine_is_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert gone(f"label@{HERE}:{ended.pid}", own=worker_name("label"))


def test_who_lives_or_ran_elsewhere_is_not() -> None:
    own = worker_name("label")
    assert not gone(f"alert@{HERE}:{os.getppid()}", own=own)
    assert not gone(f"label@elsewhere.example:{os.getpid()}", own=own)
    assert not gone("demo", own=own)


def test_our_own_name_is_one_before_us() -> None:
    """In a container every start has the same process id."""
    assert gone(worker_name("label"), own=worker_name("label"))

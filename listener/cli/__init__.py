"""The command line: the composition root, above alerts, listener and classifiers."""

from __future__ import annotations

from listener.interrupts import silently_ended

with silently_ended():
    from listener.cli.main import main

__all__ = ["main"]

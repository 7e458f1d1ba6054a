"""Simulated networks, one file each: a site speaks one network's wire format about a world.

A module here has a class ``Site``; the module's name is the network's. Adding one edits no list.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path

from listener.demo.sites.base import Site
from listener.demo.world import World

SITES = tuple(
    sorted(p.stem for p in Path(__file__).parent.glob("*.py") if p.stem not in ("__init__", "base"))
)


def open_site(name: str, world: World, clock: Callable[[], datetime]) -> Site:
    """``clock``: the world's time, aware UTC. Raises ModuleNotFoundError for no site."""
    site: Site = import_module(f"listener.demo.sites.{name}").Site(world, clock)
    return site

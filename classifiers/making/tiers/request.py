"""What is to be trained, and where the one who asked hears of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from classifiers.loading import WEIGHTS
from classifiers.making.encoder.recipe import RECIPES
from classifiers.making.own_rows import OwnSet


@dataclass(frozen=True, slots=True)
class Audience:
    """``say`` takes a sentence; ``progress`` the figures of a step: done (0 to 1), minutes_left,
    texts_per_second, sentiment_loss."""

    say: Callable[[str], None] = lambda line: None
    progress: Callable[[dict[str, Any]], None] = lambda figures: None


@dataclass(frozen=True, slots=True)
class Request:
    """``own``: sets of the caller's, the first of two with the same text wins. data: a folder with
    sentiment/ and intent/. start: the folder to begin with, None the bundled weights. run: where
    the state is kept until all is written. today: for the card. auto: whether a gate is fitted too,
    so that the bundled fast model and the new one are an auto tier."""

    out: Path
    run: Path
    today: date
    own: tuple[OwnSet, ...] = ()
    data: Path | None = None
    recipe: Path = RECIPES / "own.toml"
    start: Path | None = None
    minutes: float = 120.0
    threads: int | None = None
    auto: bool = True

    @property
    def begins(self) -> Path:
        return self.start or WEIGHTS / "full"


def recipe_path(name: str) -> Path:
    """The file of ``full``, ``open``, ``own``, or of a path; ValueError where there is none."""
    path = RECIPES / f"{name}.toml" if name in ("full", "open", "own") else Path(name)
    if not path.is_file():
        raise ValueError(f"no recipe {name!r}: use full, open, own, or a TOML file")
    return path

"""A sitting of a run: steps to the end or until stopped, with a log line and a save in between."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from classifiers.making.encoder.trainer import Trainer, TrainingStep

Figures = dict[str, Any]


@dataclass(slots=True)
class Window:
    """Mean losses and the pace since the last line of the log."""

    losses: dict[str, float] = field(default_factory=dict)
    texts: int = 0
    began: float = field(default=0.0)

    def add(self, step: TrainingStep) -> None:
        for head, loss in step.losses.items():
            self.losses[head] = self.losses.get(head, 0.0) + loss * step.texts
        self.texts += step.texts

    def line(self, trainer: Trainer) -> dict[str, float]:
        """The figures of a log line; empties the window."""
        seconds = max(trainer.progress.seconds - self.began, 1e-9)
        texts = max(self.texts, 1)
        done = trainer.done
        figures = {
            "step": trainer.progress.step,
            "seconds": round(trainer.progress.seconds),
            "done": round(done, 4),
            "minutes_left": round(trainer.progress.seconds * (1 - done) / max(done, 1e-9) / 60, 1),
            "texts_per_second": round(self.texts / seconds, 1),
            **{f"{head}_loss": round(loss / texts, 4) for head, loss in self.losses.items()},
        }
        self.losses.clear()
        self.texts, self.began = 0, trainer.progress.seconds
        return figures


class Stop:
    """Set by SIGINT or SIGTERM while entered; the step under way is finished first."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Stop:
        for name in (signal.SIGINT, signal.SIGTERM):
            self._before[name] = signal.signal(name, self._ask)
        return self

    def __exit__(self, *error: object) -> None:
        for name, handler in self._before.items():
            signal.signal(name, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


@dataclass(frozen=True, slots=True)
class TrainingWatch:
    """What goes on beside the steps.

    run: where to save; log: takes a line's figures; measure: dev figures of the averaged weights,
    given how many texts a set (None all), or None where nothing is measured on the way.
    """

    run: Path
    log: Callable[[Figures], None]
    measure: Callable[[int | None], Figures] | None = None
    log_every: int = 50
    save_minutes: float = 4.0
    measure_minutes: float = 12.0
    limit: int = 100


def sit(trainer: Trainer, watch: TrainingWatch) -> bool:
    """Run to the end or until SIGINT or SIGTERM; saved in both cases. True where it is finished."""
    window = Window(began=trainer.progress.seconds)
    saved = measured = trainer.progress.seconds
    with Stop() as stop:
        for step in trainer.run():
            window.add(step)
            if trainer.progress.step % watch.log_every == 0:
                watch.log(window.line(trainer))
            if stop.asked:
                break
            if trainer.progress.seconds - saved >= 60 * watch.save_minutes:
                trainer.save(watch.run)
                saved = trainer.progress.seconds
            if trainer.progress.seconds - measured >= 60 * watch.measure_minutes:
                _measure(trainer, watch, watch.limit)
                measured = trainer.progress.seconds
        trainer.save(watch.run)
    if trainer.done >= 1.0:
        _measure(trainer, watch, None)
        return True
    return False


def _measure(trainer: Trainer, watch: TrainingWatch, limit: int | None) -> None:
    """Dev figures of the averaged weights into the log; the running weights stay as they are."""
    if watch.measure is None:
        return
    running = {k: v.detach().clone() for k, v in trainer.model.state_dict().items()}
    trainer.model.load_state_dict(trainer.average.weights)
    figures = watch.measure(limit)
    trainer.model.load_state_dict(running)
    step = {"step": trainer.progress.step, "limit": limit}
    watch.log({**step, **{k: round(v, 4) for k, v in figures.items()}})

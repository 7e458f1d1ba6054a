"""Train an encoder by a recipe, from the start or from where the run stopped.

    python -m classifiers.encoder.train RECIPE.toml --data DIR --start START --run RUN

The run folder keeps ``state.pt`` (all that going on needs), ``ema.safetensors`` (the averaged
weights, to be measured and packed) and ``log.jsonl``. Ctrl-C or SIGTERM saves and stops; the same
command goes on. ``--minutes`` bounds the time spent training over all parts of the run: the rates
then fall to nothing by that time, however fast the machine is.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from tokenizers import Tokenizer

from classifiers.encoder.data import examples_of
from classifiers.encoder.measure import measure
from classifiers.encoder.pack import unpack
from classifiers.encoder.predict import build
from classifiers.encoder.recipe import read_recipe
from classifiers.encoder.trainer import Step, Trainer


@dataclass(slots=True)
class Window:
    """Mean losses and the pace since the last line of the log."""

    sentiment: float = 0.0
    intent: float = 0.0
    texts: int = 0
    began: float = field(default=0.0)

    def add(self, step: Step) -> None:
        self.sentiment += step.sentiment * step.texts
        self.intent += step.intent * step.texts
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
            "sentiment_loss": round(self.sentiment / texts, 4),
            "intent_loss": round(self.intent / texts, 4),
        }
        self.sentiment = self.intent = 0.0
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


def train(trainer: Trainer, given: argparse.Namespace, tokenizer: Tokenizer) -> bool:
    """Run to the end or until stopped; True where the run is finished."""
    run: Path = given.run
    window = Window(began=trainer.progress.seconds)
    saved = measured = trainer.progress.seconds
    with Stop() as stop:
        for step in trainer.run():
            window.add(step)
            if trainer.progress.step % given.log_every == 0:
                _log(run, window.line(trainer))
            if stop.asked:
                break
            if trainer.progress.seconds - saved >= 60 * given.save_minutes:
                trainer.save(run)
                saved = trainer.progress.seconds
            if trainer.progress.seconds - measured >= 60 * given.measure_minutes:
                _measure(trainer, given, tokenizer, given.limit)
                measured = trainer.progress.seconds
        trainer.save(run)
    if trainer.done >= 1.0:
        _measure(trainer, given, tokenizer, None)
        return True
    return False


def _measure(
    trainer: Trainer, given: argparse.Namespace, tokenizer: Tokenizer, limit: int | None
) -> None:
    """Dev figures of the averaged weights into the log; the running weights stay as they are."""
    running = {k: v.detach().clone() for k, v in trainer.model.state_dict().items()}
    trainer.model.load_state_dict(trainer.average.weights)
    figures = measure(trainer.model, tokenizer, given.data, limit=limit)
    trainer.model.load_state_dict(running)
    step = {"step": trainer.progress.step, "limit": limit}
    _log(given.run, {**step, **{k: round(v, 4) for k, v in figures.items()}})


def _log(run: Path, figures: dict[str, Any]) -> None:
    line = json.dumps(figures)
    with (run / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder with sentiment/, intent/")
    parser.add_argument("--start", type=Path, required=True, help="folder that prune wrote")
    parser.add_argument("--run", type=Path, required=True, help="folder of this run's state")
    parser.add_argument("--minutes", type=float, help="minutes of training in all")
    parser.add_argument(
        "--warm", type=Path, help="trained weights, packed or not, to begin with instead of START's"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=50, help="steps between lines of the log")
    parser.add_argument(
        "--float32",
        action="store_true",
        help="no bfloat16 products, also where the processor has them (half the speed)",
    )
    parser.add_argument("--save-minutes", type=float, default=4.0)
    parser.add_argument("--measure-minutes", type=float, default=12.0)
    parser.add_argument("--limit", type=int, default=100, help="dev texts a set on the way")
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    recipe = read_recipe(given.recipe)
    torch.manual_seed(recipe.seed)
    model = build(given.start, dropout=recipe.training.dropout)
    if given.warm:
        model.load_state_dict(unpack(given.warm))
    else:
        model.body.load_state_dict(unpack(given.start / "body.safetensors"))
    tokenizer = Tokenizer.from_file(str(given.start / "tokenizer.json"))
    trainer = Trainer(
        recipe,
        model,
        tokenizer,
        examples_of(recipe, given.data),
        clock=time.monotonic,
        seconds=given.minutes * 60 if given.minutes else None,
        halves=not given.float32 and torch.cpu._is_avx512_bf16_supported(),
    )
    given.run.mkdir(parents=True, exist_ok=True)
    resumed = trainer.resume(given.run)
    print(
        f"{'going on' if resumed else 'starting'} at step {trainer.progress.step}", file=sys.stderr
    )
    if train(trainer, given, tokenizer):
        print(f"finished; weights in {given.run / 'ema.safetensors'}", file=sys.stderr)
    else:
        print("stopped and saved; the same command goes on", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

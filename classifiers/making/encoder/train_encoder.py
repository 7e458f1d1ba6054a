"""Train an encoder by a recipe, from the start or from where the run stopped.

    python -m classifiers.making.encoder.train_encoder RECIPE --data DIR --start START --run RUN

The run folder keeps ``state.pt`` (all that going on needs), ``ema.safetensors`` (the averaged
weights, to be measured and packed) and ``log.jsonl``. Ctrl-C or SIGTERM saves and stops; the same
command goes on. ``--minutes`` bounds the time spent training over all parts of the run: the rates
then fall to nothing by that time, however fast the machine is.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from classifiers.encoder.pack import unpack
from classifiers.making.encoder.data import examples_of
from classifiers.making.encoder.measure import measure
from classifiers.making.encoder.predict import build, warm_start
from classifiers.making.encoder.recipe import read_recipe
from classifiers.making.encoder.sitting import TrainingWatch, sit
from classifiers.making.encoder.trainer import Trainer
from classifiers.torch_threads import bfloat16_products


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
        warm_start(model, unpack(given.warm))
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
        halves=not given.float32 and bfloat16_products(),
    )
    given.run.mkdir(parents=True, exist_ok=True)
    resumed = trainer.resume(given.run)
    print(
        f"{'going on' if resumed else 'starting'} at step {trainer.progress.step}", file=sys.stderr
    )
    watch = TrainingWatch(
        given.run,
        log=lambda figures: _log(given.run, figures),
        measure=lambda limit: measure(model, tokenizer, given.data, limit=limit),
        log_every=given.log_every,
        save_minutes=given.save_minutes,
        measure_minutes=given.measure_minutes,
        limit=given.limit,
    )
    if sit(trainer, watch):
        print(f"finished; weights in {given.run / 'ema.safetensors'}", file=sys.stderr)
    else:
        print("stopped and saved; the same command goes on", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

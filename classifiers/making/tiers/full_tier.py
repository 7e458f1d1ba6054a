"""The full tier: train, pack, calibrate, measure against what it began with, fit a gate for auto,
write the folder."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer

from classifiers.auto import FILE as GATE
from classifiers.encoder.full import EncoderClassifier
from classifiers.encoder.pack import BUNDLE, WEIGHTS, bundle
from classifiers.labels import Classifier
from classifiers.loading import bundled_fast, load
from classifiers.making import own_rows as own
from classifiers.making.card.head_figures import OwnGate
from classifiers.making.card.licences import Learned
from classifiers.making.card.trained import CARD, Trained, card
from classifiers.making.encoder.data import TaughtText, data_file, examples_of
from classifiers.making.encoder.recipe import Recipe, read_recipe
from classifiers.making.encoder.sitting import TrainingWatch, sit
from classifiers.making.encoder.trainer import Trainer
from classifiers.making.measured import compared, held_out
from classifiers.making.own_examples import as_set, labelled_text
from classifiers.making.tiers import inherited, state
from classifiers.making.tiers.anchors import anchored
from classifiers.making.tiers.beginning import Beginning, beginning_of, model_of, widths
from classifiers.making.tiers.own_gate import fit_own_gate, gate_texts
from classifiers.making.tiers.own_mix import fit_mix
from classifiers.making.tiers.request import Audience, Request
from classifiers.reading import reading_of
from classifiers.tidy import text_key
from classifiers.torch_threads import bfloat16_products, cores


@dataclass(frozen=True, slots=True)
class FullModel:
    """A run's end. ``trained`` is None where it was stopped; ``done``: how much is behind it."""

    done: float
    trained: Trained | None = None


def train(request: Request, console: Audience) -> FullModel:
    """From ``request`` to a model folder with its card; stopped by SIGINT or SIGTERM it saves, and
    the same request goes on. Raises ValueError where it cannot begin."""
    if request.own and not request.data:
        own.enough(request.own)
    parts = own.parts(state.rows_of(request))
    recipe = read_recipe(request.recipe, own=[as_set(one) for one in parts.learn])
    begins = beginning_of(request.begins, recipe)
    held = held_out(parts.held, _dev_files(request.data, recipe))
    threads = request.threads or cores()
    torch.set_num_threads(threads)
    model = model_of(begins, recipe)
    bits = widths(begins, recipe, model.state_dict())
    tokenizer = Tokenizer.from_file(str(begins.folder / "tokenizer.json"))
    rows = {as_set(one).file: [labelled_text(row) for row in one.rows] for one in parts.learn}
    examples = examples_of(recipe, request.data, rows)
    examples = _without(examples, held if rows and request.data else [])
    if begins.whole:
        examples = [
            anchored(model, tokenizer, found, console.say) if labelled.file in rows else found
            for labelled, found in zip(recipe.sets, examples, strict=True)
        ]
    trainer = Trainer(
        recipe,
        model,
        tokenizer,
        examples,
        clock=time.monotonic,
        seconds=request.minutes * 60,
        halves=bfloat16_products(),
    )
    state.begin(request)
    resumed = trainer.resume(request.run)
    console.say(
        f"{'going on' if resumed else 'beginning'} at {trainer.done:.0%}: "
        f"{sum(map(len, examples)):,} texts to learn from, {len(held):,} held out"
    )

    def log(figures: dict[str, float]) -> None:
        state.log(request.run, figures)
        console.progress(figures)

    if not sit(trainer, TrainingWatch(request.run, log, log_every=5)):
        return FullModel(trainer.done)
    console.say("packing and calibrating")
    made = request.run / "model"
    chance = None if begins.whole else recipe.seed
    bundle(request.run / "ema.safetensors", begins.folder, made, bits=bits, chance=chance)
    fitted = fit_mix(made, request.data, parts.spare, recipe, whole=begins.whole)
    after = _served(made, threads)
    trained = Trained(
        tier="full",
        today=request.today,
        began=_name(begins),
        against="the model it began with" if begins.whole else "the bundled full model",
        seconds=trainer.progress.seconds,
        examples=trainer.progress.step * recipe.training.batch,
        layers=recipe.training.layers,
        recipe=recipe.name,
        learned=_learned(recipe, examples),
        inherited=inherited.noted(begins.folder) if begins.whole else [],
        compared=compared(_before(begins, threads), after, held, console.say),
        fitted=fitted,
        alone=recipe.fresh,
        gate=_gate(made, after, request, parts, console) if not recipe.fresh else None,
    )
    inherited.note(made, [*trained.learned, *trained.inherited])
    (made / CARD).write_text(card(trained), encoding="utf-8")
    _hand_over(made, request)
    return FullModel(1.0, trained)


def _dev_files(data: Path | None, recipe: Recipe) -> list[Path]:
    return [data_file(data, one, "dev") for one in recipe.sets] if data else []


def _without(
    examples: list[list[TaughtText]], held: Sequence[own.Fields]
) -> list[list[TaughtText]]:
    """Nothing that is held out is learned from, whichever file it stands in."""
    keys = {text_key(reading_of(row["text"])) for row in held}
    if not keys:
        return examples
    return [[row for row in rows if text_key(row.text) not in keys] for rows in examples]


def _gate(
    made: Path, full: EncoderClassifier, request: Request, parts: own.Parts, console: Audience
) -> OwnGate | None:
    if not request.auto:
        return None
    known = gate_texts(request.data, parts.spare)
    return fit_own_gate(made, bundled_fast(), full, known, parts.held, console.say)


def _name(begins: Beginning) -> str:
    if not begins.whole:
        return "a body that was trained on no labelled set (multilingual-e5-small, MIT)"
    served = EncoderClassifier.read(begins.folder, words=bundled_fast())
    return f"the model {served.model}"


def _before(begins: Beginning, threads: int) -> Classifier:
    return _served(begins.folder, threads) if begins.whole else load("full", threads=threads)


def _served(folder: Path, threads: int) -> EncoderClassifier:
    return EncoderClassifier.read(folder, words=bundled_fast(), threads=threads)


def _learned(recipe: Recipe, examples: Sequence[Sequence[TaughtText]]) -> list[Learned]:
    return [
        Learned(one.name, len(rows), one.licence)
        for one, rows in zip(recipe.sets, examples, strict=True)
    ]


def _hand_over(made: Path, request: Request) -> None:
    """Only now is anything written to OUT: an older model there serves until then."""
    request.out.mkdir(parents=True, exist_ok=True)
    (request.out / GATE).unlink(missing_ok=True)  # it is of the weights that were there
    gate = [GATE] if (made / GATE).exists() else []
    for name in (*BUNDLE, WEIGHTS, inherited.FILE, CARD, *gate):
        part = request.out / f"{name}.part"
        shutil.copyfile(made / name, part)
        part.replace(request.out / name)
    if (request.run / state.LOG).exists():
        shutil.copyfile(request.run / state.LOG, request.out / "training.jsonl")
    shutil.rmtree(made)
    state.clear(request.run)

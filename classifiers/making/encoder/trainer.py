"""One training run: steps, the rates over its length, the average, and its saved state."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn

from classifiers.encoder.heads import HeadedEncoder, Logits, freeze, padded
from classifiers.making.encoder import checkpoint
from classifiers.making.encoder.checkpoint import Average, Progress
from classifiers.making.encoder.data import TaughtText, noisy
from classifiers.making.encoder.losses import Loss, SetBias, label_counts
from classifiers.making.encoder.predict import encode, pad_id
from classifiers.making.encoder.recipe import Recipe, Training
from classifiers.making.encoder.sampling import Draws


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """What one step cost: mean losses, and the texts in it."""

    losses: dict[str, float]
    texts: int


class Trainer:
    """Trains ``model`` by ``recipe``; ``clock`` gives seconds that only grow.

    The run is over when its examples are drawn or, where ``seconds`` is given, when that much
    time has been spent training; the rates fall to nothing by whichever comes first.
    ``halves``: matrix products in bfloat16; weights, their average and the optimiser's state stay
    float32 (Micikevicius et al. 2018, arXiv 1710.03740).
    """

    def __init__(
        self,
        recipe: Recipe,
        model: HeadedEncoder,
        tokenizer: Tokenizer,
        examples: list[list[TaughtText]],
        *,
        clock: Callable[[], float],
        seconds: float | None = None,
        halves: bool = False,
    ) -> None:
        self.recipe, self.model, self.progress = recipe, model, Progress()
        self._halves = halves
        self._tokenizer, self._clock, self._seconds = tokenizer, clock, seconds
        self._pad, self._hidden = pad_id(tokenizer), tokenizer.token_to_id("<unk>") or 0
        training = recipe.training
        counts = label_counts(examples)
        self._rows = sum(map(len, examples))
        freeze(model, training.layers)
        self._bias = SetBias(counts, training.prior)
        weights = [labelled.intent_weight for labelled in recipe.sets]
        dialects = [labelled.dialect for labelled in recipe.sets]
        self._loss = Loss(self._bias, counts, weights, training.smoothing, dialects)
        self._draws = Draws(recipe, examples)
        self._optimizer = torch.optim.AdamW(
            _groups(model, self._bias, training), betas=(0.9, 0.98), eps=1e-6, fused=True
        )
        self._peaks = [group["lr"] for group in self._optimizer.param_groups]
        self.average = Average.of(model, training.ema_decay)

    @property
    def steps(self) -> int:
        """Steps that the recipe's examples make."""
        training = self.recipe.training
        examples = training.examples
        if training.passes:
            examples = min(examples, round(training.passes * self._rows))
        return max(1, examples // training.batch)

    @property
    def done(self) -> float:
        """How much of the run is behind, 0 to 1."""
        by_time = self.progress.seconds / self._seconds if self._seconds else 0.0
        return min(1.0, max(self.progress.step / self.steps, by_time))

    def run(self) -> Iterator[TrainingStep]:
        """Train to the end, yielding after every step; stop iterating and save to pause."""
        self.model.train()
        batches = self._draws.batches(self.progress.step, self._prepared)
        while self.done < 1.0:
            began = self._clock()
            step = self._step(next(batches))
            self.progress.seconds += self._clock() - began
            yield step

    def _step(self, batch: list[tuple[TaughtText, list[int]]]) -> TrainingStep:
        training = self.recipe.training
        for group, peak in zip(self._optimizer.param_groups, self._peaks, strict=True):
            group["lr"] = peak * rate(self.done, training.warmup)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._halves):
            low = self.model(*padded([pieces for _, pieces in batch], self._pad))
        logits = Logits(*(part.float() for part in low))
        losses = self._loss(logits, [example for example, _ in batch])
        self._optimizer.zero_grad()
        sum(losses, torch.zeros(())).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), training.clip)
        self._optimizer.step()
        self.progress.step += 1
        if self.progress.step % training.ema_every == 0:
            self.average.update(self.model)
        each = {name: float(part.detach()) for name, part in losses._asdict().items()}
        return TrainingStep(each, len(batch))

    def _prepared(self, example: TaughtText, chance: random.Random) -> tuple[TaughtText, list[int]]:
        text = noisy(example.text, self.recipe.noise, chance)
        pieces = encode(self._tokenizer, text, self.recipe.training.pieces)
        if share := self.recipe.noise.pieces:
            inner = [self._hidden if chance.random() < share else piece for piece in pieces[1:-1]]
            pieces = [pieces[0], *inner, pieces[-1]]
        return example, pieces

    def save(self, folder: Path) -> None:
        """Write everything that going on needs."""
        state = {
            "recipe": self.recipe.name,
            "progress": asdict(self.progress),
            "model": self.model.state_dict(),
            "bias": self._bias.state_dict(),
            "optimizer": self._optimizer.state_dict(),
        }
        checkpoint.save(folder, state, self.average)

    def resume(self, folder: Path) -> bool:
        """Go on from what ``folder`` holds; False where nothing was saved yet."""
        state = checkpoint.load(folder)
        if state is None:
            return False
        if state["recipe"] != self.recipe.name:
            raise ValueError(
                f"{folder} holds a run of recipe {state['recipe']!r}; use another --run"
            )
        self.progress = Progress(**state["progress"])
        self.model.load_state_dict(state["model"])
        self._bias.load_state_dict(state["bias"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.average = Average(state["average"], self.recipe.training.ema_decay, state["updates"])
        return True


def rate(done: float, warmup: float) -> float:
    """Factor on the peak rates: up in a line over ``warmup``, then down in a line to 0."""
    rise = min(1.0, (done + 1e-3) / warmup) if warmup else 1.0
    return rise * max(0.0, 1.0 - done)


def _groups(model: HeadedEncoder, bias: SetBias, training: Training) -> list[dict[str, Any]]:
    embeddings: list[nn.Parameter] = []
    matrices: list[nn.Parameter] = []
    small: list[nn.Parameter] = []
    for name, parameter in model.body.named_parameters():
        if not parameter.requires_grad:
            continue
        if "word_embeddings" in name:
            embeddings.append(parameter)
        else:
            (matrices if parameter.ndim > 1 else small).append(parameter)
    heads = [*model.look.parameters(), *model.heads.parameters()]
    decay = training.weight_decay
    return [
        {"params": matrices, "lr": training.body_rate, "weight_decay": decay},
        {"params": small, "lr": training.body_rate, "weight_decay": 0.0},
        {"params": embeddings, "lr": training.embedding_rate, "weight_decay": 0.0},
        {"params": heads, "lr": training.head_rate, "weight_decay": decay},
        {"params": list(bias.parameters()), "lr": training.bias_rate, "weight_decay": 0.0},
    ]

"""A run that was stopped and went on ends with the very weights of one that was not."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig

from classifiers.encoder.heads import HEADS, HeadedEncoder
from classifiers.making.encoder import predict
from classifiers.making.encoder.data import examples_of
from classifiers.making.encoder.recipe import Recipe, parse_recipe
from classifiers.making.encoder.trainer import Trainer, rate

RECIPE = {
    "name": "toy",
    "seed": 5,
    "training": {"examples": 96, "batch": 4, "chunk": 5, "pieces": 12, "ema_every": 2,
                 "body_rate": 2e-3, "embedding_rate": 2e-3, "head_rate": 2e-2},
    "noise": {"hashtags": 0.3, "folded": 0.5, "bare": 0.2, "retweets": 0.5},
    "rules": {"desk": [{"forms": ["question"], "allow": ["question"]}, {"allow": ["request"]}]},
    "set": [
        {"file": "sentiment/toy", "licence": "own"},
        {"file": "intent/desk", "licence": "own", "rules": "desk"},
    ],
}  # fmt: skip


@pytest.fixture
def recipe() -> Recipe:
    return parse_recipe(RECIPE)


@pytest.fixture
def tokenizer(tokenizer_document: dict[str, Any]) -> Tokenizer:
    return Tokenizer.from_str(json.dumps(tokenizer_document))


@pytest.fixture
def start(recipe: Recipe, tokenizer: Tokenizer, data: Path) -> Callable[..., Trainer]:
    """Makes a trainer whose clock ticks a second at each look."""

    def make(**options: Any) -> Trainer:
        torch.manual_seed(recipe.seed)
        config = BertConfig(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=16,
        )
        model = HeadedEncoder(config, dropout=0.1)
        ticks = itertools.count()
        examples = examples_of(recipe, data)
        clock = lambda: float(next(ticks))  # noqa: E731
        return Trainer(recipe, model, tokenizer, examples, clock=clock, **options)

    return make


def test_resumed_equals_uninterrupted(start: Callable[..., Trainer], tmp_path: Path) -> None:
    whole = start()
    losses = [step.losses for step in whole.run()]
    assert len(losses) == whole.steps == 24

    first = start()
    before = [step.losses for step in itertools.islice(first.run(), 7)]
    first.save(tmp_path / "run")
    torch.manual_seed(999)
    second = start()
    assert second.resume(tmp_path / "run")
    assert second.progress.step == 7
    after = [step.losses for step in second.run()]

    assert before + after == losses
    for name, tensor in whole.model.state_dict().items():
        assert torch.equal(second.model.state_dict()[name], tensor), name
        assert torch.equal(second.average.weights[name], whole.average.weights[name]), name


def test_training_learns(start: Callable[..., Trainer]) -> None:
    steps = list(start().run())
    early, late = steps[:6], steps[-6:]
    for head in ("sentiment", "intent"):
        assert sum(s.losses[head] for s in late) < sum(s.losses[head] for s in early), head


def test_time_ends_a_run_and_counts_over_its_parts(
    start: Callable[..., Trainer], tmp_path: Path
) -> None:
    first = start(seconds=10.0)
    list(itertools.islice(first.run(), 4))
    first.save(tmp_path / "run")
    second = start(seconds=10.0)
    second.resume(tmp_path / "run")
    assert second.done == pytest.approx(0.4)
    list(second.run())
    assert second.progress.step == 10


def test_a_run_of_another_recipe_is_refused(start: Callable[..., Trainer], tmp_path: Path) -> None:
    trainer = start()
    assert not trainer.resume(tmp_path / "run")
    trainer.save(tmp_path / "run")
    state = torch.load(tmp_path / "run" / "state.pt", weights_only=True)
    torch.save({**state, "recipe": "other"}, tmp_path / "run" / "state.pt")
    with pytest.raises(ValueError, match="run of recipe 'other'"):
        start().resume(tmp_path / "run")


def test_rates_rise_then_fall_to_nothing() -> None:
    values = [rate(done / 100, 0.1) for done in range(101)]
    peak = values.index(max(values))
    assert 8 <= peak <= 11
    assert values[:peak] == sorted(values[:peak])
    assert values[peak:] == sorted(values[peak:], reverse=True)
    assert values[-1] == 0.0


def test_a_long_text_keeps_both_ends(tokenizer: Tokenizer) -> None:
    ids = predict.encode(tokenizer, "the shop opens at nine " * 50, 12)
    assert len(ids) == 12
    assert (ids[0], ids[-1]) == (tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>"))


def test_scores_do_not_depend_on_the_company(
    start: Callable[..., Trainer], tokenizer: Tokenizer
) -> None:
    model = start().model.eval()
    texts = ["my parcel is lost again", "", "الخدمة ممتازة وسريعة", "وصل الطلب اليوم وصل الطلب"]
    together = predict.score(model, tokenizer, texts, pieces=12, batch=3)
    for at, text in enumerate(texts):
        alone = predict.score(model, tokenizer, [text], pieces=12)
        for head, both, single in zip(HEADS, together, alone, strict=True):
            assert both[at] == pytest.approx(single[0], abs=1e-5), head

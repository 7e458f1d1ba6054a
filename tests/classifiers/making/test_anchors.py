"""Labels that rows do not have are held where the model had them; those they have stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from classifiers.making.encoder.data import TaughtText
from classifiers.making.encoder.predict import load_model, score
from classifiers.making.encoder.scores import softmax
from classifiers.making.tiers.anchors import MASS, SURE, anchored
from tests.classifiers.making.own_rows import shipped

TEXTS = ("الخدمة ممتازة", "my parcel is lost again", "وصل الطلب اليوم")


@pytest.fixture
def rows() -> list[TaughtText]:
    return [
        TaughtText(TEXTS[0], 0, sentiment=2, intents=()),
        TaughtText(TEXTS[1], 0, sentiment=-1, intents=(1,)),
        TaughtText(TEXTS[2], 0, sentiment=0, intents=(5,), needs=1, dialects=(4,)),
    ]


def test_what_is_missing_is_what_the_model_says(
    rows: list[TaughtText], tokenizer_document: dict[str, Any], tmp_path: Path
) -> None:
    folder = shipped(tmp_path, tokenizer_document)
    model = load_model(folder, folder / "model.safetensors").train()
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer_document))
    said: list[str] = []
    first, second, third = anchored(model, tokenizer, rows, said.append)
    assert model.training
    assert said == ["reading what the model says now: 3 of 3 texts"]

    scored = score(model.eval(), tokenizer, TEXTS)
    aims, moods = softmax(scored.intent), softmax(scored.sentiment)
    assert first.sentiment == 2
    assert aims[0][list(first.intents)].sum() >= MASS
    assert aims[0].argmax() in first.intents
    assert second.intents == (1,)
    assert second.sentiment == (int(moods[1].argmax()) if moods[1].max() >= SURE else -1)
    assert (third.sentiment, third.intents) == (0, (5,))
    needs, spoken = softmax(scored.needs), softmax(scored.dialect)
    assert second.needs == (int(needs[1].argmax()) if needs[1].max() >= SURE else -1)
    assert third.needs == 1
    for at, row in enumerate((first, second)):
        assert spoken[at][list(row.dialects)].sum() >= MASS
    assert third.dialects == (4,)
    assert anchored(model, tokenizer, [], said.append) == []

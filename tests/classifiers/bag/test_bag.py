"""The fast tier keeps the protocol's promises for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import load
from classifiers.assemble import CHARACTERS
from classifiers.bag.classifier import BATCH, FILE, BagClassifier
from classifiers.labels import DIALECTS

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@given(st.lists(ANY_TEXT, max_size=5))
@settings(deadline=None, max_examples=60)
def test_any_list_comes_back_in_order_and_a_text_does_not_see_its_neighbours(
    texts: list[str],
) -> None:
    model = load("fast")
    assert model.classify(texts) == [model.classify([text])[0] for text in texts]


def test_identical_texts_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load("fast")
    assert isinstance(model, BagClassifier)
    seen: list[int] = []
    compute = model._classify
    monkeypatch.setattr(model, "_classify", lambda part: seen.append(len(part)) or compute(part))
    labels = model.classify(["الخدمة زفت", "@ali الخدمة زفت", "@sara الخدمة زفت"] * 500)
    assert len(labels) == 1500
    assert seen == [2]


def test_ten_thousand_texts_go_in_bounded_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load("fast")
    assert isinstance(model, BagClassifier)
    sizes: list[int] = []
    compute = model._classify
    monkeypatch.setattr(model, "_classify", lambda part: sizes.append(len(part)) or compute(part))
    assert len(model.classify([f"الفرع {at % 100} شارع {at // 100}" for at in range(10_000)]))
    assert sum(sizes) == 10_000
    assert max(sizes) <= BATCH


def test_long_texts_go_in_smaller_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load("fast")
    assert isinstance(model, BagClassifier)
    parts: list[int] = []
    compute = model._classify
    monkeypatch.setattr(
        model, "_classify", lambda part: parts.append(sum(map(len, part))) or compute(part)
    )
    assert len(model.classify([f"{at} " + "كلمة طويلة " * 500 for at in range(150)])) == 150
    assert max(parts) <= CHARACTERS


def test_the_same_name_is_one_model_whose_id_names_weights_calibration_and_rules() -> None:
    assert load("bundled").model == load("auto").model
    assert load("bundled", tier="fast").model == load("fast").model
    name, digest, calibration, rules = load("fast").model.split("-")
    assert (name, len(digest)) == ("fast", 12)
    assert calibration.startswith("c")
    assert rules.startswith("r")


def test_the_bundled_weights_are_at_most_eight_megabytes() -> None:
    import classifiers

    path = Path(classifiers.__file__).parent / "weights" / "fast" / FILE
    assert path.stat().st_size <= 8_000_000


def test_each_head_has_its_say_in_the_label() -> None:
    model = load("fast")
    assert isinstance(model, BagClassifier)
    late, thanks, tweet = model.classify(
        [
            "طلبي متأخر من اسبوع ومحد يرد علي من الدعم، وينه؟",
            "شكرا لكم خدمة ممتازة وسريعة",
            "good morning everyone, what a lovely sunset",
        ]
    )
    assert (late.sentiment, late.needs_response) == ("negative", True)
    assert late.needs_probability is not None
    assert late.needs_probability >= model.needs_at
    assert late.dialect in DIALECTS
    assert late.dialect_probability is not None
    assert 1 / len(DIALECTS) <= late.dialect_probability <= 1
    assert (thanks.sentiment, thanks.intent, thanks.needs_response) == ("positive", "praise", False)
    assert (tweet.needs_response, tweet.dialect, tweet.dialect_probability) == (False, None, None)


def test_signs_alone_want_nothing() -> None:
    assert not any(label.needs_response for label in load("fast").classify(["", "؟؟؟", "😡😡"]))


def test_a_folder_without_weights_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"making\.bag\.train"):
        load(str(tmp_path))


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    save_file({"x": np.zeros(1, np.float32)}, tmp_path / FILE)
    with pytest.raises(ValueError, match="rasid-bag"):
        load(str(tmp_path))

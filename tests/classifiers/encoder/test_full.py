"""The full tier on a toy: what a folder must hold, what is mixed, no matter the neighbours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifiers import load
from classifiers.encoder.full import EncoderClassifier
from classifiers.encoder.mixing import OpinionMix
from classifiers.folders import kind_of
from classifiers.labels import DIALECTS, INTENTS, SENTIMENTS
from classifiers.loading import bundled_fast
from classifiers.making.encoder.predict import load_model
from classifiers.torch_threads import cores
from tests.classifiers.conftest import SENTENCES

TEXTS = [text for text, _ in SENTENCES]


def read(folder: Path, **options: object) -> EncoderClassifier:
    return EncoderClassifier.read(folder, words=bundled_fast(), **options)  # type: ignore[arg-type]


def test_a_folder_of_ours_is_loaded_by_its_path_and_named_by_its_weights(folder: Path) -> None:
    found = load(str(folder))
    assert isinstance(found, EncoderClassifier)
    name, digest, calibration, rules = found.model.split("-")
    assert (name, len(digest), calibration, rules[0]) == ("full", 12, "c3", "r")
    assert kind_of(folder) == "encoder"
    assert kind_of(folder.parent) != "encoder"


def test_eight_bits_say_what_float32_says(folder: Path) -> None:
    quick, exact = read(folder), read(folder, quick=False)
    assert quick.model != exact.model
    for few, all_bits in zip(quick.shares(TEXTS), exact.shares(TEXTS), strict=True):
        for row, wanted in zip(few, all_bits, strict=True):
            assert row == pytest.approx(wanted, abs=0.03)


def test_the_shares_are_those_of_the_network_that_was_trained(folder: Path) -> None:
    import torch
    from tokenizers import Tokenizer

    from classifiers.making.encoder.predict import score

    network = load_model(folder, folder / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    logits = torch.tensor(score(network, tokenizer, TEXTS).sentiment)
    wanted = logits.softmax(1).tolist()
    for row, right in zip(read(folder, quick=False).shares(TEXTS).sentiment, wanted, strict=True):
        assert row == pytest.approx(right, abs=1e-4)


def test_long_texts_are_read_at_both_ends(folder: Path) -> None:
    model = read(folder)
    middle = "وصل " * 400
    first, second, third = model.shares(
        [f"ممتازة {middle} lovely", f"ممتازة {middle} فرعا {middle} lovely", f"lost {middle} again"]
    ).sentiment
    assert first == pytest.approx(second, abs=1e-6)
    assert first != pytest.approx(third, abs=1e-6)


def test_a_mix_is_a_product_of_powers() -> None:
    encoder, fast = [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]
    both = [e**0.75 * f**0.5 for e, f in zip(encoder, fast, strict=True)]
    assert OpinionMix(0.75, 0.5)(encoder, fast) == pytest.approx(
        [value / sum(both) for value in both]
    )
    assert OpinionMix()(encoder, [0.0, 0.0, 1.0]) == pytest.approx(encoder)
    assert OpinionMix(1.0, 1.0)([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]) == pytest.approx(
        [0.5, 0.5, 0], abs=1e-5
    )


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ValueError, match=name.split(".")[0]):
        read(folder)


def test_weights_of_another_shape_are_refused(folder: Path) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "num_hidden_layers": 3}))
    with pytest.raises(ValueError, match="not those of its config"):
        read(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "two-heads-1"}, "four-heads-1"),
        ({"needs_at": 1.5}, "four-heads-1"),
        ({"mix": {}}, "KeyError"),
        ({"calibration": "new"}, "ValueError"),
    ],
)
def test_a_config_of_another_version_is_refused(
    folder: Path, change: dict[str, object], said: str
) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "rasid": {**config["rasid"], **change}}))
    with pytest.raises(ValueError, match=said):
        read(folder)


def test_cores_are_those_that_this_process_may_use() -> None:
    import os

    assert 1 <= cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_bit_turned_anywhere_is_noticed(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[-40] ^= 1  # a number among the weights, a letter among the pieces: both can be read
    (folder / name).write_bytes(bytes(data))
    with pytest.raises(ValueError, match=f"{name} is not the file that was written"):
        read(folder)


def test_a_label_says_what_each_head_says(folder: Path) -> None:
    model = read(folder)
    text = "وين طلبي من اسبوع"
    label, seen = model.classify([text])[0], bundled_fast().look([text])[0]
    mixed = model.mixed(seen, [head[0] for head in model.shares([text])])
    assert label.sentiment == SENTIMENTS[mixed.sentiment.index(max(mixed.sentiment))]
    assert label.intent == INTENTS[mixed.intent.index(max(mixed.intent))]
    assert label.dialect == DIALECTS[mixed.dialect.index(max(mixed.dialect))]
    assert label.dialect_probability == pytest.approx(max(mixed.dialect), abs=0.01)
    assert label.needs_probability == pytest.approx(mixed.needs, abs=0.01)
    assert label.needs_response == (mixed.needs >= model.needs_at)
    assert model.needs_at == 0.4  # as its config says


def test_english_is_in_no_dialect_and_signs_alone_need_no_answer(folder: Path) -> None:
    english, signs = read(folder).classify(["the parcel is late again", "😡😡😡"])
    assert (english.dialect, english.dialect_probability) == (None, None)
    assert not signs.needs_response
    assert signs.intent in ("praise", "other")

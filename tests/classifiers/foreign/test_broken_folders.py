"""Folders of our own two formats with a file missing, cut, or a bit of it turned: an error that
names the folder, or labels as they should be. Never anything else, and never at a text."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifiers import load
from classifiers.loading import WEIGHTS
from tests.classifiers.odd import check

FILES = {
    "fast": ["model.safetensors"],
    "full": ["model.safetensors", "config.json", "tokenizer.json"],
}
EACH = [(tier, name) for tier, names in FILES.items() for name in names]
TEXTS = ["الخدمة ممتازة ﷽", "great service", "bhai app nahi chal raha", "😡", "", "a" * 3_000]
Make = Callable[[str], Path]


@pytest.fixture
def folder_of(tmp_path: Path) -> Make:
    """A folder with the bundled files of a tier, each replaceable."""

    def make(tier: str) -> Path:
        if tier == "full":
            pytest.importorskip("torch", reason="the encoder needs torch")
            pytest.importorskip("transformers", reason="the encoder needs transformers")
        for name in FILES[tier]:
            (tmp_path / name).symlink_to(WEIGHTS / tier / name)
        return tmp_path

    return make


def _replace(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


def _refused_or_labelled(folder: Path) -> None:
    try:
        model = load(str(folder))
    except ValueError as error:
        said = str(error)
    else:
        return check(model.classify(TEXTS), TEXTS)
    assert str(folder) in said


@pytest.mark.parametrize("tier", FILES)
def test_a_whole_folder_is_the_bundled_model(tier: str, folder_of: Make) -> None:
    assert load(str(folder_of(tier))).model == load(tier).model


@pytest.mark.parametrize("damage", ["missing", "cut", "empty", "noise"])
@pytest.mark.parametrize(("tier", "name"), EACH)
def test_a_missing_or_cut_file_is_refused(
    tier: str, name: str, damage: str, folder_of: Make
) -> None:
    folder = folder_of(tier)
    data = (folder / name).read_bytes()
    if damage == "missing":
        (folder / name).unlink()
    else:
        wrong = {
            "cut": data[: len(data) // 2],
            "empty": b"",
            "noise": random.Random(1).randbytes(99),
        }
        _replace(folder / name, wrong[damage])
    with pytest.raises(ValueError, match=str(folder)):
        load(str(folder))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("tier", "name"), EACH)
def test_a_turned_bit_is_refused_or_does_no_harm(
    tier: str, name: str, seed: int, folder_of: Make
) -> None:
    """Half of them where a file describes itself, half anywhere."""
    folder, chance = folder_of(tier), random.Random(seed)
    data = bytearray((folder / name).read_bytes())
    data[chance.randrange(min(len(data), 4_000) if seed % 2 else len(data))] ^= 1 << seed
    _replace(folder / name, bytes(data))
    _refused_or_labelled(folder)


def _bag(folder: Path, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    """Writes the fast model again after ``change`` of its tensors and what it says of itself, as
    if it had been written so: what is wrong with it is not its digest."""
    from safetensors.numpy import load_file, save_file

    from classifiers.bag.digest import digest

    path = folder / "model.safetensors"
    head = path.read_bytes()
    about = json.loads(head[8 : 8 + int.from_bytes(head[:8], "little")])["__metadata__"]["rasid"]
    tensors, said = load_file(path), json.loads(about.partition("\n")[0])
    change(tensors, said)
    path.unlink()
    about = json.dumps(said)
    save_file(tensors, path, {"rasid": f"{about}\n{digest(about, tensors)}"})


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors, said: tensors["sentiment.scale"].fill(np.nan),
        lambda tensors, said: tensors["language.bias"].fill(np.inf),
        lambda tensors, said: tensors.update({"intent.table": tensors["intent.table"][:-1]}),
        lambda tensors, said: tensors.update(
            {"dialect.table": tensors["dialect.table"].astype(np.int16)}
        ),
        lambda tensors, said: tensors.pop("dialect.scale"),
        lambda tensors, said: said.pop("calibration"),
        lambda tensors, said: said["heads"].pop("language"),
        lambda tensors, said: said["heads"].pop("needs"),
        lambda tensors, said: said["heads"]["needs"].update(classes=["yes", "no"]),
        lambda tensors, said: said.pop("lean"),
        lambda tensors, said: said["lean"].pop(),
        lambda tensors, said: said["lean"][0].__setitem__(0, float("nan")),
        lambda tensors, said: said.update(needs_at=1.5),
        lambda tensors, said: said["heads"]["language"]["classes"].__setitem__(0, "xx"),
        lambda tensors, said: said["heads"]["dialect"]["classes"].pop(),
        lambda tensors, said: said["heads"]["sentiment"].update(temperature=0),
        lambda tensors, said: said.update(heads=[]),
    ],
)
def test_a_fast_file_that_would_fail_at_a_text_is_refused(
    change: Callable[[Any, Any], None], folder_of: Make
) -> None:
    folder = folder_of("fast")
    _bag(folder, change)
    with pytest.raises(ValueError, match=str(folder)):
        load(str(folder))


def _stamp(folder: Path) -> None:
    """As if the folder had been written so: what is wrong with it is not its digests."""
    from classifiers.making.encoder.calibrate import stamp

    _replace(folder / "config.json", (folder / "config.json").read_bytes())  # no link any more
    stamp(folder)


def _tokenizer(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    raw = json.loads((folder / "tokenizer.json").read_bytes())
    change(raw)
    _replace(folder / "tokenizer.json", json.dumps(raw).encode())
    _stamp(folder)


def test_a_tokenizer_that_counts_further_than_the_network_is_refused(folder_of: Make) -> None:
    folder = folder_of("full")
    _tokenizer(folder, lambda raw: raw["model"]["vocab"].append(["☂", -3.0]))
    with pytest.raises(ValueError, match="the tokenizer counts to"):
        load(str(folder))


def test_a_tokenizer_that_panics_is_refused(folder_of: Make) -> None:
    folder = folder_of("full")
    # Four bytes that promise a table of 60 KB, and no table: Rust slices past the end.
    _tokenizer(
        folder,
        lambda raw: raw["normalizer"]["normalizers"][0].update(precompiled_charsmap="AOoAAA=="),
    )
    with pytest.raises(ValueError, match="cannot be read"):
        load(str(folder))


def test_weights_that_are_no_numbers_are_refused(folder_of: Make) -> None:
    folder = folder_of("full")
    data = bytearray((folder / "model.safetensors").read_bytes())
    length = int.from_bytes(data[:8], "little")
    place = json.loads(data[8 : 8 + length])["heads.intent.bias"]["data_offsets"][0] + 8 + length
    data[place : place + 2] = np.float16(np.nan).tobytes()
    _replace(folder / "model.safetensors", bytes(data))
    _stamp(folder)
    with pytest.raises(ValueError, match=r"heads\.intent\.bias holds what is no number"):
        load(str(folder))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"calibration": ', '"calibrated": '),
        ('"encoder": 0', '"encoder": -0'),
        ('"fast": 0', '"fast": 1e999, "x": 0'),
        ('"four-heads-1"', '"four-heads-9"'),
        ('"mix": {', '"mix": [], "more": {'),
        ('"hidden_size": 384', '"hidden_size": 768'),
        ('"hidden_act": "gelu"', '"hidden_act": "glue"'),
    ],
)
def test_a_config_that_is_not_what_the_weights_need_is_refused(
    old: str, new: str, folder_of: Make
) -> None:
    folder = folder_of("full")
    text = (folder / "config.json").read_text()
    assert old in text
    _replace(folder / "config.json", text.replace(old, new).encode())
    with pytest.raises(ValueError, match=str(folder)):
        load(str(folder))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"sure": [], "asks": 0, "fast": "", "full": ""}']
)
def test_a_broken_gate_is_refused(tmp_path: Path, text: str) -> None:
    from classifiers.auto import Gate

    path = tmp_path / "auto.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=str(path)):
        Gate.read(path)
    with pytest.raises(ValueError, match=str(path)):
        Gate.read(tmp_path / "auto.json")

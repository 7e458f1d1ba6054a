"""The commands end to end on a toy: train, stop, go on, measure, pack, measure again."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import BertConfig

from classifiers.encoder import pack
from classifiers.encoder.heads import HEADS, HeadedEncoder
from classifiers.making.encoder import measure
from classifiers.making.encoder import train_encoder as train
from classifiers.making.encoder.predict import load_model, score

SENTENCES = ("الخدمة ممتازة وسريعة", "my parcel is lost again", "وصل الطلب اليوم", "")
RECIPE = """
name = "toy"
[training]
examples = 60
batch = 4
chunk = 4
pieces = 12
[[set]]
file = "sentiment/toy"
licence = "own"
"""


@pytest.fixture
def folders(tokenizer_document: dict[str, Any], data: Path, tmp_path: Path) -> list[str]:
    """Arguments of a training run of 15 steps."""
    start = tmp_path / "start"
    start.mkdir()
    config = BertConfig(
        vocab_size=len(tokenizer_document["model"]["vocab"]),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    config.save_pretrained(start)
    (start / "tokenizer.json").write_text(json.dumps(tokenizer_document), encoding="utf-8")
    torch.manual_seed(1)
    save_file(HeadedEncoder(config).body.state_dict(), str(start / "body.safetensors"))
    (tmp_path / "toy.toml").write_text(RECIPE)
    dev = data / "sentiment/astd.dev.jsonl.gz"
    shutil.copyfile(data / "sentiment/toy.train.jsonl.gz", dev)
    given = {"--data": data, "--start": start, "--run": tmp_path / "run", "--log-every": 1}
    return [str(tmp_path / "toy.toml"), *(str(p) for pair in given.items() for p in pair)]


def test_stopped_it_saves_and_the_same_command_goes_on(
    folders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train.main([*folders[:-3], str(tmp_path / "whole"), *folders[-2:]])
    write = train._log

    def interrupted(run: Path, figures: dict[str, Any]) -> None:
        write(run, figures)
        if figures["step"] == 4:
            signal.raise_signal(signal.SIGINT)

    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(train, "_log", interrupted)
    assert train.main(folders) == 0
    assert signal.getsignal(signal.SIGINT) is handler
    log = tmp_path / "run" / "log.jsonl"
    assert [json.loads(line)["step"] for line in log.read_text().splitlines()] == [1, 2, 3, 4]

    assert train.main(folders) == whole == 0
    last = json.loads(log.read_text().splitlines()[-1])
    assert last["step"] == 15
    assert 0.0 <= last["astd"] <= 1.0
    name = "ema.safetensors"
    assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_packed_weights_score_as_whole_ones_and_are_measured(
    folders: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train.main(folders)
    whole, start, data = tmp_path / "run" / "ema.safetensors", folders[4], folders[2]
    out = tmp_path / "bundle"
    assert pack.main([str(whole), "--start", start, "--out", str(out), "--bits", "8"]) == 0
    assert {path.name for path in out.iterdir()} == {
        "config.json",
        "tokenizer.json",
        "model.safetensors",
    }
    small = out / "model.safetensors"
    assert small.stat().st_size < 0.4 * whole.stat().st_size
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    before = score(load_model(Path(start), whole), tokenizer, SENTENCES)
    after = score(load_model(out, small), tokenizer, SENTENCES)
    for head, whole_ones, packed in zip(HEADS, before, after, strict=True):
        assert packed == pytest.approx(whole_ones, abs=0.02), head

    capsys.readouterr()
    assert measure.main([str(small), "--start", str(out), "--data", data, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert {name for name in figures if not name.startswith("written_")} == {
        *("astd", "temperature", "calibration_error"),
    }
    assert {
        *("written_sentiment_macro_f1", "written_intent_macro_f1"),
        *("written_needs_recall_at_p88", "written_dialect"),
    } <= set(figures)
    assert all(0.0 <= value <= 1.0 for name, value in figures.items() if name != "temperature")


def test_a_folder_that_is_too_big_fails(
    folders: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train.main(folders)
    whole = str(tmp_path / "run" / "ema.safetensors")
    given = [whole, "--start", folders[4], "--out", str(tmp_path / "out"), "--most", "100"]
    assert pack.main(given) == 1
    assert "use fewer bits" in capsys.readouterr().err

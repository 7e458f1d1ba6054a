"""`rasid model train` as it is typed: files and corrections in, exit codes out."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert

from classifiers.making.tiers import request as asked
from listener.cli import main, training
from listener.store.migrate import migrate
from listener.store.session import Database, open_database
from listener.store.tables import labels
from tests.classifiers.making.own_rows import RECIPE, rows, shipped
from tests.listener.store.rows import NOW, mention, store

CONFIG = """
[service]
data = "{data}"
[storage]
redis = "none"
[[brands]]
name = "Zain"
query = "زين"
"""


@pytest.fixture
def start(tokenizer_document: dict[str, Any], tmp_path: Path) -> Path:
    (tmp_path / "toy.toml").write_text(RECIPE)
    return shipped(tmp_path / "start", tokenizer_document)


def file_of(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows(count)), encoding="utf-8")
    return path


def train(folder: Path, *arguments: object) -> Result:
    given = ["model", "train", *map(str, arguments), "--out", str(folder / "made")]
    return CliRunner().invoke(main, ["--config", str(folder / "rasid.toml"), *given])


def toy(start: Path) -> list[object]:
    return [
        "--start",
        start,
        "--recipe",
        start.parents[1] / "toy.toml",
        "--threads",
        1,
        "--no-auto",
    ]


def test_a_file_becomes_a_model_that_classifies(start: Path, tmp_path: Path) -> None:
    made = train(tmp_path, file_of(tmp_path / "shop.jsonl", 250), *toy(start))
    assert made.exit_code == 0, made.output
    assert "the model it began with" in made.stdout
    assert "min left" in made.stderr
    given = ["model", "classify", "--model", str(tmp_path / "made")]
    used = CliRunner().invoke(main, given, input="الخدمة ممتازة\n")
    assert json.loads(used.stdout)["sentiment"] in ("negative", "neutral", "positive")


def test_corrections_of_the_service_are_learned_from(start: Path, tmp_path: Path) -> None:
    (tmp_path / "rasid.toml").write_text(CONFIG.format(data=tmp_path / "data"), encoding="utf-8")
    asyncio.run(_corrected(open_database(f"sqlite:///{tmp_path / 'data' / 'rasid.db'}")))
    made = train(tmp_path, file_of(tmp_path / "shop.jsonl", 250), "--corrections", *toy(start))
    assert made.exit_code == 0, made.output
    assert "12 corrections: 6 of sentiment, 5 of intent, 4 of the need of a response" in made.stderr
    card = (tmp_path / "made" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "corrections (your own; " in card
    assert "shop (your own; " in card
    assert "mostly where the model was wrong" in card


def test_every_file_is_a_set_of_its_own_whatever_it_is_called(start: Path, tmp_path: Path) -> None:
    counts = {"a/shop.jsonl": 100, "b/shop-2.jsonl": 130, "c/shop.jsonl": 160}
    files, seen = [], 0
    for name, count in counts.items():
        path = tmp_path / name
        path.parent.mkdir()
        few = rows(seen + count)[seen:]
        seen += count
        path.write_text("".join(json.dumps(row) + "\n" for row in few), encoding="utf-8")
        files.append(path)
    made = train(tmp_path, *files, *toy(start))
    assert made.exit_code == 0, made.output
    card = (tmp_path / "made" / "MODEL_CARD.md").read_text(encoding="utf-8")
    learned = re.findall(r"(shop\S*) \(your own; (\d+)\)", card)
    assert [name for name, _ in learned] == ["shop", "shop-2", "shop-3"]
    assert sum(int(count) for _, count in learned) + _held(card) == seen


def _held(card: str) -> int:
    found = re.search(r"\| all \| (\d+) \|", card)
    return int(found[1]) if found else 0


async def _corrected(db: Database) -> None:
    try:
        await migrate(db)
        found = await store(db, *(mention(at, f"الطلب رقم {at} تأخر") for at in range(12)))
        given = {"revision": 1, "head": "sentiment", "source": "user:U1", "value": "negative"}
        asked = {**given, "head": "intent", "value": "question"}
        quiet = {**given, "head": "needs_response", "value": "no"}
        async with db.writing() as connection:
            made = [{**given, "mention_id": at, "detail": {}, "at": NOW} for at in found.new[:6]]
            made += [{**asked, "mention_id": at, "detail": {}, "at": NOW} for at in found.new[4:9]]
            made += [{**quiet, "mention_id": at, "detail": {}, "at": NOW} for at in found.new[8:]]
            await connection.execute(insert(labels), made)
    finally:
        await db.close()


def test_stopped_is_1_and_the_same_command_goes_on(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [file_of(tmp_path / "shop.jsonl", 250), *toy(start)]
    with monkeypatch.context() as patch:

        def interrupted() -> asked.Audience:
            return asked.Audience(progress=lambda _: signal.raise_signal(signal.SIGINT))

        patch.setattr(training, "_console", interrupted)
        stopped = train(tmp_path, *given)
    assert stopped.exit_code == 1
    assert "the same command goes on" in stopped.stderr
    assert not (tmp_path / "made").exists()
    assert train(tmp_path, *given).exit_code == 0
    assert (tmp_path / "made" / "MODEL_CARD.md").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "nothing to learn from"),
        (["--tier", "fast", "--start", ".", "--data", "."], 2, "is for --tier full"),
        (["FILE", "--minutes", "0"], 2, "minutes"),
        (["FILE"], 1, "30 different labelled texts are too few"),
        (["FILE", "--recipe", "best"], 1, "no recipe 'best'"),
        (["FILE", "--recipe", "open", "--start", "START"], 1, "must not begin with weights"),
        (["FILE", "--tier", "fast"], 1, "say with --data"),
        (["FILE", "--corrections"], 1, "rasid init"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_says_what_can(
    arguments: list[str], code: int, message: str, start: Path, tmp_path: Path
) -> None:
    names = {"FILE": file_of(tmp_path / "few.jsonl", 30), "START": start}
    if "open" in arguments:
        names["FILE"] = file_of(tmp_path / "enough.jsonl", 250)
    found = train(tmp_path, *(names.get(one, one) for one in arguments))
    assert (found.exit_code, message in found.stderr) == (code, True), found.output
    assert not (tmp_path / "made").exists()

"""Who asks about relevance, and with what."""

from __future__ import annotations

from pathlib import Path

from classifiers import load
from listener.cli.house import House, open_house
from listener.cli.processes import scorer_of
from listener.settings import Settings


async def _house(tmp_path: Path, **relevance: object) -> House:
    settings = Settings.model_validate(
        {
            "service": {"data": str(tmp_path)},
            "storage": {"redis": "none"},
            "classifiers": {"relevance": relevance},
        }
    )
    async with open_house(settings) as house:
        return house


async def test_any_classifier_may_be_asked_beside_the_fast_model(tmp_path: Path) -> None:
    house = await _house(tmp_path)
    for name in ("fast", "lexicon"):
        scorer = scorer_of(house, load(name))
        assert scorer is not None
        assert scorer.reads.startswith("words-fast-")


async def test_switched_off_nobody_asks(tmp_path: Path) -> None:
    assert scorer_of(await _house(tmp_path, enabled=False), load("fast")) is None

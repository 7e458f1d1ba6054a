"""What became of a run: the networks' list of posts against the stand-in's journal."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.faults.truth import MARK, mark


@dataclass(frozen=True, slots=True)
class Shown:
    """Mark → how many cards were ever posted, and how many stand at the end."""

    posted: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Lists are marks of posts. ``posted_twice`` were shown twice, if only until the later was
    removed; ``standing_twice`` still are. ``left_open``: rows not at rest; ``left_running``: ids of
    processes that outlived the run."""

    cards: int
    mentions_lost: list[str]
    alerts_lost: list[str]
    posted_twice: list[str]
    standing_twice: list[str]
    unasked: list[str]
    faults: Counter[str]
    killed: Counter[str]
    seconds: float
    left_open: dict[str, int]
    left_running: list[int]
    queue_answers: bool | None

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing standing twice, all at rest, nobody left behind."""
        bad = [self.mentions_lost, self.alerts_lost, self.standing_twice, self.unasked]
        return not any((*bad, self.left_open, self.left_running, self.queue_answers is False))

    def __str__(self) -> str:
        return "\n".join(
            [
                f"cards               {self.cards}",
                f"mentions lost       {_said(self.mentions_lost)}",
                f"alerts lost         {_said(self.alerts_lost)}",
                f"cards posted twice  {_said(self.standing_twice)} at the end, "
                f"{_said(self.posted_twice)} ever",
                f"cards of no post    {_said(self.unasked)}",
                f"faults at Slack     {dict(sorted(self.faults.items()))}",
                f"processes killed    {dict(sorted(self.killed.items()))}",
                f"left open           {self.left_open or 'nothing'}",
                f"left running        {self.left_running or 'nothing'}",
                f"queue answers       {self.queue_answers}",
                f"seconds             {self.seconds:.0f}",
            ]
        )


def _said(marks: list[str]) -> str:
    return f"{len(marks)}" + (f" ({', '.join(marks[:8])})" if marks else "")


def shown(journal: Path) -> Shown:
    """Counts cards by the mark in their text; answers in threads are none."""
    found = Shown()
    for entry in _lines(journal):
        message = entry["message"]
        marks = set(MARK.findall(json.dumps(message, ensure_ascii=False)))
        if "thread_ts" in message or entry["event"] == "update":
            continue
        step = 1 if entry["event"] == "post" else -1
        for each in marks:
            found.standing[each] += step
            found.posted[each] += step > 0
    return found


def happened(log: Path) -> Counter[str]:
    """The stand-in's own count of what it did."""
    return Counter(line["what"] for line in _lines(log))


def lost(cards: int, have: Collection[str]) -> list[str]:
    """Marks of posts that are not among ``have``."""
    return [mark(n) for n in range(cards) if mark(n) not in have]


def marks_in(texts: list[str]) -> set[str]:
    found: dict[str, int] = defaultdict(int)
    for text in texts:
        for each in MARK.findall(text):
            found[each] += 1
    return set(found)


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]

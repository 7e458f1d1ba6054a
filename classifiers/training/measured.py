"""What is held out, and how the model before and the one after do on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.evaluate import Report, evaluate, read_rows
from classifiers.labels import SENTIMENTS, Classifier, Label
from classifiers.training.own import Fields
from classifiers.training.verdict import Verdict, paired

PER_SET = 1000
"""Dev texts of a set at most: a wider look takes longer than it says more."""
AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Compared:
    """Both models' reports on the same rows; ``verdict`` None where no row has a sentiment."""

    before: Report
    after: Report
    verdict: Verdict | None


class Known:
    """A classifier that repeats what another one said."""

    name = "known"

    def __init__(self, model: str, said: dict[str, Label]) -> None:
        self.model, self.said = model, said

    def classify(self, texts: Sequence[str]) -> list[Label]:
        return [self.said[text] for text in texts]


def held_out(own: Sequence[Fields], dev: Iterable[Path] = ()) -> list[Fields]:
    """Own held-out rows and some of each dev file that is there, named by its file."""
    rows = list(own)
    for path in dev:
        found = read_rows([path])[0] if path.exists() else []
        step = max(1, -(-len(found) // PER_SET))
        rows += [{**row, "source": path.name.split(".")[0]} for row in found[::step]]
    return rows


def said_by(
    classifier: Classifier, texts: Sequence[str], say: Callable[[str], None], name: str
) -> Known:
    """The labels of ``texts``, with a line now and then."""
    distinct = list(dict.fromkeys(texts))
    said: dict[str, Label] = {}
    for at in range(0, len(distinct), AT_ONCE):
        part = distinct[at : at + AT_ONCE]
        said.update(zip(part, classifier.classify(part), strict=True))
        say(f"{name}: {at + len(part):,} of {len(distinct):,} texts")
    return Known(classifier.model, said)


def compared(
    before: Classifier, after: Classifier, rows: Sequence[Fields], say: Callable[[str], None]
) -> Compared | None:
    """None where nothing is held out."""
    if not rows:
        return None
    texts = [row["text"] for row in rows]
    old, new = said_by(before, texts, say, "before"), said_by(after, texts, say, "after")
    moods = [row for row in rows if row["label"] in SENTIMENTS]
    verdict = None
    if moods:
        two = {row["label"] for row in moods} == {"negative", "positive"}
        verdict = paired(
            [_at(row["label"]) for row in moods],
            [_answer(old.said[row["text"]], two) for row in moods],
            [_answer(new.said[row["text"]], two) for row in moods],
        )
    return Compared(evaluate(old, rows), evaluate(new, rows), verdict)


def _answer(label: Label, two: bool) -> int:
    """The sentiment's index; neutral is barred where the rows have none, as in the tables."""
    shares = label.probabilities
    names = [name for name in SENTIMENTS if not two or name != "neutral"]
    return _at(max(names, key=lambda name: float(getattr(shares, name))))


def _at(name: str) -> int:
    return list(SENTIMENTS).index(name)  # type: ignore[arg-type]

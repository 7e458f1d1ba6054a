"""What fifty clicks teach about a name, and what they do not prove."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from classifiers import load
from classifiers.relevance.fitting import HIDDEN, Example, _folds, fit
from classifiers.relevance.logistic import FLOOR, Named, Relevance, Signals
from classifiers.relevance.readers import Words, reader_of
from tests.classifiers.odd import ODD
from tests.classifiers.relevance.two_meanings import sentences

NAME = ("زين",)


@pytest.fixture(scope="module")
def reader() -> Words:
    found = reader_of(load("fast"))
    assert isinstance(found, Words)
    return found


def examples(first: int = 0, last: int = 80) -> list[Example]:
    rows = sentences()[first:last]
    return [Example(Named(text, NAME), about, at) for at, (text, about) in enumerate(rows)]


def scores(model: Relevance, reader: Words, rows: Sequence[Example]) -> np.ndarray:
    return np.array(model.score(reader.see([each.named for each in rows])))


def test_fifty_clicks_tell_the_operator_from_the_word(reader: Words) -> None:
    model = fit(examples(last=50), reader).model
    rest = examples(first=50)
    right = (scores(model, reader, rest) >= 0.5) == [each.about for each in rest]
    assert right.mean() >= 0.7


def test_scores_say_how_many_are_about_the_brand(reader: Words) -> None:
    """Calibrated on what was held out: over new texts the scores add up to about as many."""
    model = fit(examples(last=50), reader).model
    rest = examples(first=50)
    assert scores(model, reader, rest).mean() == pytest.approx(0.5, abs=0.12)


def test_the_same_clicks_make_the_same_model_and_it_is_kept_whole(reader: Words) -> None:
    fitted = fit(examples(last=60), reader)
    assert fit(examples(last=60), reader).model.version == fitted.model.version
    again = Relevance.unpack(fitted.model.pack())
    assert (again.version, again.reads) == (fitted.model.version, reader.name)
    seen = reader.see([each.named for each in examples(first=60)])
    assert again.score(seen) == fitted.model.score(seen)


@pytest.mark.parametrize("packed", [b"", b"anything", b"\x93NUMPY" + b"\0" * 100])
def test_what_is_no_model_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="relevance"):
        Relevance.unpack(packed)


def test_any_text_has_a_score(reader: Words) -> None:
    model = fit(examples(), reader).model
    found = model.score(reader.see([Named(text, NAME) for text in ODD]))
    assert len(found) == len(ODD)
    assert all(FLOOR <= score <= 1 - FLOOR for score in found)
    assert model.score(reader.see([])) == []


def test_a_text_does_not_see_its_neighbours(reader: Words) -> None:
    model = fit(examples(), reader).model
    named = [each.named for each in examples(last=12)]
    alone = [model.score(reader.see([each]))[0] for each in named]
    assert model.score(reader.see(named)) == pytest.approx(alone, abs=1e-5)


def test_clicks_without_sense_make_no_model_that_is_used(reader: Words) -> None:
    rows = examples()
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(rows))
        senseless = [Example(rows[at].named, rows[to].about, at) for at, to in enumerate(order)]
        assert not fit(senseless, reader).good


def test_alerts_are_withheld_only_where_hardly_any_of_ours_fell(reader: Words) -> None:
    fitted = fit(examples(), reader)
    assert fitted.hidden <= HIDDEN
    assert fitted.least <= 0.5
    assert (fitted.labels, fitted.ours) == (80, 40)


def test_many_clicks_of_not_us_do_not_make_everything_something_else(reader: Words) -> None:
    """People click "not us" more readily than they claim: that is no word about new mentions."""
    ours = [each for each in examples() if each.about][:12]
    others = [each for each in examples() if not each.about]
    model = fit([*ours, *others], reader).model
    fresh = [each for each in examples() if each.about][12:]
    assert scores(model, reader, fresh).mean() > 0.4  # of the clicks 12 in 52 were ours


def test_one_conversation_of_a_kind_is_not_enough(reader: Words) -> None:
    rows = [Example(each.named, each.about, each.about) for each in examples()]
    with pytest.raises(ValueError, match="two conversations"):
        fit(rows, reader)


def test_a_conversation_is_never_on_both_sides() -> None:
    groups = [at // 3 for at in range(60)]
    about = np.array([group % 2 == 0 for group in groups])
    folds = _folds(about, groups, 1)
    assert all(len(set(folds[at : at + 3])) == 1 for at in range(0, 60, 3))
    for fold in range(5):
        assert set(about[folds == fold].tolist()) == {True, False}


def test_what_stands_out_is_learned_whatever_the_reader() -> None:
    class One:
        """Sees one word."""

        name, tail, scale = "one", 2.33, np.ones(1, np.float32)

        def see(self, texts: Sequence[Named]) -> Signals:
            grams = np.zeros((len(texts), 1), np.float32)
            return Signals(grams, np.array([[float("شبكة" in each.text)] for each in texts]))

    rows = [
        Example(Named("شبكة زين" if at % 2 else "زين الورد"), bool(at % 2), at) for at in range(50)
    ]
    fitted = fit(rows, One())  # type: ignore[arg-type]
    assert fitted.good
    assert (fitted.hidden, fitted.caught, fitted.apart) == (0.0, 1.0, 1.0)

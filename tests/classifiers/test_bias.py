"""Two numbers from labelled texts: they mend a planted shift, and are refused where nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.bias import LEAST, Bias, Chances, biased, fit
from classifiers.labels import SENTIMENTS, Probabilities, Sentiment

Posts = tuple[list[Chances], list[Sentiment]]


def posts(number: int, negative: float = 0.0, positive: float = 0.0, seed: int = 1) -> Posts:
    """Texts of a model that is right about the logits, but for what is added to them here."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.6, (number, 3))
    share = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    moved = share * np.exp([negative, 0.0, positive])
    moved /= moved.sum(axis=1, keepdims=True)
    gold = (moved.cumsum(axis=1) > rng.random((number, 1))).argmax(axis=1)
    chances: list[Chances] = [(float(n), float(u), float(p)) for n, u, p in share]
    return chances, [SENTIMENTS[at] for at in gold]


def test_a_planted_shift_is_found_and_helps() -> None:
    fitted = fit(*posts(400, 1.2, -0.4))
    assert fitted.helps
    assert fitted.bias.negative == pytest.approx(1.2, abs=0.35)
    assert fitted.bias.positive == pytest.approx(-0.4, abs=0.35)
    assert fitted.after.accuracy > fitted.before.accuracy
    assert fitted.after.log_loss < fitted.before.log_loss
    assert fitted.after.share_error < fitted.before.share_error / 2
    assert fitted.after.counted_error < fitted.before.counted_error


def test_what_is_fitted_helps_on_posts_that_nobody_labelled() -> None:
    chances, said = posts(3000, 1.2, -0.4, seed=7)
    bias = fit(chances[:50], said[:50]).bias

    def right(moved: Bias) -> float:
        labels = [SENTIMENTS[int(np.argmax(moved.apply(each)))] for each in chances[50:]]
        return float(np.mean([a == b for a, b in zip(labels, said[50:], strict=True)]))

    assert right(bias) > right(Bias(0.0, 0.0)) + 0.02


def test_where_the_model_is_right_already_a_bias_is_seldom_used_and_small() -> None:
    fits = [fit(*posts(50, seed=seed)) for seed in range(40)]
    assert sum(fitted.helps for fitted in fits) <= 8
    assert all(abs(fitted.bias.negative) < 1.5 for fitted in fits)
    known = [fit(*posts(50, 1.5, -0.8, seed=seed)) for seed in range(40)]
    assert sum(fitted.helps for fitted in known) >= 28


def test_leave_one_out_is_what_fitting_without_the_text_gives() -> None:
    """The measure of one text by hand: a fit of the 39 others with the same width."""
    from classifiers import bias as rooms

    chances, said = posts(40, 0.9)
    fitted = fit(chances, said)
    logits, gold = np.log(np.array(chances)), np.array([SENTIMENTS.index(word) for word in said])
    losses = []
    for at in range(40):
        rest = [n for n in range(40) if n != at]
        pair = rooms._solve(logits[rest], gold[rest], np.ones((1, 39)), fitted.width)[0]
        moved = Bias(float(pair[0]), float(pair[1])).apply(chances[at])
        losses.append(-np.log(moved[gold[at]]))
    assert fitted.after.log_loss == pytest.approx(float(np.mean(losses)), abs=1e-6)


def test_texts_of_one_sentiment_alone_give_a_bounded_bias() -> None:
    chances, _said = posts(60)
    fitted = fit(chances, ["positive"] * 60)
    assert 0 < fitted.bias.positive < 8
    assert -8 < fitted.bias.negative < 0


def test_a_model_that_is_certain_and_wrong_is_held_within_bounds() -> None:
    certain: list[Chances] = [(0.0, 1.0, 0.0)] * 40
    fitted = fit(certain, ["negative"] * 20 + ["neutral"] * 20)
    assert np.isfinite([fitted.bias.negative, fitted.bias.positive]).all()
    assert np.isfinite([fitted.before.log_loss, fitted.after.log_loss]).all()


def test_the_same_rows_give_the_same_bias_in_any_order() -> None:
    chances, said = posts(50, 0.8)
    turned = fit(chances[::-1], said[::-1])
    assert fit(chances, said).bias == fit(chances, said).bias == turned.bias


def test_too_few_labels_are_refused() -> None:
    chances, said = posts(LEAST - 1)
    with pytest.raises(ValueError, match="30 are the least"):
        fit(chances, said)


def test_a_bias_is_named_by_its_numbers_and_its_model() -> None:
    assert Bias(0.5, 0.1).version("m") == Bias(0.5, 0.1).version("m")
    names = {Bias(0.5, 0.1).version("m"), Bias(0.5, 0.1).version("n"), Bias(0.5, 0.2).version("m")}
    assert len(names) == 3


def test_a_label_follows_its_probabilities() -> None:
    label, moved = biased("neutral", Probabilities(0.4, 0.5, 0.1), Bias(0.7, 0.0))
    assert label == "negative"
    assert sum(moved) == pytest.approx(1.0)
    assert moved[0] / moved[1] == pytest.approx(0.4 / 0.5 * np.exp(0.7))


def test_no_bias_changes_nothing() -> None:
    label, moved = biased("positive", Probabilities(0.2, 0.3, 0.5), Bias(0.0, 0.0))
    assert label == "positive"
    assert moved == pytest.approx((0.2, 0.3, 0.5))


def test_a_label_that_a_rule_gave_against_the_probabilities_stays() -> None:
    label, _moved = biased("negative", Probabilities(0.2, 0.7, 0.1), Bias(0.0, 3.0))
    assert label == "negative"

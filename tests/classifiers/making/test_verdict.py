"""What a trained model's card says of better and worse: nothing without proof."""

from __future__ import annotations

from datetime import date

import pytest

from classifiers.evaluation.compare import Difference
from classifiers.making.card.head_figures import OwnGate
from classifiers.making.card.trained import Trained, card, verdict
from classifiers.making.measured import Compared


def change(difference: float, *, sure: bool, texts: int = 400) -> Difference:
    low, high = (difference - 0.01, difference + 0.01) if sure else (-0.05, 0.06)
    return Difference(texts, 0.5 + difference, 0.5, difference, (low, high), sure)


def trained(gate: OwnGate | None = None, **heads: Difference) -> Trained:
    return Trained(
        tier="full",
        today=date(2026, 11, 28),
        began="a toy",
        against="the model before",
        seconds=60,
        examples=1000,
        layers=3,
        recipe="own",
        learned=[],
        inherited=[],
        compared=Compared({}, {}, heads),
        fitted="as before",
        alone=False,
        gate=gate,
    )


UP, DOWN, OPEN = change(0.04, sure=True), change(-0.04, sure=True), change(0.02, sure=False)


@pytest.mark.parametrize(
    ("heads", "begins", "ends"),
    [
        ({"sentiment": UP}, "**Better than the model before at sentiment**", "."),
        (
            {"sentiment": OPEN, "intent": UP, "needs_response": UP},
            "**Better than the model before at intent and need of a response**",
            "At sentiment no difference is shown.",
        ),
        (
            {"sentiment": DOWN, "intent": UP},
            "**Better than the model before at intent, worse at sentiment**",
            "Keep that one unless intent is all that you need.",
        ),
        (
            {"sentiment": OPEN, "needs_response": DOWN},
            "**Worse than the model before at need of a response**",
            "Keep that one.",
        ),
        (
            {"sentiment": OPEN, "intent": OPEN},
            "**Not shown to be better than the model before**",
            "Keep that one.",
        ),
        (
            {"sentiment": change(0.3, sure=False, texts=20)},
            "**Not shown to be better than the model before**",
            "Fewer than 50 held-out texts prove nothing: train with more rows.",
        ),
        ({}, "**Not measured", "to measure on.**"),
    ],
)
def test_better_is_said_only_of_heads_that_are_shown_to_be(
    heads: dict[str, Difference], begins: str, ends: str
) -> None:
    said = verdict(trained(**heads))
    assert said.startswith(begins)
    assert said.endswith(ends)
    assert ("**Better" in said) == any(one is UP for one in heads.values())


def test_the_card_says_how_little_few_texts_tell_and_what_is_not_known() -> None:
    text = card(trained(sentiment=OPEN, intent=change(0.1, sure=False, texts=80)))
    assert "- Intent: 80 held-out texts show no difference smaller than about .055." in text
    assert "- Sentiment: " not in text
    assert "No held-out text tells its need of a response" in text


def test_a_gate_that_was_refused_is_told_with_its_figures() -> None:
    refused = OwnGate(False, "No gate: too dear.", {"needs_response": (0.8, 0.7)})
    text = card(trained(refused, sentiment=UP))
    assert "## As half of auto\nNo gate: too dear." in text
    assert "| need of a response | .800 | .700 |" in text
    assert "As half of auto" not in card(trained(sentiment=UP))

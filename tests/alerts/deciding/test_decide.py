from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.deciding.decide import Decision, Reason, decide
from alerts.deciding.facts import Facts, RelevanceScore, labelled
from listener.settings.model import Route

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANGRY = Facts(
    mention_id=1,
    brand_id=1,
    brand="زين",
    brand_role="own",
    revision=1,
    network="mastodon",
    native_id="1",
    kind="post",
    created_at=NOW - timedelta(minutes=5),
    author_handle="Sara",
    followers=12_000,
    hashtags=("زين", "5G"),
    rating=2.0,
    language="ar",
    dialect="glf",
    sentiment="negative",
    probability=0.9,
    intent="complaint",
    needs_response=True,
    urgency="normal",
)
LEARNED = RelevanceScore("relevance-1", least=0.1, labels=64, since="2026-11-01T00:00:00+00:00")
FAR = Route(
    name="far",
    match={"sentiment": "negative", "needs_response": True, "followers": ">=10000"},
    channel="care",
)
NEEDS = Route(name="needs", match={"needs_response": True}, channel="desk")
REST = Route(name="rest", only_count=True)


def said(facts: Facts, *routes: Route) -> Decision:
    return decide(facts, routes, now=NOW, alert_within=timedelta(hours=48), min_confidence=0.5)


def test_the_first_route_that_matches_takes_it() -> None:
    assert said(ANGRY, FAR, NEEDS, REST) == Decision("far", "care", Reason.matched_route)
    decision = said(replace(ANGRY, followers=9_999), FAR, NEEDS, REST)
    assert (decision.route, decision.channel) == ("needs", "desk")
    assert decision.detail == {
        "tried": [["far", "followers"]],
        "failed": [["far", "followers", ">=10000", "9999"]],
    }


def test_what_is_withheld_says_the_score_and_what_gave_it() -> None:
    assert said(replace(ANGRY, about=0.09, relevance=LEARNED), FAR).detail == {
        "about": 0.09,
        "least": 0.1,
        "by": "relevance-1",
        "labels": 64,
        "since": "2026-11-01T00:00:00+00:00",
    }
    assert said(replace(ANGRY, about=0.0), FAR).detail == {"about": 0.0, "least": 0.5}


def test_unknown_followers_are_not_many() -> None:
    assert said(replace(ANGRY, followers=None), FAR, NEEDS).route == "needs"
    less = Route(name="small", match={"followers": "<100"}, channel="care")
    assert said(replace(ANGRY, followers=None), less).reason is Reason.no_route


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"gone": True}, Reason.gone),
        ({"set_aside": True}, Reason.not_labelled),
        ({"decided_revision": 1}, Reason.duplicate_revision),
        ({"decided_revision": 1, "revision": 2}, Reason.matched_route),
        ({"decided_revision": 1, "gone": True}, Reason.gone),
        ({"brand_role": "competitor"}, Reason.not_own_brand),
        ({"about": 0.2}, Reason.not_about_brand),
        ({"about": 0.8}, Reason.matched_route),
        ({"about": 0.2, "relevance": LEARNED}, Reason.matched_route),
        ({"about": 0.09, "relevance": LEARNED}, Reason.not_about_brand),
        ({"muted": True}, Reason.muted),
        ({"intent": "spam"}, Reason.spam),
        ({"created_at": NOW - timedelta(hours=48)}, Reason.matched_route),
        ({"created_at": NOW - timedelta(hours=48, seconds=1)}, Reason.too_old),
        ({"created_at": NOW + timedelta(hours=3)}, Reason.matched_route),
        ({"created_known": False}, Reason.unknown_time),
        ({"created_known": False, "alerting": "always"}, Reason.matched_route),
        ({"created_at": NOW - timedelta(days=3), "alerting": "always"}, Reason.too_old),
        ({"alerting": "never"}, Reason.not_asked),
        ({"created_known": False, "needs_response": False}, Reason.only_count),
        ({"needs_response": False}, Reason.only_count),
        ({"needs_response": None}, Reason.only_count),
    ],
)
def test_every_no_has_a_name(change: dict[str, Any], reason: Reason) -> None:
    assert said(replace(ANGRY, **change), NEEDS, REST).reason is reason


def test_no_route_at_all() -> None:
    assert said(ANGRY) == Decision(None, None, Reason.no_route)


def test_an_unsure_sentiment_matches_no_sentiment_condition() -> None:
    unsure = replace(ANGRY, probability=0.49)
    negative = Route(name="negative", match={"sentiment": "negative"}, channel="care")
    assert said(unsure, negative, REST).reason is Reason.low_confidence
    assert said(unsure, negative).reason is Reason.low_confidence
    assert said(unsure, negative).detail["unsure"] == "negative"
    assert said(unsure, negative, NEEDS).reason is Reason.matched_route
    positive = Route(name="positive", match={"sentiment": "positive"}, channel="care")
    assert said(unsure, positive, REST).reason is Reason.only_count
    assert said(replace(unsure, probability=0.5), negative).reason is Reason.matched_route


@pytest.mark.parametrize(
    ("match", "holds"),
    [
        ({}, True),
        ({"intent": ("praise", "complaint")}, True),
        ({"intent": ("praise",)}, False),
        ({"hashtag": "#5g"}, True),
        ({"author": "@sara"}, True),
        ({"language": "ar", "dialect": "egy"}, False),
        ({"network": "Mastodon", "kind": "post", "brand": "زين"}, True),
        ({"rating": "<=2"}, True),
        ({"rating": ">2"}, False),
        ({"rating": (">1", "<2")}, False),
        ({"followers": "=12000"}, True),
        ({"urgency": "urgent"}, False),
        ({"needs_response": False}, False),
    ],
)
def test_conditions(match: dict[str, Any], holds: bool) -> None:
    route = Route(name="r", match=match, channel="care")
    assert said(ANGRY, route).alerts is holds


def test_spam_goes_only_where_it_is_asked_for() -> None:
    spam = replace(ANGRY, intent="spam")
    assert said(spam, Route(name="all", channel="care")).reason is Reason.spam
    watch = Route(name="spam", match={"intent": "spam"}, channel="care")
    assert said(spam, watch).reason is Reason.matched_route


def test_a_persons_word_is_certain_and_decides_what_needs_a_response() -> None:
    fields = labelled(
        {
            "sentiment": ("positive", {}, "user:U1"),
            "intent": ("question", {}, "user:U1"),
            "language": ("ar", {"dialect": None}, "model:1"),
        }
    )
    assert fields["probability"] == 1.0
    assert fields["needs_response"] is True
    assert fields["dialect"] is None
    assert labelled({}) == {}


def test_a_models_intent_does_not_settle_whether_a_response_is_needed() -> None:
    """A question that is asked of the public is not for the company."""
    for needs in (False, None):
        intent = ("question", {"needs_response": needs, "urgency": "normal"}, "model:1")
        fields = labelled({"intent": intent})
        assert (fields["intent"], fields["needs_response"]) == ("question", needs)
        public = replace(ANGRY, intent="question", needs_response=needs)
        assert said(public, NEEDS, REST).reason is Reason.only_count
    wanted = ("other", {"needs_response": True, "urgency": "normal"}, "model:1")
    assert labelled({"intent": wanted})["needs_response"] is True


@pytest.mark.parametrize(
    ("detail", "source", "dialect"),
    [
        ({"dialect": "irq", "dialect_probability": 0.8}, "model:1", "irq"),
        ({"dialect": "irq", "dialect_probability": 0.799}, "model:1", None),
        ({"dialect": "irq"}, "model:1", None),  # from before it was stored
        ({"dialect": "irq"}, "user:U1", "irq"),
    ],
)
def test_a_route_asks_for_a_dialect_that_is_sure(
    detail: dict[str, Any], source: str, dialect: str | None
) -> None:
    fields = labelled({"language": ("ar", detail, source)})
    assert fields["dialect"] == dialect
    baghdad = Route(name="baghdad", match={"dialect": "irq"}, channel="care")
    assert said(replace(ANGRY, **fields), baghdad).alerts is (dialect == "irq")


def test_every_condition_that_failed_is_kept_with_what_it_was() -> None:
    route = Route(
        name="r", match={"sentiment": "negative", "intent": ["question", "request"],
                         "hashtag": ["sale"], "followers": ">5", "needs_response": False},
        channel="care",
    )  # fmt: skip
    facts = replace(ANGRY, probability=0.43, followers=None, hashtags=(), intent="complaint",
                    needs_response=True)  # fmt: skip
    decision = said(facts, route)
    assert decision.detail["tried"] == [["r", "sentiment"]]
    assert decision.detail["failed"] == [
        ["r", "sentiment", "negative ≥0.50", "negative 0.43"],
        ["r", "intent", "question | request", "complaint"],
        ["r", "hashtag", "sale", None],
        ["r", "followers", ">5", None],
        ["r", "needs_response", "false", "true"],
    ]


@pytest.mark.parametrize("hours", [0.1, 47, 49])
def test_what_a_backfill_read_never_alerts_however_young(hours: float) -> None:
    facts = replace(ANGRY, created_at=NOW - timedelta(hours=hours), source="backfill")
    decision = said(facts, FAR, NEEDS, REST)
    assert not decision.alerts
    assert decision.reason is (Reason.too_old if hours > 48 else Reason.backfilled)
    assert decision.route == "far"  # it says which route would have taken it
    assert said(replace(facts, revision=2, decided_revision=1), FAR).alerts is False

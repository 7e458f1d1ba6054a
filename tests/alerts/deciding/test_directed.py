"""Speaking to the brand itself tips what the text alone leaves open, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.deciding.decide import Decision, Reason, decide
from alerts.deciding.directed import handles_in, is_directed, own_names, parent_ours
from alerts.deciding.facts import Facts
from listener.records import Brand
from listener.settings.model import Route

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OURS = frozenset({"rashfan"})
BORDERLINE = Facts(
    mention_id=1, brand_id=1, brand="رشفان", brand_role="own", revision=1, network="mastodon",
    native_id="1", kind="post", created_at=NOW - timedelta(minutes=5), directed=True,
    sentiment="neutral", probability=0.9, intent="other", needs_response=False,
    needs_probability=0.4, needs_at=0.5,
)  # fmt: skip
ROUTES = (
    Route(name="needs", match={"needs_response": True}, channel="desk"),
    Route(name="rest", only_count=True),
)


def said(facts: Facts, *routes: Route) -> Decision:
    return decide(
        facts, routes or ROUTES, now=NOW, alert_within=timedelta(hours=48), min_confidence=0.5
    )


def test_a_borderline_post_to_the_brand_alerts_and_the_same_text_about_it_does_not() -> None:
    decision = said(BORDERLINE)
    assert (decision.route, decision.reason) == ("needs", Reason.matched_route)
    assert decision.detail["directed"] == {
        "needs_probability": 0.4, "shifted": pytest.approx(0.644, abs=0.001), "needs_at": 0.5,
    }  # fmt: skip
    for directed in (False, None):
        alone = said(replace(BORDERLINE, directed=directed))
        assert alone.reason is Reason.only_count
        assert "directed" not in alone.detail


@pytest.mark.parametrize(
    "change",
    [
        {"intent": "praise"},
        {"intent": "praise", "needs_probability": 0.499},
        {"intent": "spam"},
        {"needs_probability": 0.05},  # far from the threshold
        {"needs_probability": 0.0},
        {"needs_at": 0.9},
        {"needs_probability": None},  # a person's word, a rule's, or an older model's
        {"needs_response": None, "needs_probability": None, "intent": None},
        {"intent": "other", "needs_probability": 0.26},
    ],
)
def test_what_speaks_to_the_brand_and_still_does_not_alert(change: dict[str, Any]) -> None:
    decision = said(replace(BORDERLINE, **change))
    assert decision.reason is Reason.only_count
    assert "directed" not in decision.detail


def test_the_models_own_threshold_counts() -> None:
    assert said(replace(BORDERLINE, needs_probability=0.2, needs_at=0.3)).alerts
    assert not said(replace(BORDERLINE, needs_probability=0.2, needs_at=None)).alerts
    assert said(replace(BORDERLINE, needs_at=None)).alerts


def test_nothing_is_said_where_the_decision_would_be_the_same_without_it() -> None:
    """The text's own need, a route that asks for something else, a gate, a mention too old."""
    everything = Route(name="all", channel="desk")
    for decision in (
        said(replace(BORDERLINE, needs_response=True)),
        said(BORDERLINE, everything),
        said(replace(BORDERLINE, gone=True)),
        said(BORDERLINE, Route(name="none", match={"intent": "request"}, channel="desk")),
    ):
        assert "directed" not in decision.detail
    old = said(replace(BORDERLINE, created_at=NOW - timedelta(days=3)))
    assert (old.reason, "directed" in old.detail) == (Reason.too_old, True)


def test_a_route_for_what_needs_no_response_does_not_take_it() -> None:
    quiet = Route(name="quiet", match={"needs_response": False}, channel="desk")
    assert said(BORDERLINE, quiet, *ROUTES).route == "needs"
    assert said(replace(BORDERLINE, directed=False), quiet, *ROUTES).route == "quiet"


@pytest.mark.parametrize(
    ("kind", "handles", "more", "directed"),
    [
        ("post", {"rashfan"}, {}, True),
        ("quote", {"someone", "rashfan"}, {}, True),
        ("post", {"someone"}, {}, False),
        ("post", set(), {}, False),
        ("repost", {"rashfan"}, {}, False),  # passes on what somebody else wrote
        ("article", {"rashfan"}, {}, False),
        ("reply", set(), {"continues": True, "parent_is_ours": True}, True),
        ("comment", set(), {"continues": True, "parent_is_ours": False}, False),
        ("reply", set(), {"continues": True}, None),
        ("reply", {"rashfan"}, {"continues": True, "parent_is_ours": False}, True),
        ("comment", set(), {}, None),  # below a post that nobody named
        ("message", set(), {}, None),
        ("review", set(), {}, None),
        ("review", set(), {"is_given": True}, True),
        ("post", set(), {"is_given": True}, False),
        ("post", set(), {"to_account": True}, True),  # a tag
        ("comment", set(), {"to_account": True, "continues": True, "parent_is_ours": False}, True),
        ("review", set(), {"to_account": True}, True),
        ("message", {"someone"}, {"to_account": True}, True),
        ("repost", set(), {"to_account": True}, False),  # our own words, passed on
    ],
)
def test_what_speaks_to_the_brand(
    kind: str, handles: set[str], more: dict[str, Any], directed: bool | None
) -> None:
    assert is_directed(kind, handles, OURS, **more) is directed


def test_where_no_own_account_is_known_a_handle_may_be_anybodys() -> None:
    assert is_directed("post", {"rashfan"}, frozenset()) is None
    assert is_directed("post", set(), frozenset()) is False


def test_handles_are_found_as_the_matcher_finds_them() -> None:
    own = own_names([Brand("رشفان", handles=("@Rashfan", "cafe@social.example"))])["رشفان"]
    for text, named in (
        ("يا @rashfan وين طلبي", ()),
        ("يا @RASHFAN@mastodon.example.", ()),
        ("طلبي@rashfan؟", ()),
        ("＠rashfan", ()),
        ("وين طلبي", ("Rashfan",)),
        ("hi @cafe@social.example", ()),
    ):
        assert is_directed("post", handles_in(text, named), own) is True, text
    for text in ("راسلوني help@rashfan.example", "#rashfan", "rashfan", "@rashfanclub", "@cafe"):
        assert is_directed("post", handles_in(text), own) is False, text


def test_whose_post_is_answered() -> None:
    assert parent_ours(True, (None, None), frozenset()) is True
    assert parent_ours(False, ("Rashfan@mastodon.example", None), OURS) is True
    assert parent_ours(False, (None, "rashfan"), OURS) is True
    assert parent_ours(False, ("sara", "17"), OURS) is False
    assert parent_ours(False, (None, None), OURS) is None
    assert parent_ours(False, ("sara", None), frozenset()) is None

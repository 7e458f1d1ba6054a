from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.collecting.pace import (
    DAY,
    Bucket,
    Done,
    Held,
    NotStored,
    Pace,
    after,
    at_start,
    backoff,
    due_in,
    reconnect,
    take,
)
from listener.networks.base import Broken, Refused, Wait

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EVERY = timedelta(minutes=2)


def seconds(pace: Pace, event: object, jitter: float = 0.0) -> float:
    done = after(pace, event, NOW, every=EVERY, jitter=jitter)  # type: ignore[arg-type]
    assert done.next_try is not None
    return (done.next_try - NOW).total_seconds()


def test_success_forgets_the_errors_and_keeps_the_rhythm() -> None:
    before = Pace("unreachable", "HTTP 500", 7, NOW, None)
    assert after(before, Done(), NOW, every=EVERY, jitter=0.9) == Pace(
        "ok", None, 0, NOW + EVERY, NOW
    )
    assert seconds(before, Done(rest=600)) == 600


def test_never_earlier_than_the_network_asked() -> None:
    assert seconds(Pace(), Wait(600)) == 600
    assert seconds(Pace(), Wait(600), jitter=0.99) == pytest.approx(629.7)


def test_failures_are_asked_again_ever_more_slowly_up_to_a_bound() -> None:
    waits = [seconds(Pace(errors=n), Broken("x"), jitter=1.0) for n in range(12)]
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 900
    slow = after(Pace(errors=30), Broken("x"), NOW, every=timedelta(hours=2), jitter=1.0)
    assert slow.next_try == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("kind", "first"), [("sign-in", 900), ("not allowed", 30), ("gone", 30), ("query", 30)]
)
def test_a_refusal_suspends_and_always_returns(kind: str, first: float) -> None:
    refused = Refused("no", kind)  # type: ignore[arg-type]
    assert seconds(Pace(), refused) == first
    assert seconds(Pace(errors=50), refused, jitter=0.999) <= DAY


def test_a_refusal_is_believed_when_it_comes_again_and_again() -> None:
    pace, states = Pace("ok", last_success=NOW), []
    for _ in range(6):
        pace = after(pace, Refused("HTTP 404", "gone"), NOW, every=EVERY, jitter=1.0)
        states.append((pace.state, (pace.next_try - NOW).total_seconds()))  # type: ignore[operator]
    assert states == [
        *[("unreachable", 60), ("unreachable", 120), ("unreachable", 240)],
        *[("refused", 480), ("refused", 960), ("refused", 1920)],
    ]
    child = after(Pace(), Refused("x", "gone"), NOW, every=EVERY, jitter=0.0, stumbles=0)
    assert (child.state, child.next_try) == ("refused", NOW + timedelta(days=1))


events = st.one_of(
    st.builds(Done, st.none() | st.floats()),
    st.builds(Wait, st.none() | st.floats(), st.text(max_size=20)),
    st.builds(
        Refused, st.text(max_size=20), st.sampled_from(["query", "sign-in", "gone", "page token"])
    ),
    st.builds(Broken, st.text(max_size=20)),
    st.builds(NotStored, st.text(max_size=20)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(events, max_size=12), st.floats(0, 1, exclude_max=True))
def test_whatever_happens_there_is_a_next_try_within_a_day(history: list, jitter: float) -> None:
    pace = Pace()
    for event in history:
        pace = after(pace, event, NOW, every=EVERY, jitter=jitter)
        assert pace.next_try is not None
        wait = (pace.next_try - NOW).total_seconds()
        assert 0 < wait <= DAY + 30
        assert len(pace.why or "") <= 300


def test_a_next_try_written_by_a_clock_that_was_ahead_is_not_believed() -> None:
    far = NOW + timedelta(days=400)
    assert due_in(Pace("ok", next_try=far), NOW, every=EVERY) == 120
    assert due_in(Pace("waiting", next_try=far), NOW, every=EVERY) == DAY
    assert due_in(Pace("ok", next_try=NOW - timedelta(days=9)), NOW, every=EVERY) == 0
    assert due_in(Pace(), NOW, every=EVERY) == 0


def test_a_restart_keeps_a_pause_and_a_changed_token_voids_a_refusal() -> None:
    refused = Pace("refused", "HTTP 401", 3, NOW + timedelta(hours=9))
    assert at_start(refused, changed=False) == refused
    assert at_start(refused, changed=True).next_try is None
    waiting = Pace("waiting", "429", 1, NOW + timedelta(minutes=9))
    assert at_start(waiting, changed=True) == waiting
    assert at_start(Pace("paused", "no longer configured"), changed=False) == Pace()


def test_backoff_is_half_fixed_half_drawn() -> None:
    assert backoff(3, first=5, longest=900, jitter=0.0) == 20
    assert backoff(3, first=5, longest=900, jitter=0.5) == 30
    assert backoff(10**6, first=5, longest=900, jitter=0.0) == 450


def test_streams_come_back_linearly_from_a_drop_and_exponentially_from_an_error() -> None:
    assert [reconnect(n, None, None, 1.0) for n in (0, 1, 2)] == [0.25, 0.5, 0.75]
    assert [reconnect(n, None, None, 1.0) for n in (19, 20, 21, 10**4)] == [5, 5, 10, 320]
    assert [reconnect(n, 503, None, 1.0) for n in (0, 1, 9)] == [5, 10, 320]
    assert reconnect(0, 429, None, 1.0) == 60
    assert reconnect(0, 429, 600, 0.0) == 600


def test_a_bucket_lets_a_burst_through_and_then_spreads() -> None:
    bucket, waits = Bucket(rate=2, burst=3, tokens=3), []
    for _ in range(5):
        bucket, wait = take(bucket, 0.0)
        waits.append(wait)
    assert waits == [0, 0, 0, 0.5, 1.0]
    _, wait = take(bucket, 100.0)
    assert wait == 0


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_no_more_than_the_rate_over_any_time(gaps: list[float]) -> None:
    bucket, at, sent = Bucket(rate=1, burst=5, tokens=5), 0.0, []
    for gap in gaps:
        at += gap
        bucket, wait = take(bucket, at)
        sent.append(at + wait)
    for first, one in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= 5 + math.ceil(sent[last] - one) + 1


def test_what_a_budget_holds_is_no_failure_and_a_restart_looks_again_at_once() -> None:
    before = Pace("unreachable", "down", 3, NOW, NOW - timedelta(hours=1))
    for used_up, scope in ((True, "budget"), (False, "line")):
        held = after(before, Held(7200, "budget: …", used_up), NOW, every=EVERY, jitter=0.0)
        assert (held.state, held.errors, held.scope) == ("waiting", 0, scope)
        assert (held.next_try, held.last_success) == (NOW + timedelta(hours=2), before.last_success)
        assert at_start(held, changed=False).next_try is None

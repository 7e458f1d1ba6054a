from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alerts.deciding.facts import Facts
from alerts.desk.groups import (
    Conversation,
    Logged,
    NoticeReason,
    group_key,
    next_notice,
    thread_roots,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RIYADH = ZoneInfo("Asia/Riyadh")
POST = Facts(
    mention_id=1,
    brand_id=1,
    brand="زين",
    brand_role="own",
    revision=1,
    network="x",
    native_id="p1",
    kind="post",
    created_at=datetime(2026, 11, 22, 20, 59, tzinfo=UTC),
    author_id="a1",
)


def test_an_authors_day_is_that_of_the_configured_zone() -> None:
    later = replace(POST, created_at=datetime(2026, 11, 22, 21, 1, tzinfo=UTC))
    assert group_key(POST, RIYADH) == "author:x:a1:2026-11-22"
    assert group_key(later, RIYADH) == "author:x:a1:2026-11-23"
    assert group_key(later, UTC) == group_key(POST, UTC)


def test_who_is_unknown_and_articles_stand_alone() -> None:
    assert group_key(replace(POST, author_id=None), UTC) == "post:x:p1"
    assert group_key(replace(POST, kind="article"), UTC) == "post:x:p1"
    assert thread_roots(replace(POST, author_id=None, thread_id="t")) == ()


def test_a_reply_continues_its_thread_and_its_parent() -> None:
    reply = replace(POST, thread_id="root", parent_id="parent")
    assert thread_roots(reply) == ("root", "parent")
    assert thread_roots(replace(POST, thread_id="p1")) == ()


def steps(alert: Conversation, *log: Logged) -> list[tuple[str, str | None, int]]:
    said, seen = [], list(log)
    while True:
        step = next_notice(alert, seen, NOW)
        said.append((step.reason.value, step.kind, step.n))
        if step.kind is None:
            return said
        seen.append(Logged(step.kind, step.n, "pending", alert.version))


def test_a_new_alert_gets_its_card() -> None:
    assert steps(Conversation(1)) == [("first", "card", 0), ("card_waits", None, 0)]


def test_a_follow_up_goes_to_the_thread_and_updates_the_card() -> None:
    card = Logged("card", 0, "sent", 1)
    assert steps(Conversation(2, (7, 9)), card) == [
        ("follow_up", "follow_up", 7),
        ("follow_up", "follow_up", 9),
        ("changed", "update", 2),
        ("card_waits", None, 0),
    ]


def test_what_is_on_its_way_may_show_an_older_state() -> None:
    for state in ("sending", "unknown"):
        assert steps(Conversation(2), Logged("card", 0, state, 1))[0][1] == "update"
    assert steps(Conversation(2), Logged("card", 0, "pending", 1)) == [("card_waits", None, 0)]
    sent = Logged("card", 0, "sent", 1), Logged("update", 2, "pending", 2)
    assert steps(Conversation(5), *sent) == [("card_waits", None, 0)]
    assert steps(Conversation(2), sent[0], Logged("update", 2, "sent", 2)) == [
        ("nothing_new", None, 0)
    ]


def test_a_refused_card_gets_nothing_more() -> None:
    log = Logged("card", 0, "failed", 1)
    assert next_notice(Conversation(4, (7,)), [log], NOW).reason is NoticeReason.card_failed


def test_the_end_of_a_snooze_is_said_once() -> None:
    card = Logged("card", 0, "sent", 1)
    alert = Conversation(3, woken=3, woken_at=NOW)
    assert [s[1] for s in steps(alert, card)] == ["reminder", "update", None]
    done = Logged("reminder", 3, "sent", 3), Logged("update", 3, "sent", 3)
    assert [s[1] for s in steps(alert, card, *done)] == [None]

"""What ``status`` counts and what ``why`` tells."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, insert, update

from listener.labelling.label import Labeller
from listener.store.overview import overview, why
from listener.store.session import Database
from listener.store.tables import (
    actions,
    alert_mentions,
    alerts,
    decisions,
    labels,
    matches,
    mentions,
    notices,
    users,
)
from tests.listener.store.rows import LATER, NOW, STC, ZAIN, Model, brand_ids, mention, store


async def _put(db: Database, table: Table, **values: Any) -> None:
    async with db.writing() as connection:
        await connection.execute(insert(table), [values])


async def _alert(db: Database, state: str, group: str, brand_id: int) -> int:
    async with db.writing() as connection:
        done = await connection.execute(
            insert(alerts).values(
                brand_id=brand_id, route="care", channel="desk", group_key=group, state=state,
                urgency="urgent", opened_at=NOW, published_at=NOW, changed_at=NOW,
            ).returning(alerts.c.id)
        )  # fmt: skip
        return int(done.scalar_one())


def _notice(alert_id: int, state: str, n: int = 0) -> dict[str, Any]:
    return {
        "id": f"{alert_id}-{n}", "alert_id": alert_id, "subject": f"alert:{alert_id}",
        "channel": "desk", "kind": "card", "n": n, "state": state, "due_at": NOW,
        "body": {"text": "…"}, "created_at": NOW,
    }  # fmt: skip


async def test_an_empty_database_has_every_state_at_zero(db: Database) -> None:
    async with db.reading() as connection:
        assert await overview(connection) == {
            "mentions": {"collected": 0, "labelled": 0, "set_aside": 0},
            "matches": {"waiting": 0, "decided": 0},
            "alerts": {"open": 0, "claimed": 0, "snoozed": 0, "resolved": 0, "dismissed": 0},
            "notices": {"pending": 0, "sending": 0, "unknown": 0, "sent": 0, "failed": 0},
        }


async def test_rows_are_counted_by_state(db: Database) -> None:
    ids = (await store(db, *(mention(n, f"نص {n}") for n in range(4)), hits=(ZAIN, STC))).new
    brands = await brand_ids(db)
    async with db.writing() as connection:
        c = mentions.c
        await connection.execute(update(mentions).where(c.id == ids[0]).values(state="labelled"))
        await connection.execute(
            update(matches).where(matches.c.mention_id == ids[0]).values(state="decided")
        )
    for n, state in enumerate(("open", "resolved", "resolved")):
        alert = await _alert(db, state, str(n), brands["Zain"])
        await _put(db, notices, **_notice(alert, "sent" if n else "unknown"))
    async with db.reading() as connection:
        found = await overview(connection)
    assert found["mentions"] == {"collected": 3, "labelled": 1, "set_aside": 0}
    assert found["matches"] == {"waiting": 6, "decided": 2}
    assert (found["alerts"]["open"], found["alerts"]["resolved"]) == (1, 2)
    assert (found["notices"]["unknown"], found["notices"]["sent"]) == (1, 2)


async def test_why_tells_the_whole_story(db: Database) -> None:
    await store(db, mention(text="قبل"))
    [number] = (await store(db, mention(text="الشبكة مقطوعة"), now=LATER)).changed
    await Labeller(db, Model(), worker="w").label_all(LATER)
    of = {"mention_id": number, "revision": 2}
    person = of | {"head": "sentiment", "source": "user:U1", "value": "neutral", "detail": {}}
    await _put(db, labels, **person, at=LATER)
    brand = (await brand_ids(db))["Zain"]
    decided = {"route": "care", "reason": "routed", "detail": {}, "at": LATER}
    await _put(db, decisions, **of, brand_id=brand, **decided)
    alert = await _alert(db, "claimed", "root", brand)
    await _put(db, alert_mentions, alert_id=alert, mention_id=number, at=LATER)
    await _put(db, notices, **_notice(alert, "sent"))
    await _put(db, users, id="U1", name="سارة", seen_at=LATER)
    clicked = {"key": "k", "alert_id": alert, "user_id": "U1", "action": "claim"}
    await _put(db, actions, **clicked, outcome="done", detail={}, at=LATER)

    async with db.reading() as connection:
        story = await why(connection, number)
    assert story is not None
    assert (story["mention"]["text"], story["mention"]["created_at"].tzinfo) != ("", None)
    assert [r["text"] for r in story["revisions"]] == ["قبل"]
    counting = {(r["head"], r["source"]): r["counts"] for r in story["labels"]}
    assert counting[("sentiment", "user:U1")]
    assert not counting[("sentiment", "m1")]
    assert counting[("intent", "m1")]
    [match] = story["matches"]
    assert (match["brand"], match["evidence"]) == ("Zain", [["زين", "text", "وزين"]])
    assert [d["reason"] for d in match["decisions"]] == ["routed"]
    [card] = story["alerts"]
    assert [n["state"] for n in card["notices"]] == ["sent"]
    assert "body" not in card["notices"][0]
    assert [a["action"] for a in card["actions"]] == ["claim"]


async def test_why_of_nothing(db: Database) -> None:
    async with db.reading() as connection:
        assert await why(connection, 1) is None

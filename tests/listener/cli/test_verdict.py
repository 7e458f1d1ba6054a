"""`status` begins with whether anything runs, since when, and what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from listener.store.expiry_rows import Expiry, save
from listener.store.heartbeats import beat, farewell
from listener.store.session import Database
from listener.store.tables import alert_mentions, alerts, channels, cursors, notices
from tests.listener.cli.installed import Installed, ids, mention

ALL = ("collect", "label", "alert", "count", "serve")
STARTED = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)  # 09:05 in Riyadh


def beats(installed: Installed, *processes: str, ago: float = 1) -> None:
    at = datetime.now(UTC) - timedelta(seconds=ago)

    async def work(db: Database) -> None:
        for name in processes:
            await beat(db, f"{name}@a:1", name, pid=1, started=STARTED, now=at, detail={})

    installed.within(work)


def first(installed: Installed) -> list[str]:
    found = installed.rasid("status")
    assert found.exit_code == 0, found.output
    return found.stdout.splitlines()[:2]


def facts(installed: Installed) -> Any:
    return json.loads(installed.rasid("status", "--json").stdout)


def test_a_database_that_nothing_ever_ran_on_says_so(installed: Installed) -> None:
    assert "never started here" in first(installed)[0]
    assert "rasid run" in first(installed)[0]
    assert facts(installed)["service"]["state"] == "never"


def test_all_five_that_beat_run_since_the_first_began(installed: Installed) -> None:
    beats(installed, *ALL)
    assert first(installed) == [
        "Rasid runs, since 22 November 2026, 09:05.",
        "  You need not do anything.",
    ]


def test_sources_that_fail_are_not_called_well(installed: Installed) -> None:
    beats(installed, *ALL)

    async def work(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(
                cursors.insert(),
                [
                    {"network": "rss", "read": f"feed:https://{n}.example/f",
                     "state": "unreachable", "errors": 2, "why": "ConnectError"}
                    for n in range(2)
                ],
            )  # fmt: skip

    installed.within(work)
    assert first(installed)[1] == (
        "  2 sources cannot be read now; they are tried again by themselves."
    )
    assert facts(installed)["service"]["unreachable"] == 2


@pytest.mark.parametrize("lacking", ALL)
def test_one_that_does_not_beat_is_named_with_how_to_start_it(
    installed: Installed, lacking: str
) -> None:
    beats(installed, *(name for name in ALL if name != lacking))
    assert first(installed) == [
        f"Rasid runs only in part, since 22 November 2026, 09:05. Not running: {lacking}.",
        f"  Start it: rasid run {lacking}, or start the service again.",
    ]


def test_what_was_stopped_says_since_when_also_days_later(installed: Installed) -> None:
    beats(installed, *ALL)

    async def stop(db: Database) -> None:
        for name in ALL:
            await farewell(db, f"{name}@a:1", now=STARTED + timedelta(hours=1))

    installed.within(stop)
    assert "stopped since 22 November 2026, 10:05" in first(installed)[0]


def test_what_was_killed_stopped_at_its_last_sign_of_life(installed: Installed) -> None:
    beats(installed, *ALL, ago=7200)
    service = facts(installed)["service"]
    assert service["state"] == "stopped"
    ago = datetime.now(UTC) - datetime.fromisoformat(service["since"])
    assert 7200 <= ago.total_seconds() < 7300


def test_it_speaks_the_services_language(installed: Installed) -> None:
    text = installed.config.read_text(encoding="utf-8")
    installed.config.write_text(text.replace('language = "en"', 'language = "ar"'))
    assert "لم يُشغَّل راصد هنا بعد" in first(installed)[0]
    found = installed.rasid("why", "https://nowhere.example/1")
    assert (found.exit_code, "لا مشاركة معروفة" in found.stderr) == (1, True)


def test_a_paused_channel_is_told_with_reason_remedy_and_what_waits(installed: Installed) -> None:
    now = datetime.now(UTC)
    beats(installed, *ALL)
    row = {"name": "care", "target": "#care", "state": "paused", "why": "token_revoked"}
    given = {"subject": "x", "channel": "care", "kind": "text", "state": "pending", "body": {}}

    async def pause(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(insert(channels).values(**row, at=now))
            for n in range(2):
                await connection.execute(
                    insert(notices).values(id=f"n{n}", n=n, due_at=now, created_at=now, **given)
                )

    installed.within(pause)
    found = installed.rasid("status").stdout.splitlines()
    assert found[1] == "  1 thing needs you; it comes next."
    assert found[2].startswith("Channel care is paused (token_revoked): 2 messages wait")
    assert found[3] == "  Renew the token named in the settings."


def test_the_last_alert_the_size_and_the_version_stand_at_the_end(installed: Installed) -> None:
    installed.seed(mention(1))
    now = datetime.now(UTC)

    async def alert(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(
                insert(alerts).values(
                    id=7, brand_id=1, route="all", channel="care", group_key="k", state="open",
                    urgency="normal", opened_at=STARTED, published_at=STARTED, changed_at=now,
                )
            )  # fmt: skip
            await connection.execute(
                insert(alert_mentions).values(alert_id=7, mention_id=ids_[0], at=now)
            )

    ids_ = ids(installed)
    assert "no alert so far" in installed.rasid("status").stdout
    installed.within(alert)
    lines = installed.rasid("status").stdout.splitlines()
    assert f"last alert: 22 November 2026, 09:05, رشفان in care (rasid why {ids_[0]})" in lines[-2]
    assert lines[-1].startswith("database: ")
    assert installed.dialect in lines[-1]
    assert facts(installed)["database"]["bytes"] > 10_000


def test_a_token_that_ends_soon_needs_somebody_and_is_named(installed: Installed) -> None:
    beats(installed, *ALL)
    until = datetime.now(UTC) + timedelta(days=3)
    with installed.config.open("a", encoding="utf-8") as config:
        config.write('[networks.mastodon]\ntoken = "env:HOME"\n[networks.snapchat]\n')
        config.write('token = "env:HOME"\n')

    async def work(db: Database) -> None:
        async with db.writing() as connection:
            told = Expiry("mastodon", "hash", "good", until, False, datetime.now(UTC))
            await save(connection, told)

    installed.within(work)
    found = facts(installed)
    assert found["service"]["needing"] == 1
    assert [(t["network"], t["stage"]) for t in found["tokens"]] == [("mastodon", "week")]
    assert found["unoffered"] == ["snapchat"]
    shown = installed.rasid("status").stdout
    assert "token of Mastodon: ends on" in shown
    assert "Snapchat: listening is not offered by the network" in shown

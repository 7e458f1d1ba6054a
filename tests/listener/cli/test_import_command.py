"""`rasid import` among everybody else's rows: its own are counted, labelled, decided; and what its
options make of alerts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from listener.cli import importing
from listener.store.session import Database
from listener.store.tables import alerts, brands, decisions, matches, mentions, own_posts
from tests.listener.cli.installed import Installed, mention

RECENT = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
ROWS = [
    {"id": "1", "text": "رشفان: متى ترجع الخدمة؟", "created_at": RECENT, "author": "nora"},
    {"id": "2", "text": "شكرًا رشفان", "author": "salem", "created_at": ""},
    {"id": "3", "text": "لا علاقة لها", "created_at": RECENT},
    {"id": "4", "text": "رشفان القديم", "created_at": "2020-01-01", "author": "huda"},
    {"id": "5", "text": "رشفان البعيد", "created_at": "9999-12-01"},
]


def bring(installed: Installed, *options: str, rows: list[dict[str, Any]] = ROWS) -> dict[str, int]:
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    found = installed.rasid("import", "-", "--json", *options, stdin=data)
    assert found.exit_code == 0, found.output
    counts: dict[str, int] = json.loads(found.stdout)
    return counts


def reasons(installed: Installed) -> dict[str, str]:
    rows = installed.rows(
        select(mentions.c.native_id, decisions.c.reason).join(
            decisions, decisions.c.mention_id == mentions.c.id
        )
    )
    return {row.native_id: row.reason for row in rows}


def number(installed: Installed, table: Any) -> int:
    return int(installed.rows(select(func.count()).select_from(table))[0][0])


def waiting_rows_of_others(installed: Installed) -> None:
    """Two fresh ones that nobody has labelled yet, and one that another worker decides."""
    installed.seed(mention(1), mention(2), mention(3, author=None))

    async def wait(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(update(mentions).values(state="collected"))
            await connection.execute(update(matches).values(state="waiting"))

    installed.within(wait)


def test_an_import_counts_and_does_its_own_rows_only(installed: Installed) -> None:
    waiting_rows_of_others(installed)
    told = bring(installed)
    assert told == {
        "read": 5, "stored": 5, "matched": 4, "duplicates": 0, "rejected": 0,
        "alerts": 1, "waiting": 0,
    }  # fmt: skip
    assert reasons(installed) == {
        "1": "matched_route", "2": "unknown_time", "4": "too_old", "5": "unknown_time",
    }  # fmt: skip
    others = mentions.c.network != "import"
    states = installed.rows(select(mentions.c.state).where(others))
    assert [row.state for row in states] == ["collected"] * 3


def test_the_same_file_again_finishes_what_was_left(installed: Installed) -> None:
    bring(installed)

    async def undo(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(update(mentions).values(state="collected"))

    installed.within(undo)
    again = bring(installed)
    assert (again["stored"], again["duplicates"], again["alerts"]) == (0, 5, 0)
    left = installed.rows(select(mentions.c.state))
    assert {row.state for row in left} == {"labelled"}


def test_alert_lets_what_is_of_unknown_time_alert_and_not_what_is_old(
    installed: Installed,
) -> None:
    assert bring(installed, "--alert")["alerts"] == 3
    assert reasons(installed) == {**dict.fromkeys("125", "matched_route"), "4": "too_old"}


def test_no_alerts_alerts_nobody_and_says_why(installed: Installed) -> None:
    assert bring(installed, "--no-alerts")["alerts"] == 0
    assert reasons(installed) == dict.fromkeys("1245", "not_asked")
    assert number(installed, alerts) == 0
    rows = installed.rows(select(mentions.c.id).where(mentions.c.native_id == "1"))
    assert "not_asked" in installed.rasid("why", str(rows[0].id)).stdout


def test_a_dry_run_counts_and_stores_nothing(installed: Installed) -> None:
    rows = [*ROWS, ROWS[0]]
    first = bring(installed, "--dry-run", rows=rows)
    assert first == {
        "read": 6, "stored": 5, "matched": 4, "duplicates": 1, "rejected": 0,
        "alerts": 0, "waiting": 0,
    }  # fmt: skip
    assert number(installed, mentions) == number(installed, brands) == 0
    bring(installed, "--no-alerts")
    again = bring(installed, "--dry-run", rows=rows)
    assert (again["stored"], again["duplicates"], again["rejected"]) == (0, 6, 0)


def test_options_that_do_not_go_together(installed: Installed) -> None:
    for options in (("--alert", "--no-alerts"), ("--figures", "--dry-run")):
        assert installed.rasid("import", "-", *options, stdin="").exit_code == 2


def test_a_file_that_is_no_table_is_one_sentence(installed: Installed) -> None:
    for content in ("الرقم,الأصل\n1,رشفان\n", "text,text\nرشفان,رشفان\n"):
        result = installed.rasid("import", "-", "--json", stdin=content)
        assert result.exit_code == 1
        assert "Error: The first line" in result.output
        assert "Traceback" not in result.output


def test_a_lock_in_the_middle_of_deciding_is_waited_for(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = importing.decide_some, 0

    async def locked_once(*args: Any, **more: Any) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        return await real(*args, **more)

    monkeypatch.setattr(importing, "decide_some", locked_once)
    monkeypatch.setattr("listener.store.trouble.PAUSES", (0.0,))
    assert bring(installed)["waiting"] == 0
    assert calls > 1


def undated(number: int, **more: str) -> list[dict[str, Any]]:
    return [
        {"id": f"u{n}", "text": f"رشفان: متى الرد {n}؟", "author": f"a{n}", **more}
        for n in range(number)
    ]


def test_a_few_rows_that_say_nothing_of_time_are_handed_over_to_be_seen(
    installed: Installed,
) -> None:
    assert bring(installed, rows=undated(10))["alerts"] == 10


def test_our_own_replies_are_none_of_the_few(installed: Installed) -> None:
    installed.configure("رشفان")
    with (installed.folder / "rasid.toml").open("a", encoding="utf-8") as toml:
        toml.write('[[brands.accounts]]\nnetwork = "mastodon"\nhandle = "rashfan"\n')
    ours = [{"id": f"o{n}", "text": f"أهلا {n}", "author": "rashfan"} for n in range(5)]
    counts = bring(installed, rows=[*ours, *undated(10)])
    assert (counts["stored"], counts["alerts"]) == (15, 10)
    assert number(installed, own_posts) == 5


def test_a_table_without_dates_alerts_nobody(installed: Installed) -> None:
    assert bring(installed, rows=undated(11))["alerts"] == 0
    assert set(reasons(installed).values()) == {"unknown_time"}


@pytest.mark.parametrize("said", ["", "N/A", "yesterday", "9999-01-01"])
def test_a_date_that_is_there_and_not_understood_is_unknown_and_alerts_nobody(
    installed: Installed, said: str
) -> None:
    assert bring(installed, rows=undated(1, created_at=said))["alerts"] == 0
    assert set(reasons(installed).values()) == {"unknown_time"}


def many(number: int) -> str:
    return "\n".join(
        json.dumps({"text": f"رشفان متى الرد {n}", "author": f"a{n}", "created_at": RECENT})
        for n in range(number)
    )


def test_more_than_fifty_cards_are_sent_only_when_somebody_said_so(installed: Installed) -> None:
    file = installed.folder / "many.jsonl"
    file.write_text(many(51), encoding="utf-8")
    for source in (str(file), "-"):  # a file is looked through first, a pipe as it comes
        refused = installed.rasid("import", source, "--json", stdin=many(51))
        assert refused.exit_code == 1
        assert "more than 50 cards would be sent. --yes" in refused.output
        assert number(installed, mentions) == number(installed, alerts) == 0
    assert installed.rasid("import", str(file), "--json", "--dry-run").exit_code == 0
    agreed = installed.rasid("import", str(file), "--json", "--yes")
    assert json.loads(agreed.stdout)["alerts"] == 51
    again = installed.rasid("import", str(file), "--json")  # what is there sends nothing
    assert (again.exit_code, json.loads(again.stdout)["duplicates"]) == (0, 51)


def test_fifty_cards_and_any_number_that_alerts_nobody_are_not_asked_about(
    installed: Installed,
) -> None:
    assert installed.rasid("import", "-", "--json", stdin=many(50)).exit_code == 0
    rows = [json.loads(line) | {"created_at": "2020-01-01"} for line in many(60).splitlines()]
    assert bring(installed, rows=rows)["stored"] == 60
    fresh = [json.loads(line) | {"id": f"n{n}"} for n, line in enumerate(many(60).splitlines())]
    assert bring(installed, "--no-alerts", rows=fresh)["stored"] == 60


def test_where_nothing_was_accepted_it_ends_with_1(installed: Installed) -> None:
    for content in ('{"id": "1"}\n', "id,text\n1,\n"):
        result = installed.rasid("import", "-", "--json", stdin=content)
        assert result.exit_code == 1
        assert "Traceback" not in result.output


def test_the_help_names_every_field(installed: Installed) -> None:
    said = installed.rasid("import", "--help").output
    for field in ("text", "created_at", "kind", "rating", "hashtags", "--yes", "--month-first"):
        assert field in said

"""`rasid export`: what is in it, in which form, and that it is read by key."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, text, update

from listener.cli.since import moment
from listener.records import Author
from listener.store.export import KINDS, Selection, export
from listener.store.forget import erase
from listener.store.session import Database
from listener.store.tables import actions, alert_mentions, alerts, counts, figures, matches
from tests.listener.cli.installed import Installed, ids, mention

NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
ZONE = "Asia/Riyadh"


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def table(output: str) -> list[dict[str, str]]:
    assert output.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(output.removeprefix("\ufeff"), newline="")))


def done(installed: Installed, *arguments: str) -> str:
    found = installed.rasid("export", *arguments)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_mentions_with_their_labels_and_brands(installed: Installed) -> None:
    installed.seed(mention(2), mention(1, created_at=None))
    older, undated = objects(done(installed, "mentions"))
    assert tuple(older) == KINDS["mentions"][0]
    assert (older["id"], older["author"], older["followers"]) == ("n2", "nora", 1200)
    assert (older["brands"], older["hashtags"]) == (["رشفان"], ["شبكة", "رشفان"])
    assert (older["sentiment"], older["intent"], older["dialect"]) == (
        "negative", "complaint", "glf",
    )  # fmt: skip
    assert (older["needs_response"], older["likes"], older["views"]) == (True, 3, None)
    assert older["created_at"].endswith("Z")
    assert (undated["created_at"], undated["collected_at"] > older["created_at"]) == (None, True)


def test_how_sure_the_model_was_is_exported_and_unknown_where_it_was_not_kept(
    installed: Installed,
) -> None:
    installed.seed(mention(1))
    [row] = objects(done(installed, "mentions"))
    assert (row["dialect"], row["dialect_probability"]) == ("glf", None)
    assert (row["needs_response"], row["needs_probability"]) == (True, None)
    for head, detail in (
        ("language", '{"dialect": "irq", "dialect_probability": 0.61}'),
        ("intent", '{"needs_response": false, "needs_probability": 0.32, "needs_at": 0.5}'),
    ):
        installed.execute(f"UPDATE labels SET detail = '{detail}' WHERE head = '{head}'")
    [row] = objects(done(installed, "mentions"))
    assert (row["dialect"], row["dialect_probability"]) == ("irq", 0.61)
    assert (row["intent"], row["needs_response"]) == ("complaint", False)
    assert (row["needs_probability"], row["urgency"]) == (0.32, None)


def test_a_table_for_a_spreadsheet(installed: Installed) -> None:
    odd = ['=HYPERLINK("http://x")', "+966 50", "-1+1", "@SUM(A1)", "\t=1", "\x1b]0;x\x07=1", "＝1"]
    installed.seed(
        mention(0, 'سطر\n"ثانٍ"، ونص'),
        *(mention(n, body, author=Author("x", str(n), body)) for n, body in enumerate(odd, 1)),
    )
    output = done(installed, "mentions", "--format", "csv")
    assert output.encode().startswith(codecs.BOM_UTF8)
    rows = {row["id"]: row for row in table(output)}
    assert (rows["n0"]["text"], rows["n0"]["hashtags"]) == ('سطر\n"ثانٍ"، ونص', "شبكة رشفان")
    assert (rows["n0"]["needs_response"], rows["n0"]["views"]) == ("true", "")
    for row in rows.values():
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
            assert "\x1b" not in cell
    assert rows["n1"]["text"] == f"'{odd[0]}"
    assert table(done(installed, "actions", "--format", "csv")) == []


def test_a_post_does_not_drive_a_terminal(installed: Installed) -> None:
    body = "رشفان \x9b31m \x1b[2J \x7f"
    installed.seed(mention(1, body))
    output = done(installed, "mentions")
    assert not set("\x9b\x1b\x7f") & set(output)
    assert objects(output)[0]["text"] == body


def test_what_was_deleted_is_blank(installed: Installed) -> None:
    installed.seed(mention(1, "سر رشفان"), mention(2))

    async def remove(db: Database) -> None:
        async with db.writing() as connection:
            await erase(connection, "mastodon", ["n1"], now=datetime.now(UTC), key=b"k" * 32)

    installed.within(remove)
    kept, gone = objects(done(installed, "mentions"))
    assert (gone["text"], gone["author"], gone["author_name"]) == ("", None, None)
    assert gone["gone_at"] is not None
    for kind in KINDS:
        assert "سر" not in done(installed, kind)
    assert kept["text"]


def test_an_exported_file_is_imported_as_it_was(installed: Installed) -> None:
    installed.seed(mention(1), mention(2, "رشفان بلا وقت", created_at=None))
    for form in ("jsonl", "csv"):
        data = done(installed, "mentions", "--format", form)
        found = installed.rasid("import", "-", "--dry-run", "--json", stdin=data)
        assert found.exit_code == 0, found.output
        told = json.loads(found.stdout)
        assert (told["read"], told["duplicates"], told["rejected"]) == (2, 2, 0)
        assert table(done(installed, "mentions", "--format", "csv"))[0]["created_at"]


def test_the_other_kinds(installed: Installed) -> None:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    installed.seed(mention(1))
    (number,) = ids(installed)

    async def fill(db: Database) -> None:
        alert = {
            "id": 5, "brand_id": 1, "route": "r", "channel": "care", "group_key": "k",
            "state": "claimed", "urgency": "urgent", "opened_at": now, "published_at": now,
            "changed_at": now, "claimed_by": "U1", "claimed_at": now,
        }  # fmt: skip
        action = {
            "key": "k1", "alert_id": 5, "user_id": "U1", "action": "claim", "outcome": "done",
            "detail": {"label": "نعم"}, "at": now,
        }  # fmt: skip
        figure = {
            "brand_id": 2, "network": "x", "measure": "followers", "value": 12.5, "as_of": now,
            "source": "by hand",
        }  # fmt: skip
        count = dict.fromkeys(("mentions", "needing_response", "engagement"), 1)
        keys = {c.name: "" for c in counts.primary_key} | {"brand_id": 1, "hour": now}
        more = {c.name: 0 for c in counts.c if not c.nullable and c.name not in {*keys, *count}}
        async with db.writing() as connection:
            await connection.execute(insert(alerts), [alert])
            await connection.execute(
                insert(alert_mentions), [{"alert_id": 5, "mention_id": number, "at": now}]
            )
            await connection.execute(insert(actions), [action])
            await connection.execute(insert(figures), [figure])
            await connection.execute(insert(counts), [more | count | keys | {"at": now}])

    installed.within(fill)
    (alert,) = objects(done(installed, "alerts"))
    assert (alert["alert_id"], alert["brand"], alert["mention_ids"]) == (5, "رشفان", [number])
    (action,) = objects(done(installed, "actions"))
    assert (action["brand"], action["detail"], action["user_id"]) == (
        "رشفان", {"label": "نعم"}, "U1",
    )  # fmt: skip
    (figure,) = objects(done(installed, "figures"))
    assert (figure["brand"], figure["value"], figure["note"]) == ("تمرة", 12.5, None)
    (count,) = objects(done(installed, "counts"))
    assert (count["brand"], count["mentions"]) == ("رشفان", 1)
    assert count["hour"] == now.isoformat().replace("+00:00", "Z")
    heads = objects(done(installed, "labels"))
    assert {(row["head"], row["counts"]) for row in heads} == {
        ("sentiment", True), ("intent", True), ("language", True),
    }  # fmt: skip
    for kind in KINDS:
        other = "رشفان" if kind == "figures" else "تمرة"
        assert done(installed, kind, "--brand", other) == ""
        assert done(installed, kind, "--until", "2026-01-01") == ""


def test_a_brand_has_what_still_matches_it(installed: Installed) -> None:
    installed.seed(mention(1), mention(2))

    async def part(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(
                update(matches).values(about=0.0).where(matches.c.mention_id == 1)
            )

    installed.within(part)
    rows = objects(done(installed, "mentions", "--brand", "رشفان"))
    assert [row["mention_id"] for row in rows] == [2]
    assert len(objects(done(installed, "mentions"))) == 2


def test_a_file_is_there_when_it_is_whole_and_only_its_owners(installed: Installed) -> None:
    installed.seed(mention(1))
    out = installed.folder / "out.jsonl"
    found = installed.rasid("export", "mentions", "--output", str(out))
    assert (found.exit_code, found.stdout) == (0, "")
    assert len(objects(out.read_text("utf-8"))) == 1
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    installed.execute("UPDATE alembic_version SET version_num = '9001'")
    out.write_text("before")
    assert installed.rasid("export", "mentions", "--output", str(out)).exit_code == 1
    assert out.read_text() == "before"
    assert not [path for path in installed.folder.iterdir() if path.name.startswith(".out")]


async def pages(db: Database, kind: str, selection: Selection, page: int) -> list[str]:
    return [row["id"] async for rows in export(db, kind, selection, page=page) for row in rows]


def test_pages_give_every_row_once_also_where_times_are_equal(installed: Installed) -> None:
    same = datetime.now(UTC) - timedelta(days=2)
    installed.seed(
        *(mention(n, created_at=same) for n in range(7)),
        *(mention(n, created_at=same + timedelta(seconds=n)) for n in range(7, 13)),
        mention(13, created_at=same - timedelta(days=30)),
    )

    async def look(db: Database) -> None:
        for page in (1, 2, 3, 7, 13, 14, 100):
            found = await pages(db, "mentions", Selection(), page)
            assert sorted(found) == sorted(f"n{n}" for n in range(14))
            assert found[:2] == ["n13", "n0"]
            assert found[-6:] == [f"n{n}" for n in range(7, 13)]
        bounded = Selection(brand=1, since=same, until=same + timedelta(seconds=9))
        assert await pages(db, "mentions", bounded, 2) == [f"n{n}" for n in range(9)]

    installed.within(look)


@pytest.mark.parametrize("brand", [None, 1])
def test_a_page_is_found_by_the_index_of_time(installed: Installed, brand: int | None) -> None:
    """A scan, or a sort of all that is left, would make an export's cost grow with its square."""
    start = datetime.now(UTC) - timedelta(days=9)
    installed.seed(*(mention(n, created_at=start + timedelta(minutes=n)) for n in range(60)))
    plans: list[str] = []

    async def look(db: Database) -> None:
        asked: list[tuple[str, Any]] = []
        event.listen(
            db.read.sync_engine, "before_cursor_execute",
            lambda _c, _cursor, sql, values, _context, _many: asked.append((sql, values)),
        )  # fmt: skip
        since = start + timedelta(minutes=5)
        found = await pages(db, "mentions", Selection(brand, since, since + timedelta(days=7)), 20)
        assert len(found) == 55
        explain = "EXPLAIN QUERY PLAN " if db.dialect == "sqlite" else "EXPLAIN "
        looks = [(sql, values) for sql, values in asked if "ORDER BY mentions.created_at" in sql]
        assert len(looks) == 3
        async with db.reading() as connection:
            if db.dialect == "postgresql":  # a handful of rows is scanned, whatever there is
                await connection.execute(text("SET LOCAL enable_seqscan = off"))
                await connection.execute(text("SET LOCAL enable_bitmapscan = off"))
            for sql, values in looks:
                rows = await connection.exec_driver_sql(explain + sql, values)
                plans.append("\n".join(str(tuple(row)) for row in rows))

    installed.within(look)
    for plan in plans:
        assert "ix_mentions_created_at" in plan, plan
        assert "TEMP B-TREE" not in plan, plan  # SQLite: the order comes from the index
        assert "SCAN mentions" not in plan, plan


@pytest.mark.parametrize(
    ("said", "end", "at"),
    [
        ("7d", False, "2026-11-21T09:30:00+00:00"),
        ("48h", True, "2026-11-26T09:30:00+00:00"),
        ("2026-11-01", False, "2026-10-31T21:00:00+00:00"),
        ("2026-11-01", True, "2026-11-01T21:00:00+00:00"),
        ("2026-11", True, "2026-11-30T21:00:00+00:00"),
        ("last month", False, "2026-09-30T21:00:00+00:00"),
        ("Last  Month", True, "2026-10-31T21:00:00+00:00"),
        ("last week", False, "2026-11-14T21:00:00+00:00"),
        ("2026-W47", True, "2026-11-21T21:00:00+00:00"),
        ("yesterday", False, "2026-11-26T21:00:00+00:00"),
        ("today", True, "2026-11-28T21:00:00+00:00"),
        ("2026-11-01T10:00", False, "2026-11-01T07:00:00+00:00"),
        ("2026-11-01T10:00Z", True, "2026-11-01T10:00:00+00:00"),
    ],
)
def test_moments_as_people_write_them(said: str, end: bool, at: str) -> None:
    assert moment(said, NOW, ZONE, "sunday", end=end).isoformat() == at


@pytest.mark.parametrize("said", ["soon", "", "2026-13", "2026-11-31", "9999999d", "0000-01-01"])
def test_what_is_no_moment_says_what_would_be(said: str) -> None:
    with pytest.raises(ValueError, match="last month"):
        moment(said, NOW, ZONE, "sunday", end=False)


@pytest.mark.parametrize(
    "arguments",
    [["mentions", "--since", "soon"], ["posts"], ["mentions", "--since", "1d", "--until", "2d"]],
)
def test_wrong_use_is_2(installed: Installed, arguments: list[str]) -> None:
    assert installed.rasid("export", *arguments).exit_code == 2


def test_a_pipe_is_written_to_and_a_link_leads_to_its_file(
    installed: Installed, tmp_path: Path
) -> None:
    installed.seed(mention(1))
    pipe, link, file = tmp_path / "pipe", tmp_path / "link", tmp_path / "file"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    link.symlink_to(file)
    for output in (pipe, link):
        found = installed.rasid("export", "mentions", "--output", str(output))
        assert found.exit_code == 0, found.output
    assert b"mastodon" in os.read(reading, 100_000)
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert "mastodon" in file.read_text(encoding="utf-8")
    os.close(reading)

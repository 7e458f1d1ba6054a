"""`forget`: an author is gone everywhere, and does not come back."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from listener.records import Author
from listener.store.session import Database
from listener.store.tables import alert_mentions, alerts, matches, mentions, metadata
from listener.store.tombstones import tombstone_key
from tests.listener.cli.installed import Installed, mention

SECRET_TEXT = "رشفان: رقم طلبي ٤٤١٧"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SARA = Author("mastodon", "a-sara", "sara", "سارة", 3)
NAMELESS = Author("mastodon", None, "sara", "سارة", 3)
OMAR = Author("mastodon", "a-omar", "omar", "عمر", 3)
ELSEWHERE = Author("bluesky", "did:plc:sara", "Sara", "Sara S", 3)


@pytest.fixture
def filled(installed: Installed) -> Installed:
    installed.seed(
        mention(1, SECRET_TEXT, author=SARA),
        mention(2, author=NAMELESS),
        mention(3, author=OMAR, parent_id="n1", thread_id="n1"),
        mention(4, author=ELSEWHERE, network="bluesky"),
    )
    (installed.folder / "data").mkdir(exist_ok=True)
    tombstone_key(installed.folder / "data")

    async def alert(db: Database) -> None:
        async with db.writing() as connection:
            await connection.execute(
                insert(alerts).values(
                    id=7, brand_id=1, route="all", channel="care", state="open", urgency="normal",
                    group_key="author:mastodon:a-sara:2026-11-22", opened_at=AT, published_at=AT,
                    changed_at=AT,
                )
            )  # fmt: skip
            await connection.execute(
                insert(alert_mentions).values(alert_id=7, mention_id=first, at=AT)
            )

    first = hers(installed)
    installed.within(alert)
    return installed


def hers(installed: Installed) -> int:
    """The id of the mention whose author has an id."""
    wanted = select(mentions.c.id).where(mentions.c.author_followers == 3)
    rows = installed.rows(wanted.where(mentions.c.url.like("%/1")))
    return int(rows[0].id)


def forgotten(installed: Installed, *arguments: str) -> Any:
    found = installed.rasid("forget", *arguments, "--yes", "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def everything(installed: Installed) -> str:
    """All that any table holds, as text."""
    return "\n".join(
        str(tuple(row)) for table in metadata.sorted_tables for row in installed.rows(select(table))
    )


@pytest.mark.parametrize("name", ["sara", "@sara", "SARA", "@Sara"])
def test_a_handle_is_found_on_every_network_in_any_case(filled: Installed, name: str) -> None:
    told = forgotten(filled, name)
    assert [(of["network"], of["mentions"]) for of in told["authors"]] == [
        ("bluesky", 1), ("mastodon", 1), ("mastodon", 1),
    ]  # fmt: skip
    left = everything(filled)
    for trace in (SECRET_TEXT, "سارة", "a-sara", "sara'", "Sara S", "did:plc:sara"):
        assert trace not in left, trace
    assert "عمر" in left  # another's stays


def test_what_answers_them_and_the_cards_key_name_them_no_more(filled: Installed) -> None:
    number = hers(filled)
    forgotten(filled, "a-sara", "--network", "mastodon")
    [answer] = [row for row in filled.rows(select(mentions)) if row.author_handle == "omar"]
    assert answer.parent_id == answer.thread_id
    assert answer.parent_id.startswith("forgotten:")
    [alert] = filled.rows(select(alerts.c.group_key))
    assert alert.group_key == "forgotten:7"
    waiting = filled.rows(select(matches.c.state).where(matches.c.mention_id == number))
    assert waiting[0].state == "waiting"  # the card follows


def test_they_do_not_come_back_by_whatever_name(filled: Installed) -> None:
    forgotten(filled, "--of", str(hers(filled)))
    rows = [
        {"id": "new1", "network": "mastodon", "text": "رشفان مرة أخرى", "author": "sara"},
        {"id": "n1", "network": "mastodon", "text": "رشفان مرة أخرى"},
        {"id": "new2", "network": "mastodon", "text": "رشفان من غيرها", "author": "omar"},
    ]
    given = "\n".join(json.dumps(row) for row in rows)
    found = filled.rasid("import", "-", "--json", "--no-alerts", stdin=given)
    assert json.loads(found.stdout)["stored"] == 1, found.output


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_their_words_are_not_in_the_files_bytes_either(filled: Installed) -> None:
    filled.seed(mention(9, "رشفان " + "سرها " * 2000, author=SARA))  # on pages that fall free

    def written() -> bool:
        files = [path.read_bytes() for path in filled.file.parent.glob("rasid.db*")]
        return any(word.encode() in file for file in files for word in (SECRET_TEXT, "سرها سرها"))

    assert written()
    forgotten(filled, "sara")
    assert not written()
    with sqlite3.connect(filled.file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_looking_first_changes_nothing(filled: Installed) -> None:
    before = everything(filled)
    found = filled.rasid("forget", "sara", "--dry-run")
    assert (found.exit_code, found.stdout.count("\n")) == (0, 3), found.output
    assert "@sara (سارة): 1 mention" in found.stdout
    assert everything(filled) == before


def test_somebody_of_whom_nothing_is_stored_is_kept_out_from_the_beginning(
    filled: Installed,
) -> None:
    nobody = filled.rasid("forget", "huda", "--yes")
    assert (nobody.exit_code, "--network" in nobody.stderr) == (1, True)
    forgotten(filled, "@huda", "--network", "import")
    row = json.dumps({"text": "رشفان", "author": "huda"})
    found = filled.rasid("import", "-", "--json", "--no-alerts", stdin=row)
    assert json.loads(found.stdout)["stored"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "AUTHOR"),
        (("sara", "--of", "1", "--yes"), "AUTHOR"),
        (("sara",), "--yes"),
        (("sara", "--network", "myspace", "--yes"), "myspace"),
    ],
)
def test_wrong_use_says_what_would_be_right(
    filled: Installed, arguments: tuple[str, ...], said: str
) -> None:
    found = filled.rasid("forget", *arguments)
    assert (found.exit_code, said in found.stderr) == (2, True), found.output

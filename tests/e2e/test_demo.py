"""`rasid demo` as a newcomer sees it, and its database held against the world's own list."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from listener.cli.demo import ZONE
from listener.demo.cast import AGAIN, ASKS, CORRECTED, CRISIS, PASSED_ON
from listener.demo.world import BRAND
from listener.words import words
from tests.e2e.running import ENVIRONMENT, WITHIN, naming, rasid, until

LABELS = ("الكاتب", "المشاعر: ", "الرابط: ")
TITLE, WHERE = "بانتظار الرد", "قبل"


@dataclass(frozen=True)
class Shown:
    code: int
    out: str
    err: str
    left: list[str]  # in the folder for temporary files
    kept: Path

    def rows(self, query: str) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self.kept / "rasid.db")) as db:
            db.row_factory = sqlite3.Row
            return db.execute(query).fetchall()

    def truth(self) -> dict[tuple[str, str], dict[str, Any]]:
        listed = json.loads((self.kept / "truth.json").read_text(encoding="utf-8"))
        return {(post["network"], post["id"]): post for post in listed}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    temporary = tempfile.mkdtemp(prefix="re")
    kept = Path(temporary) / "kept"
    done = subprocess.run(
        rasid("demo", "--seconds", "6", "--plain", "--keep", kept),
        env=ENVIRONMENT | {"TMPDIR": temporary},
        capture_output=True,
        text=True,
        timeout=2 * WITHIN,
        check=False,
    )
    left = sorted(set(os.listdir(temporary)) - {"kept"})
    assert naming(temporary) == []
    return Shown(done.returncode, done.stdout, done.stderr, left, kept)


def cards(out: str) -> list[str]:
    return [block for block in out.split("\n\n") if TITLE in block.split("\n")[0]]


def test_it_ends_well_and_says_what_to_do_next(shown: Shown) -> None:
    assert shown.code == 0, shown.err
    assert "Traceback" not in shown.err
    assert shown.err.splitlines()[-1].startswith("Next: ")
    assert "rasid init" in shown.err.splitlines()[-1]
    assert "0 alerts: they are too old" in shown.err
    assert shown.left == []


def test_a_card_says_who_what_where_and_when(shown: Shown) -> None:
    found = cards(shown.out)
    assert found
    for card in found:
        for label in LABELS:
            assert label in card or "حُذفت" in card, f"{label} is missing in {card}"
        assert WHERE in card
    assert any("متابع" in card for card in found)
    assert "\x1b" not in shown.out
    assert not any(isolate in shown.out for isolate in "\u2066\u2067\u2068\u2069")


def test_six_cards_the_crisis_and_what_a_team_does_come_in_order(shown: Shown) -> None:
    blocks = shown.out.split("\n\n")
    asked = [part.text for part in ASKS]
    for number, (block, text) in enumerate(zip(blocks, asked, strict=False), 1):
        assert block.split("\n")[0].endswith(f"بطاقة {number}")
        assert text in block
    crisis, *followed = blocks[6 : 6 + 7]
    assert crisis.split("\n")[0].endswith("بطاقة 7")
    assert CRISIS.text in crisis
    assert f"و{PASSED_ON} مشاركة أخرى بالمضمون نفسه" in crisis
    said = [
        (1, "الحالة: مستلَمة (ليلى"),
        (1, "الحالة: مغلقة (ليلى"),
        (1, AGAIN),
        (1, "الحالة: مفتوحة"),
        (3, CORRECTED),
        (6, "حُذفت هذه المشاركة"),
    ]
    for block, (number, text) in zip(followed, said, strict=True):
        head, *under = block.split("\n")
        assert head.startswith(f"↳ بطاقة {number}")
        assert any(text in line for line in under)
        assert all(line.startswith("  ") for line in under)
    summary = blocks[6 + 7]
    assert summary.startswith("رشفان: ")
    assert "أبرز أيام الأسبوع" in summary
    assert f"في {1 + PASSED_ON} مشاركة: {CRISIS.text[:40]}" in summary


def test_every_alert_is_shown_or_counted_and_the_summary_is_of_seven_dates(shown: Shown) -> None:
    alerts = shown.rows("SELECT id FROM alerts")
    more = re.search(r"… and (\d+) more cards", shown.err)
    assert more
    assert 0 < len(cards(shown.out)) + int(more[1]) <= len(alerts)
    zone, said = ZoneInfo(ZONE), words("ar")
    written = max(datetime.fromisoformat(p["at"]) for p in shown.truth().values())
    newest = written.astimezone(zone).date()  # the week ends a little later, maybe after midnight
    weeks = [(last - timedelta(days=6), last) for last in (newest, newest + timedelta(days=1))]
    [first] = [first for first, last in weeks if said.days(first, last) in shown.out]
    since = datetime.combine(first, time(), zone).astimezone(UTC)
    stored = shown.rows(
        "SELECT id FROM mentions WHERE gone_at IS NULL"
        f" AND created_at >= '{since:%Y-%m-%d %H:%M:%S}'"
    )
    assert f"{len(stored)} مشاركة" in shown.out
    assert f"{len(alerts)} تنبيه" in shown.out


def test_what_the_world_says_of_the_brand_is_stored_once_and_nothing_else(shown: Shown) -> None:
    truth = shown.truth()
    stored = {(r["network"], r["native_id"]): r for r in shown.rows("SELECT * FROM mentions")}
    about = {key for key, post in truth.items() if post["about"]}
    lasting = {key for key in about if not truth[key]["deleted"]}
    assert stored.keys() <= about
    assert lasting <= stored.keys()  # each is there; the key says: none twice
    # Only the stream tells of deletions: of those before it was first connected nobody knows.
    connected = min(r["collected_at"] for r in stored.values() if r["source"] == "stream")
    for key in stored.keys() - lasting:
        if stored[key]["gone_at"] is None:
            assert stored[key]["collected_at"] < connected
        else:
            assert not stored[key]["text"]
    for key in lasting:
        if key[0] in ("mastodon", "bluesky"):  # edits followed; of articles a feed has the head
            assert stored[key]["text"] == truth[key]["text"]


def test_alerts_are_of_lived_posts_that_need_an_answer_by_the_models_word(shown: Shown) -> None:
    truth = shown.truth()
    alerted = shown.rows(
        "SELECT m.network, m.native_id, m.state FROM mentions m"
        " JOIN alert_mentions a ON a.mention_id = m.id"
    )
    assert alerted
    for row in alerted:
        post = truth[row["network"], row["native_id"]]
        assert post["lived"]
        assert post["about"]
    first = shown.rows("SELECT reason, count(*) AS n FROM decisions GROUP BY reason")
    decided = {row["reason"]: row["n"] for row in first}
    six_days = sum(p["about"] and not p["lived"] for p in truth.values())
    assert 0 < decided["too_old"] <= six_days
    waiting = shown.rows("SELECT state FROM mentions WHERE state = 'collected'")
    waiting += shown.rows("SELECT state FROM matches WHERE state = 'waiting'")
    assert waiting == []


def test_the_model_finds_most_posts_that_need_an_answer(shown: Shown) -> None:
    truth = shown.truth()
    alerted = {
        (row["network"], row["native_id"])
        for row in shown.rows(
            "SELECT m.network, m.native_id FROM mentions m"
            " JOIN alert_mentions a ON a.mention_id = m.id"
        )
    }
    needed = {
        key
        for key, p in truth.items()
        if p["needs_answer"] and p["lived"] and p["about"] and not p["deleted"]
    }
    assert len(alerted & needed) > 0.5 * len(needed)
    assert len(alerted & needed) > 0.5 * len(alerted)
    assert all(any(k in truth[key]["text"] for k in (*BRAND.keywords, *BRAND.handles))
               for key in alerted & needed)  # fmt: skip


def test_ctrl_c_ends_it_cleanly(folder: Path) -> None:
    err = folder / "err"
    with (folder / "out").open("wb") as out, err.open("wb") as said_to:
        demo = subprocess.Popen(
            rasid("demo", "--seconds", "300", "--plain", "--language", "en"),
            env=ENVIRONMENT | {"TMPDIR": str(folder)},
            stdout=out,
            stderr=said_to,
            start_new_session=True,
        )
    try:
        until(lambda: "[1/3]" in err.read_text() or demo.poll() is not None, "it begins")
        assert naming(f"{folder}/rasid-")  # its own queue server
        demo.send_signal(signal.SIGINT)
        code = demo.wait(WITHIN)
    finally:
        demo.kill()
        demo.wait()
    said = err.read_text()
    assert code == 0, said  # Ctrl-C is one of the two ordinary ways to end it
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith("Next: ")
    assert sorted(os.listdir(folder)) == ["err", "out"]
    assert naming(str(folder)) == []

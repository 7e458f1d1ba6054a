"""The first lines of `status`, which say whether anything runs and what to do, and its last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from listener.cli.speaking import echo, say_line
from listener.words import Words
from listener.words.bidi import rtl_line

UNITS = ("B", "kB", "MB", "GB", "TB")


def show_verdict(facts: Mapping[str, Any], words: Words, zone: tzinfo) -> None:
    """``facts``: of ``serving.house_facts``. Says what to do next in every case."""
    of = facts["service"]
    since = _moment(of["since"], words, zone)
    comma = "، " if words.rtl else ", "
    lacking = comma.join(of["missing"])
    say_line(words, f"status.verdict.{of['state']}", since=since, missing=lacking)
    if of["state"] == "partly":
        say_line(words, "status.verdict.start", indent=2, command=f"rasid run {of['missing'][0]}")
    elif of["state"] == "running":
        if n := of["needing"]:
            say_line(words, "status.verdict.needs", indent=2, n=n)
        elif n := of["unreachable"]:
            say_line(words, "status.verdict.unreachable", indent=2, n=n)
        else:
            say_line(words, "status.verdict.well", indent=2)
    for channel in facts["channels"]:
        say_line(words, "status.paused", channel=channel["channel"], why=channel["why"] or "-",
                 n=channel["waiting"])  # fmt: skip
        fix = f"  {words.say('channel.fix.' + channel['fix'])}"
        echo(rtl_line(fix) if words.rtl else fix)


def show_facts(facts: Mapping[str, Any], words: Words, zone: tzinfo) -> None:
    """The last alert, the database's size, the version."""
    if (last := facts["last_alert"]) is None:
        say_line(words, "status.no_alert")
    else:
        at = _moment(last["opened_at"], words, zone)
        say_line(words, "status.last_alert", at=at, brand=last["brand"], channel=last["channel"],
                 id=str(last["mention_id"] or "-"))  # fmt: skip
    say_line(words, "status.database", size=_size(facts["database"]["bytes"], words),
             kind=facts["database"]["kind"], version=facts["version"])  # fmt: skip


def _moment(at: str | None, words: Words, zone: tzinfo) -> str:
    return (
        words.moment(datetime.fromisoformat(at), zone) if at else words.say("command.status.never")
    )


def _size(count: float, words: Words) -> str:
    step = 0
    while count >= 1000 and step < len(UNITS) - 1:
        count, step = count / 1000, step + 1
    return f"{words.number(count, decimals=1 if step > 1 and count < 100 else 0)} {UNITS[step]}"

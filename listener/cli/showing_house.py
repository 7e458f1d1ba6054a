"""`status` for people: our own workers, jobs and connections, a line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from listener.cli.speaking import say_line
from listener.words import Words
from listener.words.bidi import strip_isolates


def show_house(standing: Mapping[str, Any], words: Words, *, well: bool) -> None:
    """What is not well, or what is: the trouble is shown before all else, the rest at the end.
    Of jobs that are well only their number is said."""
    for worker in standing["workers"]:
        if (worker["state"] == "ok") is well:
            say_line(
                words,
                f"status.worker.{worker['state']}",
                worker=worker["worker"],
                since=minute(worker["since"]),
                ago=words.ago(worker["age_seconds"]),
            )
    for connection in standing["slack"]:
        if connection["connected"] is well:
            _show_slack(connection, words)
    for push in standing.get("pushes", ()):
        if (push["state"] in (None, "ok", "new")) is well:
            _show_push(push, words, well=well)
    going = [job for job in standing["jobs"] if job["state"] in ("ok", "new")]
    if well and going:
        say_line(words, "status.jobs", n=len(going))
    for job in standing["jobs"]:
        if not well and job not in going:
            _show_job(job, words)
        if not well:
            for item in job["skipped"]:
                say_line(
                    words, "status.job.skipped", job=words.one_of("job", job["job"]),
                    item=item["item"], why=item["why"], until=minute(item["until"]),
                )  # fmt: skip


def _show_job(job: Mapping[str, Any], words: Words) -> None:
    name = words.one_of("job", job["job"])
    lag = job["lag_seconds"]
    last = words.ago(lag) if lag is not None else words.say("command.status.never")
    if job["state"] == "late":
        say_line(words, "status.job.late", job=name, worker=job["worker"], ago=last)
        return
    say_line(words, "status.job.failing", job=name, worker=job["worker"], n=job["failures"],
             ago=last, why=job["why"] or "-")  # fmt: skip


def _show_slack(connection: Mapping[str, Any], words: Words) -> None:
    key = "status.slack.up" if connection["connected"] else "status.slack.down"
    say_line(words, key, channel=connection["channel"], since=minute(connection["since"]),
             n=connection["disconnects"], why=connection["error"] or "-")  # fmt: skip


def _show_push(push: Mapping[str, Any], words: Words, *, well: bool) -> None:
    """Whether a network calls us; how many calls were refused, which may be somebody else's."""
    network = strip_isolates(words.one_of("network", push["network"]))
    address = push["address"]
    if not well:
        say_line(words, "status.push.down", network=network, address=address,
                 why=push["why"] or "-")  # fmt: skip
    elif push["last_at"] is None:
        say_line(words, "status.push.silent", network=network, address=address)
    else:
        say_line(words, "status.push.up", network=network, at=minute(push["last_at"]))
    if refused := push["counts"].get("refused"):
        say_line(words, "status.push.refused", indent=2, n=refused)


def minute(at: str) -> str:
    """2026-11-22 11:05 UTC, from ISO 8601 in UTC."""
    return f"{at[:16].replace('T', ' ')} UTC"

"""What a source and a job are called when people are told of them, in the service's language."""

from __future__ import annotations

from urllib.parse import urlsplit

from listener.store.standing import read_id
from listener.words import Words

SHOWN = 80


def source_name(network: str, read: str, words: Words) -> str:
    """Mastodon, #زين. Of a feed's address only the host: the rest may hold a secret."""
    kind, _, target = read.partition(":")
    where = words.one_of("network", network)
    if kind == "feed":
        target = urlsplit(target).hostname or ""
    if not target or not words.has(f"source.read.{kind}"):
        kind, target = "other", f"{kind} {read_id(network, read)}"
    what = words.say(f"source.read.{kind}", target=words.aside(target[:SHOWN]))
    return words.say("source.name", network=where, what=what)


def job_name(job: str, words: Words) -> str:
    """The counting of numbers; a job without a word of its own by its name."""
    return words.one_of("job", job)

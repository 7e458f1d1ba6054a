"""What most networks leave as it is: a base class for ``Network``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

import httpx

from listener.networks import failures
from listener.networks.about import About
from listener.networks.base import Read, ReadKind, Trouble
from listener.query.clauses import clauses
from listener.query.spellings import spellings, tag_spellings
from listener.records import Account, Credential, Mention, Query


@dataclass(frozen=True, slots=True)
class Defaults:
    """Subclasses are frozen dataclasses of their options; they write ``request`` and ``parse``."""

    name: ClassVar[str]
    about: ClassVar[About]

    def mark(self, mention: Mention) -> str | None:
        """None: a mention does not tell where it stands; ``Page.newest`` does."""
        return None

    def trouble(self, response: httpx.Response, now: datetime | None = None) -> Trouble | None:
        """See ``listener.networks.failures.trouble``."""
        return failures.trouble(response, now)


def search_text(clause: Sequence[str]) -> str:
    """A clause as most searches take it: words side by side are AND, phrases in quotes."""
    return " ".join(f'"{term}"' if " " in term else term for term in clause)


def search_reads(queries: Sequence[Query], *, without: str = "") -> list[Read]:
    """One search for each clause of each query, and one for each other spelling of it; no text is
    searched twice.

    without: first characters ("#@") of lone terms that this network cannot search, or reads
    another way.
    """
    reads: dict[str, Read] = {}
    for query in queries:
        for clause in clauses(query.text):
            if len(clause) == 1 and clause[0][0] in without:
                continue
            for number, words in enumerate(spellings(search_text(clause))):
                known = reads.get(words.casefold())
                if known is None or number < known.spelling:
                    reads[words.casefold()] = Read("search", words, query, number)
    return list(reads.values())


def hashtag_reads(
    tags: Sequence[str], queries: Sequence[Query] = (), *, at_once: int = 1
) -> list[Read]:
    """One read for each tag, '#' and spaces removed, case and doubles ignored, and one for each
    other spelling of it. ``queries``: whose phrases tell where a tag's words part. ``at_once``: as
    many spellings as one request of the network asks for (``Read.also``)."""
    cleaned = (tag.strip().lstrip("#") for tag in tags)
    unique = {tag.casefold(): tag for tag in reversed([t for t in cleaned if t and " " not in t])}
    phrases = phrases_of(queries)
    reads: dict[str, Read] = {}
    for tag in reversed(unique.values()):
        spelled = tag_spellings(tag, phrases)
        for number, first in enumerate(range(0, len(spelled), at_once)):
            target, *also = spelled[first : first + at_once]
            known = reads.get(target.casefold())
            if known is None or number < known.spelling:
                reads[target.casefold()] = Read("hashtag", target, None, number, tuple(also))
    return list(reads.values())


def phrases_of(queries: Sequence[Query]) -> list[str]:
    """The phrases that stand alone in a query."""
    lone = [clause[0] for query in queries for clause in clauses(query.text) if len(clause) == 1]
    return [term for term in lone if " " in term]


def lone_tags(queries: Sequence[Query]) -> list[str]:
    """Hashtags that stand alone in a query, with their '#': no search, but a tag to read."""
    lone = [clause[0] for query in queries for clause in clauses(query.text) if len(clause) == 1]
    return [term for term in lone if term.startswith("#")]


def own_reads(accounts: Sequence[Account], *kinds: ReadKind) -> list[Read]:
    """One read of each kind for each of our own accounts; the read knows its brand. Its target is
    the account's id where the settings have one."""
    return [
        Read(kind, account.id or account.handle, Query(account.brand, ""))
        for account in accounts
        if account.role == "own"
        for kind in kinds
    ]


def of_token(accounts: Sequence[Account], handle: str) -> list[Account]:
    """Those of our own accounts that a token speaks for: the one that is named by its handle or id,
    without a name the only one there."""
    own = [account for account in accounts if account.role == "own"]
    if not handle.strip():
        return own if len(own) == 1 else []
    name = _bare(handle)
    return [account for account in own if name in (_bare(account.handle), _bare(account.id or ""))]


def _bare(handle: str) -> str:
    return handle.strip().removeprefix("@").casefold()


def identified(accounts: Sequence[Account], default: str) -> list[Account]:
    """Those with an id; ``default``: of one whose settings name none, where that can only be one
    own brand's: what is said to it must not be counted for another."""
    unnamed = {a.brand for a in accounts if a.role == "own" and not a.id}
    named = [a for a in accounts if a.id]
    if default and len(unnamed) == 1:
        named += [replace(a, id=default) for a in accounts if a.role == "own" and not a.id]
    return named


def searched(read: Read) -> str:
    """The words of a search read, also where only its query is given."""
    if read.target:
        return read.target
    alternatives = clauses(read.query.text) if read.query else ()
    return search_text(alternatives[0]) if alternatives else ""


def base_url(api_url: str, *suffixes: str) -> str:
    """``api_url`` without a trailing slash and without the API path that the network adds."""
    base = api_url.rstrip("/")
    for suffix in suffixes:
        base = base.removesuffix(suffix)
    return base


def bearer(credential: Credential | None) -> Mapping[str, str]:
    """The Authorization header of a credential with a ``token``, else no header."""
    token = credential.values.get("token") if credential else None
    return {"authorization": f"Bearer {token}"} if token else {}

"""Which searches a brand costs: as few as there can be, for a day has a hundred.

https://developers.google.com/youtube/v3/docs/search/list (``q``): "|" is OR, "-" is NOT, quotes
keep a phrase together. So all single terms and phrases of a brand are one search, in all their
spellings; words that must stand together (AND) are one of their own, because how "|" and a space
bind is not said. A hashtag is a word: there is no other way to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from listener.networks.base import Read, ReadKind
from listener.networks.defaults import search_text
from listener.query.clauses import Clause, clauses
from listener.query.spellings import spellings
from listener.records import Query

LONGEST = 200
"""Characters of one search: how long it may be is not said."""


def search_reads(queries: Sequence[Query], hashtags: Sequence[str]) -> list[Read]:
    """Searches for all alternatives of all queries, and for tags (without '#') that are in none of
    them; nothing is searched twice."""
    reads: list[Read] = []
    known: set[str] = set()
    for query in queries:
        alternatives = [_bare(clause) for clause in clauses(query.text)]
        single = [clause for clause in alternatives if len(clause) == 1]
        reads += _joined("search", single, query, known)
        for clause in alternatives:
            words = search_text(clause)
            if len(clause) > 1 and words.casefold() not in known:
                known.add(words.casefold())
                reads.append(Read("search", words, query))
    tags = [(tag.strip().lstrip("#"),) for tag in hashtags]
    return reads + _joined("hashtag", [tag for tag in tags if tag[0]], None, known)


def _bare(clause: Clause) -> Clause:
    """Without '#', which the search does not know, nor "|" and quotes, which it does."""
    plain = (" ".join(term.lstrip("#").translate(_SIGNS).split()) for term in clause)
    return tuple(dict.fromkeys(term for term in plain if term))


_SIGNS = str.maketrans(dict.fromkeys('|"', " "))


def _joined(
    kind: ReadKind, alternatives: Iterable[Clause], query: Query | None, known: set[str]
) -> list[Read]:
    """As many terms to a search as fit, other spellings after those that the brand writes."""
    spelled = [
        (nth, word)
        for clause in alternatives
        for nth, word in enumerate(spellings(search_text(clause)))
    ]
    reads: list[Read] = []
    for nth, word in sorted(spelled, key=lambda pair: pair[0]):
        if word.casefold() in known:
            continue
        known.add(word.casefold())
        last = reads[-1] if reads else None
        if last is not None and len(f"{last.target}|{word}") <= LONGEST:
            reads[-1] = Read(last.kind, f"{last.target}|{word}", query, last.spelling)
        else:
            reads.append(Read(kind, word, query, nth))
    return reads

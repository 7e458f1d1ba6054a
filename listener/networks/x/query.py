"""Our query language → searches of X, which together bring all that a query matches.

https://docs.x.com/x-api/posts/search/integrate/build-a-query and .../operators: a space is AND and
binds before OR, parentheses group, "-" excludes a term and never a group, ``lang:`` stands only
beside another term; the whole text counts towards the limit, parentheses and spaces included (512
characters, 1,024 in the archive and in a rule of the stream). Words match whole, so an Arabic word
is asked for with what is written to its front, too, and in its other everyday spellings. Every item
that comes is billed, so what X can exclude is excluded there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from listener.networks.base import Read
from listener.query.ast import And, Field, Near, Node, Not, Or, QueryError, Term
from listener.query.parser import parse
from listener.query.spellings import spellings, tag_spellings

LONGEST = 512
"""Characters of a recent search."""
LONGEST_ARCHIVE = 1024
LONGEST_RULE = 1024
_BEFORE = ("و", "ب", "ل")
"""Written to the front of an Arabic word by nearly everybody: and, in or with, for."""
_ARABIC = re.compile("[\u0621-\u064a]")
_WORD = re.compile(r"\w+")
_SAFE = re.compile(r"\w+", re.ASCII)
_USERNAME = re.compile(r"\w{1,15}", re.ASCII)
"""https://help.x.com/en/managing-your-account/x-username-rules"""
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def searches(
    text: str, longest: int = LONGEST, without: Iterable[str] = (), *, spelled: bool = True
) -> list[str]:
    """``text``: a query of ours; none for one that does not parse, or has nothing to look for.

    without: handles (no "@") that are not looked for where they stand alone, because they are read
    another way. ``spelled`` False: words as they are written, for what counts accents.
    """
    try:
        node = parse(text)
    except QueryError:
        return []
    left = {handle.casefold() for handle in without}
    packed: list[str] = []
    for alternative in _alternatives(node):
        if _is_handle(alternative, left):
            continue
        for part in _fitting(alternative, longest, spelled):
            joined = f"{packed[-1]} OR {part}" if packed else part
            if packed and len(joined) <= longest:
                packed[-1] = joined
            else:
                packed.append(part)
    return list(dict.fromkeys(packed))


def asked(read: Read) -> str:
    """The query of a search, of a hashtag in its spellings, of what is written under a post."""
    if read.kind == "replies":
        return f"conversation_id:{read.target}"
    if read.kind == "hashtag":
        return " OR ".join(f"#{tag}" for tag in (read.target, *read.also))
    return read.target or next(iter(searches(read.query.text if read.query else "")), "")


def _alternatives(node: Node) -> list[Node]:
    if isinstance(node, Or):
        return [one for child in node.children for one in _alternatives(child)]
    return [node]


def _is_handle(node: Node, handles: set[str]) -> bool:
    return isinstance(node, Term) and node.kind == "handle" and node.text.casefold() in handles


def _fitting(node: Node, longest: int, spelled: bool) -> list[str]:
    """An alternative as searches of at most ``longest``: each form of a term is one of its own; of
    an AND the longest conditions are left to the matcher where not all fit, so that a search brings
    too much at worst."""
    if isinstance(node, Term):
        return [form for form in _forms(node, spelled) if len(form) <= longest]
    parts = _conjuncts(node, spelled)
    tightest = sorted(parts, key=lambda part: (not _stands(part), len(part)))
    if not tightest or not _stands(tightest[0]):
        return []
    if len(tightest[0]) > longest:
        return _parted(node, longest, spelled)
    kept: list[str] = []
    for part in tightest:
        if len(" ".join([*kept, part])) <= longest:
            kept.append(part)
    return [" ".join(part for part in parts if part in kept)]


def _parted(node: Node, longest: int, spelled: bool) -> list[str]:
    """An AND whose ORs are too long for one search: one for each alternative of the first."""
    parts = node.children if isinstance(node, And) else ()
    for at, part in enumerate(parts):
        if isinstance(part, Or):
            rest = (*parts[:at], *parts[at + 1 :])
            ways = [And((child, *rest)) for child in _alternatives(part)]
            return [search for way in ways for search in _fitting(way, longest, spelled)]
    return _fitting(node, longest, spelled=False) if spelled else []


def _conjuncts(node: Node, spelled: bool) -> list[str]:
    """What a post must have, each as X writes it, the tightest way; none where X cannot tell."""
    match node:
        case Term():
            forms = _forms(node, spelled)
            return [_any(forms)] if forms else []
        case And(children):
            return list(dict.fromkeys(p for child in children for p in _conjuncts(child, spelled)))
        case Near(left, right):
            return list(dict.fromkeys((*_conjuncts(left, spelled), *_conjuncts(right, spelled))))
        case Or(children):
            ways: list[str] = []
            for child in children:
                parts = _conjuncts(child, spelled)
                if not any(map(_stands, parts)):
                    return []  # nothing that X can look for: every post may match
                ways += _forms(child, spelled) if isinstance(child, Term) else [_one(parts)]
            return [_any(ways)]
        case Not(child):
            return _excluded(child)
        case Field("lang", str(value)) if _LANGUAGE.fullmatch(value):
            return [f"lang:{value}"]
        case Field("from", str(value)) if _SAFE.fullmatch(value):
            return [f"from:{value}"]
    return []


def _excluded(node: Node) -> list[str]:
    """X excludes at most what we do: the word as it is written, not what folds to it."""
    match node:
        case Term(kind="exact"):
            return []  # X looks less closely than we
        case Term():
            return [f"-{form}" for form in _forms(node, spelled=False)]
        case Or(children):
            return [part for child in children for part in _excluded(child)]
        case Field("from" | "lang"):
            return [f"-{part}" for part in _conjuncts(node, spelled=False)]
    return []


def _stands(part: str) -> bool:
    """Whether it may stand alone."""
    return not part.startswith(("-", "lang:"))


def _any(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _one(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' '.join(parts)})"


def _forms(term: Term, spelled: bool) -> list[str]:
    """A term and its other forms, each as X writes it."""
    if term.kind == "handle":  # another network's (name.bsky.social) is nobody here
        return [f"@{term.text}"] if _USERNAME.fullmatch(term.text) else []
    if term.kind == "hashtag":
        tags = tag_spellings(term.text) if spelled else (term.text,)
        return [f"#{tag}" for tag in tags]
    written = [term.text]
    if spelled and term.kind != "exact":
        written = list(spellings(term.text))
        written += [
            f"{before}{text}"
            for text in written[:2]
            for before in _BEFORE
            if _ARABIC.match(text) and not text.startswith("ال")
        ]
        if term.text.startswith("ال"):
            written += [f"وال{term.text[2:]}", f"بال{term.text[2:]}", f"لل{term.text[2:]}"]
    return list(dict.fromkeys(form for form in map(_quoted, written) if form))


def _quoted(text: str) -> str:
    """A word as it is, all else as a phrase; words that X takes for operators as well."""
    if _WORD.fullmatch(text) and text not in ("OR", "AND"):
        return text
    phrase = " ".join(text.replace('"', " ").replace("\\", " ").split())
    return f'"{phrase}"' if _WORD.search(phrase) else ""

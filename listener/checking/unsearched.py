"""What of the brands no network is asked for, and why: said by `rasid check` and `rasid status`.

A network's search knows less than our query language (``query.clauses``). An alternative without a
word to look for, or a phrase on a network that is read by hashtag, makes no read at all: without
these lines its silence would look like nobody speaking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from listener.networks import BUILT, build, build_stream
from listener.networks.base import Network
from listener.query.ast import Or, QueryError, is_bare, quoted
from listener.query.clauses import Clause, clauses, wordless
from listener.query.parser import parse
from listener.records import Account, Query
from listener.settings.findings import Finding, printable
from listener.settings.model import BrandSettings, Settings

Why = Literal["no_words", "words", "hashtag", "handle", "unparsed"]
"""no_words: only from:, followers:, lang: or NOT; words: several words where hashtags are read;
hashtag, handle: the network has none, or cannot look for them; unparsed: too long or too deep."""


@dataclass(frozen=True, slots=True)
class Unsearched:
    """``place``: where it stands in the file, ``brands[0].query``. ``text``: what is not asked."""

    network: str
    brand: str
    place: str
    text: str
    why: Why


def unsearched(settings: Settings) -> list[Unsearched]:
    """In the order of networks, brands, and what is written of each. Asks no network; a token that
    is named counts as there."""
    lacks: list[Unsearched] = []
    for name, section in settings.networks.items():
        if not section.enabled or name not in BUILT:
            continue
        try:
            if build_stream(name, section.building(named=True)) is not None:
                continue  # every post passes the matcher
            network = build(name, section.building(named=True))
        except ValueError:
            continue  # an option of the wrong kind is told by its own finding
        if list(network.reads([Query("", "probe")], ["probe"])) == list(network.reads([], [])):
            continue  # it is not asked for words: what is in a feed passes the matcher
        for i, brand in enumerate(settings.brands):
            lacks += _of_brand(network, f"brands[{i}]", brand)
    return lacks


def findings(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    """A warning for each text that is not asked for, with all networks that are not; ``lines``: as
    of ``settings.load.Inspected``."""
    networks: dict[tuple[str, str, Why], list[str]] = {}
    for lack in unsearched(settings):
        if lack.why == "unparsed" and lack.place.endswith(".query"):
            continue  # an error of its own
        networks.setdefault((lack.place, lack.text, lack.why), []).append(lack.network)
    return [
        Finding(
            place,
            f"unsearched_{why}",
            lines.get(place),
            {"given": printable(text), "networks": ", ".join(names), "tag": printable(_tag(text))},
            "warning",
        )
        for (place, text, why), names in networks.items()
    ]


def by_network(settings: Settings) -> dict[str, list[str]]:
    """What is not searched on which network, each once, as it may be shown: for `rasid status`."""
    texts_of: dict[str, dict[str, None]] = {}
    for lack in unsearched(settings):
        texts_of.setdefault(lack.network, {})[printable(lack.text)] = None
    return {network: list(texts) for network, texts in texts_of.items()}


def _of_brand(network: Network, at: str, brand: BrandSettings) -> list[Unsearched]:
    parts = list(_parts(brand, network.name))
    tags = {_joined(tag) for tag in brand.hashtags}
    missed: list[Unsearched] = []
    searched = False
    for place, text in parts:
        lacks = list(_lacks(network, text, tags))
        searched = searched or not lacks
        missed += [
            Unsearched(network.name, brand.name, f"{at}.{place}", what, why)
            for what, why in lacks
            if why != "handle" or not _is_read(network, brand, what)
        ]
    # Where there are no hashtags, none is missed; said only of a brand that has nothing else.
    return [lack for lack in missed if lack.why != "hashtag" or not searched]


def _is_read(network: Network, brand: BrandSettings, handle: str) -> bool:
    """Whether what is said to our own account is read as such, so that nothing is missed."""
    name = handle.lstrip("@")
    mine = [
        Account(brand.name, name, brand.role, account.id)
        for account in brand.accounts
        if account.network == network.name and account.handle.strip().lstrip("@") == name
    ]
    return any(read.kind == "mentions" for read in network.reads([], [], mine))


def _parts(brand: BrandSettings, network: str) -> Iterator[tuple[str, str]]:
    """Place and query of everything that is written to find the brand by."""
    if brand.query:
        yield "query", brand.query
    for j, keyword in enumerate(brand.keywords):
        yield f"keywords[{j}]", keyword if keyword[:1] in ("#", "@") else quoted(keyword)
    for j, tag in enumerate(brand.hashtags):
        yield f"hashtags[{j}]", f"#{tag.strip().lstrip('#')}"
    for j, account in enumerate(brand.accounts):
        if account.network == network:
            yield f"accounts[{j}].handle", f"@{account.handle.strip().lstrip('@')}"


def _lacks(network: Network, text: str, tags: Iterable[str]) -> Iterator[tuple[str, Why]]:
    try:
        if wordless(text) and not _by_fields(network, text):
            yield text, "no_words"
    except QueryError:
        yield text, "unparsed"
        return
    for clause in clauses(text):
        first = clause[0]
        hashtags = [first[1:]] if len(clause) == 1 and first[:1] == "#" else []
        if network.reads([Query("", _written(clause))], hashtags):
            continue
        if len(clause) > 1 or first[:1] not in ("#", "@"):
            if _joined("".join(clause)) not in tags:
                yield _written(clause), "words"
        else:
            yield first, "hashtag" if first[:1] == "#" else "handle"


def _by_fields(network: Network, text: str) -> bool:
    """Whether the network itself looks for what has no words (from:), so that nothing is missed."""
    node = parse(text)
    ways = [str(way) for way in (node.children if isinstance(node, Or) else (node,))]
    return all(network.reads([Query("", way)], []) for way in ways if wordless(way))


def _written(clause: Clause) -> str:
    return " ".join(
        term if term[:1] in ("#", "@") or is_bare(term) else quoted(term) for term in clause
    )


def _joined(text: str) -> str:
    return "".join(c for c in text.casefold() if c not in ' _"#')


def _tag(text: str) -> str:
    """The hashtag that a phrase is likely to be written as: letters and digits, joined. It goes
    into a hint that people copy, so nothing in it needs escaping."""
    kept = "".join(c if c.isalnum() or "\u064b" <= c <= "\u0652" else " " for c in text)
    return "#" + "_".join(kept.split())

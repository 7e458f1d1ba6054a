"""Does a mention speak to the brand itself, and what does that say of the need of a response?

Labels are of the text alone, whoever it speaks to: identical texts share them. What is known of
the mention besides comes in here, where it is decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import exp, log

from alerts.deciding.facts import Facts
from classifiers.labels import NEEDS_AT
from listener.matching.reading import Reading, handle_names
from listener.records import Brand, Mention

DIRECTED_SHIFT = 1.0
"""Log-odds that directedness adds to the probability that a response is needed: the odds times 2.7.
Who writes the company's handle, or below its post, wants it to read that more often than who names
it in passing; by how much is not measured yet, so this is a cautious guess. It moves only what the
text leaves open: of a threshold of .5 what has .27 or more."""

UNSHIFTED = frozenset({"praise", "spam"})
"""Intents that stay out: thanks to the company's own account are still thanks."""
_SIGNS = "@＠﹫"  # what folding makes an @
_CLIP = 0.0005
"""Probabilities are stored with three digits: 0 and 1 stand for this and 1 - this."""


def own_names(brands: Iterable[Brand]) -> dict[str, frozenset[str]]:
    """Name of each brand → its own accounts as ``Reading.handles`` names them. As the matcher does,
    a handle is taken for the brand's on every network."""
    return {
        brand.name: frozenset(handle_names(handle)[0] for handle in brand.handles)
        for brand in brands
    }


def handles_in(text: str, named: Sequence[str] = ()) -> frozenset[str]:
    """The accounts a mention addresses: those its network ``named``, and @handles in its text."""
    if not named and not any(sign in text for sign in _SIGNS):
        return frozenset()
    mention = Mention(network="", id="", text=text, created_at=None, mentions=tuple(named))
    return frozenset(Reading(mention).handles)


def is_directed(
    kind: str,
    handles: Collection[str],
    own: frozenset[str],
    *,
    continues: bool = False,
    parent_is_ours: bool | None = None,
    is_given: bool = False,
    to_account: bool = False,
) -> bool | None:
    """Whether a mention speaks to the brand: it names an own account, answers a post of ours, or
    reviews our place. None where that cannot be told.

    handles: what it addresses; own: the brand's accounts (``own_names``); continues: it has a
    parent, and ``parent_is_ours`` is what is known of that one's author; is_given: it was brought
    as the brand's, whatever its words; to_account: it was read where people write to our own
    account: under its posts, where they tag it, send it messages or review its place."""
    if kind in ("repost", "article"):  # somebody else's words; about, not to
        return False
    if to_account or not own.isdisjoint(handles):
        return True
    if kind == "review":
        return True if is_given else None
    if continues:
        return parent_is_ours
    if kind in ("reply", "comment", "message") or (handles and not own):
        return None
    return False


def parent_ours(
    is_own_post: bool, authors: Iterable[str | None], own: frozenset[str]
) -> bool | None:
    """Whether the post that a mention answers is the brand's. is_own_post: it is stored as one;
    authors: handle and id of its author, where it is stored as a mention (None: unknown)."""
    if is_own_post:
        return True
    names = {name for author in authors if author for name in handle_names(author)}
    return not own.isdisjoint(names) if names and own else None


def shifted(facts: Facts) -> float | None:
    """The probability that a response is needed, given that the mention is directed; None where
    that says nothing: it is not directed, a person or a rule had the last word on the need, the
    label is of a model without this head, or the intent stays out."""
    chance = facts.needs_probability
    if not facts.directed or chance is None or facts.intent in UNSHIFTED:
        return None
    chance = min(max(chance, _CLIP), 1 - _CLIP)
    return 1 / (1 + exp(-(log(chance / (1 - chance)) + DIRECTED_SHIFT)))


def in_context(facts: Facts) -> Facts | None:
    """``facts`` with the need of a response that directedness brings; None where it brings none."""
    chance = shifted(facts)
    least = NEEDS_AT if facts.needs_at is None else facts.needs_at
    if facts.needs_response is not False or chance is None or chance < least:
        return None
    return replace(facts, needs_response=True)


def brought_by(facts: Facts) -> Mapping[str, float | None]:
    """What is kept with a decision that directedness made: the probability of the text alone, the
    one that counted, and the model's threshold."""
    chance = shifted(facts)
    return {
        "needs_probability": facts.needs_probability,
        "shifted": None if chance is None else round(chance, 3),
        "needs_at": NEEDS_AT if facts.needs_at is None else facts.needs_at,
    }

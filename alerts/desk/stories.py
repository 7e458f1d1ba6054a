"""Does this mention tell what another has told already? Pure.

Told again is a repost, a quotation without words of one's own, the same article at the same address
or under the same title, and the same words by another hand. What is short, or says another number,
is never the same: "thanks" is everybody's, and order 55 is not order 56.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from alerts.deciding.facts import Facts
from classifiers.arabic import fold, words
from classifiers.tidy import tidy
from listener.sameness import short_hash
from listener.web_address import canonical, is_home

SHORT, SHORT_ANSWER, SHORT_TITLE = 8, 12, 5
"""Words of which a text, an answer to somebody and an article's title must have so many."""
LONG = 20
"""From so many words on, texts that differ a little may be one: a word among fewer is the matter
of the complaint, the branch or the product."""
OWN_WORDS = 3
"""With fewer in front of "RT @ali:" the writer only passes it on."""
ALIKE = 0.9
"""Of all runs of RUN words that either has, both must have this share."""
RUN = 3
SKETCH = 4
"""The lowest hashes of a text's runs: two texts that are ALIKE miss all four once in thousands."""
_ANSWERS = frozenset(("reply", "comment", "review", "message"))
_PASSED_ON = re.compile(r"(?:^|(?<=\s))(?:RT|QT|MT|rt)\s+@(\w+)\s*:?")
_SOURCE = re.compile(r"\s+[-–—|]\s+[^-–—|]{1,60}$")  # "Title - The Daily"
_EDGE = re.compile(r"^(?:\s*[#@]\w+)+|(?:[#@]\w+\s*)+$")
_CUT = ("…", "...")


@dataclass(frozen=True, slots=True)
class Story:
    """``sure``: keys; one in common is the same story. ``near``: where to look for one whose
    words are alike. ``told``: the words themselves, ``cut`` where the network cut them."""

    sure: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    cut: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.sure, *self.near)


def story_of(facts: Facts) -> Story:
    """What the mention tells. What is too short has keys all the same: its reposts have them."""
    answers = facts.kind in _ANSWERS
    own, passed_from, passed = _parted(facts.text)
    passed_from = None if answers else passed_from
    told = tuple(words(fold(passed)))
    sure = [_key("post", facts.network, facts.native_id)]
    silent = (
        passed_from is not None or facts.kind == "repost" or (facts.kind == "quote" and not own)
    )
    if facts.parent_id and silent:
        sure.append(_key("post", facts.network, facts.parent_id))
    by = passed_from or facts.author_handle
    if told and by and not answers:  # what @ali said, however short; of @ali himself, his post
        sure.append(_key("said", facts.network, by.lower(), *told))
    sure += _addressed(facts)
    if len(told) < (SHORT_ANSWER if answers else SHORT):
        return Story(tuple(sure))
    passed_on = passed_from is not None or facts.kind == "article"
    cut = passed_on and passed.rstrip().endswith(_CUT)
    if not cut:
        sure.append(_key("words", str(facts.rating), *told))
    return Story(tuple(sure), _sketch(told), told, cut)


def alike(one: Story, other: Story) -> bool:
    """Whether the words of both are so much the same that one was copied from the other."""
    if not one.told or not other.told:
        return False
    if one.cut or other.cut:
        short, whole = sorted((one, other), key=lambda s: len(s.told))
        # The last word may be half of one.
        end = len(short.told) - 1
        return short.cut and end >= SHORT and whole.told[:end] == short.told[:end]
    if min(len(one.told), len(other.told)) < LONG or _numbers(one) != _numbers(other):
        return one.told == other.told
    mine, yours = _runs(one.told), _runs(other.told)
    return len(mine & yours) >= ALIKE * len(mine | yours)


def _parted(text: str) -> tuple[bool, str | None, str]:
    """Whether the writer says something, whom the text is passed on from, and what it tells:
    without links, names and hashtags at its ends; without "RT @ali:" and what stands before it."""
    if match := _PASSED_ON.search(text):
        before = _core(text[: match.start()])
        if len(words(fold(before))) < OWN_WORDS:
            return False, match[1], _core(text[match.end() :])
        return True, None, before
    core = _core(text)
    return bool(words(core)), None, core


def _core(text: str) -> str:
    text = tidy(text).replace("@user", " ").replace("http", " ")
    return _EDGE.sub(" ", _EDGE.sub(" ", text.strip()).strip()).strip()


def _addressed(facts: Facts) -> list[str]:
    """An article is known by its address, and by its title, which others copy; something else at
    that address, such as a row that was handed in, by address and first line together."""
    line = facts.text.partition("\n")[0]
    page, first = canonical(facts.url), words(fold(line))
    page = None if page is None or is_home(page) else page
    keys = [_key("at", page, *first)] if page and len(first) > SHORT_TITLE else []
    if facts.kind != "article":
        return keys
    if page:
        keys.append(_key("page", page))
    for title in {tuple(first), tuple(words(fold(_SOURCE.sub("", line))))}:
        if len(title) >= SHORT_TITLE:
            keys.append(_key("title", *title))
        if len(title) >= SHORT:
            keys.append(_key("words", str(facts.rating), *title))
    return keys


def _sketch(told: tuple[str, ...]) -> tuple[str, ...]:
    lowest = sorted(short_hash(" ".join(run)) for run in _runs(told))[:SKETCH]
    head = _key("head", *told[: SHORT - 1])
    return (head, *(f"run:{of}" for of in lowest))


def _runs(told: tuple[str, ...]) -> set[tuple[str, ...]]:
    return set(zip(*(told[n:] for n in range(RUN)), strict=False))


def _numbers(story: Story) -> list[str]:
    return sorted(word for word in story.told if any(map(str.isdigit, word)))


def _key(kind: str, *parts: str) -> str:
    return f"{kind}:{short_hash(chr(31).join(parts))}"

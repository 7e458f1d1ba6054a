"""Hashtags that stand in a text, for networks and files that do not list them."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_MARKS = "\u064b-\u065f\u0670\u200c\u200d"  # vowel signs and joiners stand within a tag
_TAG = re.compile(rf"(?<![\w&/#＃])[#＃]([\w{_MARKS}]+)")
_NO_LETTER = re.compile(r"[\d_]+")


def with_tags_of(text: str, listed: tuple[str, ...]) -> list[str]:
    """``listed`` (without '#'), and after them those that stand in ``text``, each once, as they are
    written. A number ("#1") and the end of an address ("/page#top") are none."""
    tags = list(listed)
    if "#" not in text and "＃" not in text:
        return tags
    known = {tag.casefold() for tag in tags}
    for tag in _TAG.findall(_ADDRESS.sub(" ", text)):
        if not _NO_LETTER.fullmatch(tag) and tag.casefold() not in known:
            known.add(tag.casefold())
            tags.append(tag)
    return tags

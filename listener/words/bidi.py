"""Text of strangers made safe to show, and lines that read right in both directions.

A post must not drive a terminal or a card: escape sequences, control characters and stray bidi
controls are removed; what is left is wrapped in FSI…PDI so that it cannot reorder what stands
around it (Unicode UAX #9, isolates). Text stays in logical order; nothing is reshaped.
"""

from __future__ import annotations

import re
import unicodedata

from listener.words.unsafe import DIRECTIONS, IN_A_TEXT

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"

_ANSI = re.compile(
    "\x1b(?:\\[[0-?]*[ -/]*[@-~]"  # CSI
    "|[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)?"  # OSC, DCS, SOS, PM, APC up to BEL or ST
    "|[ -/]*[0-~])"
)
_C1_STRING = re.compile("[\x90\x98\x9d-\x9f][^\x07\x1b\x9c]*[\x07\x9c]|\x9b[0-?]*[ -/]*[@-~]")
_EXTENDS = re.compile(  # joiner, variation, keycap, skin tone, the tags of a flag
    "[\u200d\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_BLANK_LINES = re.compile(r"\n\s*\n\s*(?:\n\s*)+")


def clean(text: str, *, limit: int | None = None) -> str:
    """``text`` without terminal escapes, control, bidi and invisible characters; line breaks and
    tabs stay (a run of blank lines becomes one). ``limit``: at most so many characters, cut with
    an ellipsis and never inside a base letter and its marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n").replace("\x85", "\n")
    if limit is not None:
        text = text[: limit * 4 + 1000]  # bounded work on 100,000 characters
    for pattern in (_ANSI, _C1_STRING, IN_A_TEXT):
        text = pattern.sub("", text)
    text = _BLANK_LINES.sub("\n\n", text).strip()
    return text if limit is None else shorten(text, limit)


def one_line(text: str, *, limit: int | None = None) -> str:
    """``clean`` with all white space as single spaces: for names, handles, titles."""
    line = " ".join(clean(text, limit=None if limit is None else limit * 4).split())
    return line if limit is None else shorten(line, limit)


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters, the last an ellipsis where something was cut."""
    if len(text) <= limit:
        return text
    cut = max(limit - 1, 0)
    while cut > 0 and _inside(text, cut):
        cut -= 1
    return text[:cut].rstrip() + "…"


def _inside(text: str, at: int) -> bool:
    """Whether what stands at ``at`` belongs to the character before it: a mark on a letter, a part
    of an emoji, the second letter of a flag (what of UAX #29, grapheme clusters, posts hold)."""
    here, before = text[at], text[at - 1]
    if unicodedata.combining(here) or _EXTENDS.match(here) or before == "\u200d":
        return True
    if not (_FLAG.match(here) and _FLAG.match(before)):
        return False
    letters = 0
    while letters < at and _FLAG.match(text[at - 1 - letters]):
        letters += 1
    return letters % 2 == 1


def isolate(text: str) -> str:
    """``text`` in FSI…PDI, each line on its own: an isolate does not reach over a line break."""
    return "\n".join(f"{FSI}{line}{PDI}" if line.strip() else line for line in text.split("\n"))


def strip_isolates(text: str) -> str:
    """Without any bidi control: for ``--plain`` and for what is no terminal."""
    return DIRECTIONS.sub("", text)


def is_rtl(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


def rtl_line(line: str) -> str:
    """An own line of Arabic that starts with an Arabic letter, or with RLM where it would not:
    the first strong character decides the direction of a line (UAX #9, P2)."""
    if not line or line[0] == RLM or is_rtl(line[0]):
        return line
    return RLM + line

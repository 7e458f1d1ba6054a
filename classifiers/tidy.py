"""Social text clean-up, one and the same for training and serving.

``tidy`` removes what carries no meaning (invisible characters, which link, whose @name);
``features_text`` goes on to the folded form that a bag model reads. Everything a classifier says
about a text is computed from ``tidy(text)``, so ``text_key`` may share one result between texts.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata

HEAD, TAIL = 1500, 500
"""A longer text is read at its two ends: opinions stand there, and work stays bounded."""

_INVISIBLE = dict.fromkeys(
    [
        *range(0x00, 0x09),  # C0 but tab and line ends
        *range(0x0E, 0x20),
        *range(0x7F, 0xA0),
        0xAD,
        0x061C,
        0x180E,
        *range(0x200B, 0x2010),  # zero width, LRM, RLM
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),  # variation selectors
        0xFEFF,
        *range(0x1F3FB, 0x1F400),  # skin tones
        *range(0xE0000, 0xE0080),
    ]
)
_QUOTED_LINES = re.compile(r"(?:^[ \t]*>+(?:[ \t]+\S|[^\W_])[^\n]*(?:\n|\Z))+", re.M)
"""No emoticon: a space or a letter stands behind the sign."""
_QUOTE_SIGN = re.compile(r"^[ \t>]+", re.M)
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b(?:t\.co|bit\.ly|wa\.me|t\.me|pic\.twitter\.com)/\S+")
_TAG = re.compile(r"</?(?:br|p|b|i|a|div|span)\b[^<>]{0,200}>", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w@.])@\w+")
_RUN = re.compile(r"(\S)\1{3,}")

_MARKS = dict.fromkeys([*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, 0x0640])
_FOLD: dict[int, str | None] = {
    **_MARKS,
    **dict.fromkeys(range(0x06D6, 0x06EE)),
    **{ord(a): b for a, b in zip("أإآٱىیېةهۀەکگڪڤپچژ", "اااايييههههكككفبجز", strict=True)},
    **{ord(a): b for a, b in zip("ؤئ", "وي", strict=True)},
    ord("ء"): None,
    **{0x0660 + d: str(d) for d in range(10)},
    **{0x06F0 + d: str(d) for d in range(10)},
    ord("#"): " ",
    ord("_"): " ",
    ord("'"): None,
    ord("’"): None,
    ord("`"): None,
    ord("؟"): "?",
    ord("،"): ",",
    ord("؛"): ";",
}
_FOLD_RUN = re.compile(r"ا{2,}|(\S)\1{2,}")
_NUMBER = re.compile(r"(?<![a-z0-9])[0-9]+(?![a-z0-9])")
_SIGN = re.compile(r"([^\w\s])")


def tidy(text: str) -> str:
    """``text`` as a person would still read it, with links as ``http`` and names as ``@user``.

    NFKC, no invisible or control characters, runs of one character cut to three, lines behind
    ``>`` as «> …», one space between words, at most HEAD + TAIL characters of the original. Never
    raises.
    """
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    if not unicodedata.is_normalized("NFKC", text):
        # One ligature may decompose to 18 characters: cut again.
        text = unicodedata.normalize("NFKC", text)[: HEAD + TAIL]
    if not text.isascii() or not text.isprintable():
        text = text.translate(_INVISIBLE)
    if "<" in text or "&" in text:
        text = _TAG.sub(" ", html.unescape(text))
    if ">" in text:
        text = _QUOTED_LINES.sub(_as_quotation, text)
    if "/" in text or "www." in text:
        text = _LINK.sub(" http ", text)
    if "@" in text:
        text = _NAME.sub(" @user ", text)
    text = _RUN.sub(r"\1\1\1", text)
    return " ".join(text.split())


def _as_quotation(lines: re.Match[str]) -> str:
    """Lines behind ``>`` as «> …»: without line ends it is still told where they end."""
    words = _QUOTE_SIGN.sub("", lines[0]).replace("»", " ")
    return f" «> {words.strip()}» "


def _shorten(run: re.Match[str]) -> str:
    """Arabic letters never stand three times over (lam does, in front of the divine name's)."""
    letter = run[0][0]
    return letter if "\u0621" <= letter <= "\u064a" and letter != "ل" else letter * 2


def fold_tidied(tidied: str) -> str:
    """The folded, lower-case, token-spaced form of an already tidied text."""
    text = tidied.lower().translate(_FOLD)
    text = _FOLD_RUN.sub(_shorten, text)
    text = _NUMBER.sub("0", text)
    text = _SIGN.sub(r" \1 ", text)
    return " ".join(text.split())


def features_text(text: str) -> str:
    """What the bag model reads of ``text``: tidied, lower case, letters folded, signs apart.

    The trained weights belong to this exact form: whoever changes it trains again.
    """
    return fold_tidied(tidy(text))


def text_key(text: str) -> str:
    """SHA-256 (hex) of the tidied text: equal keys have equal labels under one model."""
    return hashlib.sha256(tidy(text).encode("utf-8", "surrogatepass")).hexdigest()

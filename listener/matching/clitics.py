"""What Arabic writes to the front of a word: and, so, with, like, to, the.

A term ``زين`` is found in وزين، بزين، للزين، وبالزين; a Latin one too (الstc، بـZain). Beside the
standard clitics (و ف, then ب ك ل, then ال) the spoken ones that hold ال count: هالشركة (this),
عالنت (on the), بهالشبكة. Nothing may follow a term: endings change the meaning too often (زينة),
and names take none.

Known ambiguity: some words begin with a letter that could be a clitic (كريم is not ك + ريم). Write
``exact:"ريم"`` or ``NOT كريم`` where a name suffers from it.
"""

from __future__ import annotations

from typing import Final

Heads = frozenset[str]
_AND: Final = ("", "و", "ف")


def _after_and(*heads: str) -> Heads:
    return frozenset(word + head for word in _AND for head in heads)


NONE: Final[Heads] = frozenset({""})
PLAIN: Final = _after_and("", "ب", "ك", "ل")
_AL: Final = PLAIN | _after_and("ال", "بال", "كال", "لل")
_AL_SPOKEN: Final = _AL | _after_and("هال", "عال", "بهال", "لهال", "عهال")
_BEFORE_AL: Final = PLAIN | _after_and("ه", "ع", "به", "له", "عه")
_CONTRACTED: Final = _after_and("لل")
_CONTRACTED_LAM: Final = _after_and("ل")

SPOKEN: Final = _AL_SPOKEN - {""}
"""What is written on to a name in other letters: الstc."""
ALL: Final = _AL_SPOKEN | _BEFORE_AL
LONGEST: Final = max(map(len, ALL))


def heads(word: str, *, al: bool) -> Heads:
    """What may stand before folded ``word``; ``al`` False: no ال of any kind.

    A single letter takes nothing, a word of two letters no spoken clitic (عالمي is not عال + مي).
    A word written with its ال is looked for with it.
    """
    if len(word) == 1:
        return NONE
    if word.startswith("ال") and len(word) >= 5:
        return _BEFORE_AL
    if not al:
        return PLAIN
    return _AL if len(word) == 2 else _AL_SPOKEN


def contracted(word: str) -> tuple[str, Heads] | None:
    """ل + الراجحي is written للراجحي: the rest of the word and what stands before it there.

    ل + اللغة is للغة: of three ل two are written.
    """
    if not word.startswith("ال") or len(word) < 4:
        return None
    rest = word[2:]
    return rest, _CONTRACTED | _CONTRACTED_LAM if rest[0] == "ل" else _CONTRACTED

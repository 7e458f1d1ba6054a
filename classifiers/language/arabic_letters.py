"""Which language a text in Arabic letters is, where it is not Arabic.

A letter alone proves nothing: Egyptians and Gulf writers use پ چ گ, and people dress Arabic up with
letters of all these alphabets (ڵآ ﭑلہ). So a letter counts beside a word of its language, or where
the text is full of such letters and nothing in it is Arabic.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from classifiers.language.arabic_letter_words import (
    ARABIC,
    JAWI,
    JAWI_WEAK,
    KURMANJI,
    KURMANJI_ONLY,
    PASHTO,
    PASHTO_WEAK,
    PERSIAN,
    PERSIAN_PRONOUNS,
    PERSIAN_VERB,
    PERSIAN_WEAK,
    PUNJABI,
    PUNJABI_ONLY,
    SINDHI,
    SINDHI_WEAK,
    SORANI,
    SORANI_BARE,
    URDU,
    UYGHUR,
    plain,
)
from classifiers.language.telling_words import DIALECTS

_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0670\u064B-\u0652])*")
_URDU: Final = re.compile(r"[\u0679\u0688\u0691\u06BA\u06BE\u06C1\u06D2]")  # ٹ ڈ ڑ ں ھ ہ ے
_PASHTO: Final = re.compile(r"[\u067C\u0681\u0685\u0689\u0693\u0696\u069A\u06BC\u06CD\u06D0]")
_SINDHI: Final = re.compile(  # not ڪ and ٺ, with which Arabic is dressed up
    r"[\u067B\u067D\u067F\u0680\u0683\u0684\u0687\u068A\u068C\u068D\u068F\u0699\u06A6\u06B1\u06B3\u06BB\u06FD\u06FE]"
)
_UYGHUR: Final = re.compile(r"[\u06C7\u06C8\u06CB\u06D0\u06AD]")  # ۇ ۈ ۋ ې ڭ
_INNER_I: Final = re.compile(r"\u0649(?=\w)")  # ى within a word
_CARRIED: Final = re.compile(
    r"\b\u0626[\u0627\u06D5\u06D0\u0649\u0648\u06C7\u06C6\u06C8]"
)  # ئا ئە ئى …
_UYGHUR_VOWEL: Final = re.compile(r"[\u06D5\u06C6\u06C7\u06C8\u06D0]|\u0649\w|^\u0626")
_NO_UYGHUR: Final = re.compile(r"[ةأإثذصضطظعحڵڕێیټځڅډړږښڼۍګ]")
_KURDISH: Final = re.compile(r"[\u06D5\u06CE\u06B5\u0695]")  # ە ێ ڵ ڕ
_JAWI: Final = re.compile(r"[\u06A0\u06BD\u06CF\u0762]")  # ڠ ڽ ۏ ݢ
_PERSIAN_LETTER: Final = re.compile(r"[پچژگ]")
_PERSIAN_FORM: Final = re.compile(r"[\u06A9\u06CC]")
"""ک and ی as keyboards of Persian, Urdu and Pashto write them, not those of Arabic."""
_ARABIC_FORM: Final = re.compile(r"[يكةىأإ]")
_NO_KURDISH: Final = re.compile(r"[ةأإىثذصضطظ]")
_FEW: Final = 0.12
"""Of a text's words, at least so many must be Persian: a post in Iraqi Arabic has پ, چ and گ, and
now and then a word that is spelled like a Persian one."""
_FOREIGN: Final = frozenset(
    map(
        plain,
        PASHTO | PASHTO_WEAK | URDU | PUNJABI | SINDHI | SORANI | KURMANJI | UYGHUR | PERSIAN
        | PERSIAN_WEAK,
    )
)  # fmt: skip
_ARABIC: Final = (
    ARABIC | frozenset(word for words in DIALECTS.values() for word in words)
) - _FOREIGN


def in_arabic_letters(text: str) -> str | None:
    """The language, one of ``scripts.IN_ARABIC_LETTERS``, of a tidied text; None: Arabic."""
    words = _WORD.findall(text)
    if not words:
        return None
    plainly = [plain(word) for word in words]
    arabic = sum(map(_is_arabic, plainly))
    for tell in (_sindhi, _uyghur, _kurdish, _pashto, _urdu, _jawi, _persian):
        if language := tell(text, words, plainly, arabic):
            return language
    return None


def _is_arabic(word: str) -> bool:
    if word in _ARABIC or (word[0] == "و" and word[1:] in _ARABIC):
        return True
    return len(word) > 4 and word.startswith(("ال", "وال", "بال", "لل"))


def _held(words: Sequence[str], known: Collection[str]) -> int:
    return sum(word in known for word in words)


def _sindhi(text: str, words: Sequence[str], _plain: Sequence[str], arabic: int) -> str | None:
    letters, said = len(_SINDHI.findall(text)), _held(words, SINDHI)
    said += text.count("۾") + text.count("۽")
    if not letters and not said:
        return None
    weak = _held(words, SINDHI_WEAK)
    if said + weak / 2 < arabic:
        return None
    if said >= 2 or (said and (letters or weak)) or (letters and weak >= 2):
        return "sd"
    return "sd" if letters >= 3 and letters >= len(words) / 2 else None


def _uyghur(text: str, words: Sequence[str], _plain: Sequence[str], arabic: int) -> str | None:
    letters, said = len(_UYGHUR.findall(text)), _held(words, UYGHUR)
    carried = len(_CARRIED.findall(text))
    if carried or "ە" in text:
        letters += carried + len(_INNER_I.findall(text))
    if (said <= arabic and (arabic or not letters)) or _NO_UYGHUR.search(text):
        return None
    vowels = sum(bool(_UYGHUR_VOWEL.search(word)) for word in words)
    full = 2 * vowels >= len(words)
    if said >= 2 or (said and letters and full):
        return "ug"
    return "ug" if letters >= 2 and full and (vowels >= 2 or carried) else None


def _kurdish(text: str, words: Sequence[str], plainly: Sequence[str], arabic: int) -> str | None:
    letters = len(_KURDISH.findall(text))
    marked = [
        one
        for word, one in zip(words, plainly, strict=True)
        if _KURDISH.search(word) or "ۆ" in word
    ]
    northern = _held(plainly, KURMANJI_ONLY) if letters else 0
    said = _held(marked, SORANI) + _held(plainly, SORANI_BARE) + _held(marked, KURMANJI) + northern
    said += sum(word.startswith("ئه") and len(word) > 2 for word in words)
    if said <= arabic and arabic:
        return None
    if len(_NO_KURDISH.findall(text)) > len(text) / 20:
        return None
    if not letters and said < 3 and 2 * said < len(words):
        return None
    if said >= 2 or (said and len(marked) >= 2) or letters >= max(2, len(words) / 2):
        return "ku" if northern >= 2 or (northern and northern >= said / 2) else "ckb"
    return None


def _pashto(text: str, words: Sequence[str], plainly: Sequence[str], arabic: int) -> str | None:
    letters, said = len(_PASHTO.findall(text)), _held(plainly, PASHTO)
    weak = _held(plainly, PASHTO_WEAK)
    if arabic > said + (weak + letters) / 2:
        return None
    form = bool(_PERSIAN_FORM.search(text))
    if said >= 2 or (said and (letters or (weak and form) or len(words) == 1)):
        return "ps"
    if letters and (weak >= 2 or (weak and not arabic) or letters >= max(2, len(words) / 3)):
        return "ps"
    return "ps" if letters and not arabic and 1 < len(words) <= 3 * letters else None


def _urdu(text: str, words: Sequence[str], _plain: Sequence[str], arabic: int) -> str | None:
    letters, said = len(_URDU.findall(text)), _held(words, URDU)
    punjabi, only = _held(words, PUNJABI), _held(words, PUNJABI_ONLY)
    if arabic > said + punjabi:
        return None
    form = bool(_PERSIAN_FORM.search(text))
    if letters + form >= 2 and (said or punjabi):
        return "pa" if only and 2 * punjabi >= said else "ur"
    return None


def _jawi(text: str, words: Sequence[str], _plain: Sequence[str], arabic: int) -> str | None:
    said, letters = _held(words, JAWI), len(_JAWI.findall(text))
    if said + _held(words, JAWI_WEAK) / 2 <= arabic:
        return None
    return "ms" if said >= 2 or (letters and said + _held(words, JAWI_WEAK)) else None


def _persian(text: str, words: Sequence[str], _plain: Sequence[str], arabic: int) -> str | None:
    form = bool(_PERSIAN_FORM.search(text))
    telling = sum(word in PERSIAN or bool(PERSIAN_VERB.fullmatch(word)) for word in words)
    weak = _held(words, PERSIAN_WEAK) + (_held(words, PERSIAN_PRONOUNS) if form else 0)
    letter = bool(_PERSIAN_LETTER.search(text))
    if form and not _ARABIC_FORM.search(text) and (telling or weak or letter) and not arabic:
        telling += 1
    score = telling + 0.5 * (weak + letter + form)
    sure = score >= 1.5 and telling + 0.5 * weak >= max(1.0, _FEW * len(words), arabic)
    if not sure or not (telling or letter or form):
        return None
    return "ckb" if "ە" in text else "fa"

"""Language and Arabic dialect of a social text, by scripts and words: cheap, no model, no network.

A dialect is told by words that only (or mostly) its speakers write; without them a longer text
is taken for MSA and a short one for undecided. Country-level dialects are not attempted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from classifiers.labels import EVALUATED
from classifiers.language.arabic_letters import in_arabic_letters
from classifiers.language.foreign_words import DUTCH_FORM, INDONESIAN_FORM, TURKISH_FORM, WEAK
from classifiers.language.scripts import (
    ARABIC_LETTER,
    IN_ARABIC_LETTERS,
    LATIN_LETTER,
    MASK,
    SCRIPTS,
    by_script,
)
from classifiers.language.telling_words import (
    ARABIZI,
    ARABIZI_ANY,
    ARABIZI_WEAK,
    DIALECTS,
    LATIN,
    SHARED,
)
from classifiers.tidy import fold_tidied, tidy


class Language(NamedTuple):
    """``language``: ISO 639-1 (ckb: Sorani), ar-Latn, mixed, other;
    ``dialect``: msa egy glf lev mgr or None."""

    language: str
    dialect: str | None


_ARABIC_WORD = re.compile(r"[\u0620-\u064A\u066E-\u06D3]+")
_LATIN_WORD = re.compile(r"[a-z0-9\u00e0-\u024f]*[a-z\u00e0-\u024f][a-z0-9\u00e0-\u024f]*")
# Letters first heard with digits: 3 = ain, 7 = hah, 9 = qaf or sad, 5 = khah, 2 = hamza, 6 = tah,
# 8 = qaf or ghain.
_DIGIT_LETTER = re.compile(r"(?:[a-z]+[356792]|[a-z]{2,}8|[35679])[a-z][a-z0-9]*|[a-z]{2,}[3679]")
_NOT_ARABIZI = re.compile(
    r"\d*(?:st|nd|rd|th|d|g|k|m|pm|am|x|gb|mb|kg|km|cm|ds|rs|yo|hrs?|mins?|days?|years?|bhk|beds?|br"
    r"|star|way|min|h|j|e|eme|ème|a|o|ans|jours|mois|dt|da|dh|euros?|eur|uhr|mal|ft|in|w|v|s|ml|mp)"
    r"|mp[34]|ps[2-5]|covid19|b2b|u2|f1|[a-z]*20\d\d|h2o|g[57]|ios\d+|iphone\d+\w*|pm2|web3|p2p|a2z|m5s|la7"
    r"|[a-z]*l8r|str8"
)
_HINT = 0.8
"""Weight of a model's logit against one tell-tale word; chosen on dev."""
_UNBACKED = 3.0
"""The least logit that names an untested language without one of its words; chosen on dev, where
one text in a thousand of English may be taken for Hindi. A text's logits sum to 0."""
_OUTSIDE = 1.5
"""What a language that the model has not learned, and one of whose words is there, has in place of
a logit: the model must share a text of it out among those that it knows."""
_DIGITS = 2.0
"""Weight of a word with digits for letters: no other language writes them."""
_FAINT = 0.34
"""Weight of a Turkish, Indonesian or Dutch word that others write, too: three make one."""
_FORMS = {"tr": TURKISH_FORM, "id": INDONESIAN_FORM, "nl": DUTCH_FORM}
_MARKS: dict[str, list[str]] = {}
for _name, _words in DIALECTS.items():
    for _word in _words:
        _MARKS.setdefault(_word, []).append(_name)
_CODES: dict[str, list[str]] = {}
for _name, _words in {**LATIN, "ar-Latn": ARABIZI_ANY}.items():
    for _word in _words:
        _CODES.setdefault(_word, []).append(_name)

LANGUAGES: frozenset[str] = frozenset(
    (*LATIN, *SCRIPTS, "ar", "ar-Latn", *IN_ARABIC_LETTERS, "ne", "mixed", "other")
)
"""All that ``Language.language`` may be."""

Hint = Mapping[str, float]
_NONE: Hint = {}


def detect(text: str) -> Language:
    """The language and dialect of any text. Never raises; nothing to read gives ``other``."""
    tidied = tidy(text)
    return detect_tidied(tidied, fold_tidied(tidied))


def detect_tidied(
    tidied: str, folded: str, language: Hint = _NONE, dialect: Hint = _NONE
) -> Language:
    """As ``detect``, for a text that went through ``tidy`` and ``fold_tidied``.

    ``language`` (among those in Latin letters) and ``dialect``: a model's logits by class name,
    where there is a model; they are added to the word scores.
    """
    text = MASK.sub(" ", tidied)
    arabic, latin = len(ARABIC_LETTER.findall(text)), len(LATIN_LETTER.findall(text))
    if 2 * (arabic + latin) < sum(map(str.isalpha, text)):
        return Language(by_script(text), None)
    if not arabic and not latin:
        return Language("other", None)
    if arabic and latin and _both(text, arabic, latin):
        return Language("mixed", _dialect(folded, dialect))
    # One Latin word has about twice the letters of an Arabic one that says the same.
    if arabic * 2 >= latin:
        if foreign := in_arabic_letters(text):
            return Language(foreign, None)
        return Language("ar", _dialect(folded, dialect))
    return _latin_script(text, language)


def _both(text: str, arabic: int, latin: int) -> bool:
    if not 0.3 <= arabic / (arabic + latin) <= 0.7:
        return False
    plain = re.sub(r"#\S+", " ", text.lower())
    return len(_LATIN_WORD.findall(plain)) >= 3 and len(_ARABIC_WORD.findall(plain)) >= 3


def _dialect(folded: str, hint: Mapping[str, float]) -> str | None:
    words = _ARABIC_WORD.findall(folded)
    score = dict.fromkeys(DIALECTS, 0.0)
    for word in words:
        stem = word[1:] if word[0] == "و" and len(word) > 3 else word
        for name in _MARKS.get(word) or _MARKS.get(stem) or ():
            score[name] += _weight(word, stem) * (0.3 if name == "msa" else 1.0)
        if form := _by_form(word):
            score[form] += 1.0
    if hint:
        total = {name: score[name] + _HINT * hint[name] for name in score}
        best = max(total, key=lambda name: total[name])
        sure = max(score.values()) > 0 or len(words) >= 4
        return best if sure else None
    best = max(score, key=lambda name: score[name] if name != "msa" else 0.0)
    if score[best] >= 0.35 and score[best] > score["msa"] * 0.8:
        return best
    return "msa" if score["msa"] or len(words) >= 6 else None


def _weight(word: str, stem: str) -> float:
    return 0.35 if word in SHARED or stem in SHARED else 1.0


def _by_form(word: str) -> str | None:
    """Verb forms no list can hold: negation with -sh, the b- and h- prefixes, Maghrebi n-...-u."""
    if len(word) >= 5 and word[0] == "م" and word[-1] == "ش":
        return "mgr" if word.startswith(("مك", "ماك")) else "egy"
    if len(word) >= 5 and word.startswith(("كي", "كت", "كن")) and word.endswith(("و", "ش")):
        return "mgr"
    return None


def _latin_script(text: str, hint: Mapping[str, float]) -> Language:
    words = _LATIN_WORD.findall(text.lower().replace("'", "").replace("’", ""))
    if not words:
        return Language("other", None)
    score = dict.fromkeys((*LATIN, "ar-Latn"), 0.0)
    seen: set[str] = set()
    for word in words:
        if word in ARABIZI_WEAK and word in seen:
            continue  # "el" said five times is no more Spanish than said once
        seen.add(word)
        codes = _CODES.get(word, ())
        for code in codes:
            score[code] += _FAINT if code in _FORMS and word in WEAK else 1.0
        for code, form in _FORMS.items():
            if code not in codes and form.fullmatch(word):
                score[code] += 1.0
        if "ar-Latn" in codes:
            continue
        if word in ARABIZI_WEAK:
            score["ar-Latn"] += 0.5
        elif _DIGIT_LETTER.fullmatch(word) and not _NOT_ARABIZI.fullmatch(word):
            score["ar-Latn"] += _DIGITS
    for code in _FORMS:  # no weak word alone
        if score[code] < 1.0:
            score[code] = 0.0
    known = {code for code, value in score.items() if value}
    if not known and not hint:
        return Language("en" if text.isascii() else "other", None)
    for code, value in hint.items():
        score[code] += _HINT * value
        if code == "hi":  # spoken alike: what tells them apart in Latin letters is words alone
            score["ur"] += _HINT * value
    if hint:
        for code in known - hint.keys() - {"ur"}:
            score[code] += _HINT * _OUTSIDE
    # Where no word speaks for it, "True Story." is taken for a language that is scarcely known.
    least = {code: -math.inf if code in EVALUATED else _UNBACKED for code in score}
    able = [code for code in score if code in known or hint.get(code, -math.inf) > least[code]]
    code = max(able or ["other"], key=lambda key: (score.get(key, 0.0), key == "en"))
    return Language(code, _arabizi_dialect(words) if code == "ar-Latn" else None)


def _arabizi_dialect(words: list[str]) -> str | None:
    score = {name: sum(word in marks for word in words) for name, marks in ARABIZI.items()}
    name = max(score, key=lambda key: score[key])
    return name if score[name] else None

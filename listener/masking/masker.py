"""Personal data in a text, blotted out before the text is stored.

Forms only, no register is asked: what looks like a phone number, an identity number, an address or
an account number of the countries we listen in. A shorter number, a price, a date, a hashtag, a
handle and a link stay as they are. Matching happens before, on the text as it came.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from functools import partial

from listener.masking.forms import is_iban, is_national_id, is_phone
from listener.words.unsafe import WITHIN_A_NUMBER

MASK = "•••"

Mask = Callable[[str], str]
Span = tuple[int, int]

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_JOIN = rf"{WITHIN_A_NUMBER}*(?:[ \u00a0\u202f.()/\-\u2010-\u2015]{WITHIN_A_NUMBER}*){{0,2}}"

_EMAIL = re.compile(r"(?<![\w@.+%-])[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,24}(?![\w@])")
_LETTERS_FIRST = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ \-]?[A-Za-z0-9])")
_ALNUM = re.compile(r"[ \-]?([A-Za-z0-9])")
_WHATSAPP = re.compile(r"(?:wa\.me/|[?&]phone=)(\+?\d{8,15})(?!\d)", re.I)
_LEFT_ALONE = re.compile(
    r"(?:https?://|www\.)\S+"  # a link
    r"|(?<![\w.+%-])[#@＠＃][\w.]+(?:@[\w.-]+)?"  # hashtags and handles, those of Mastodon too
    r"|(?<![\d.,])\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?![\d-])"  # 2026-11-22, 22/11/2026
    r"|(?<!\d)\d{1,2} \d{1,2} (?:19|20)\d\d(?!\d)"
    r"|\d{1,2}:\d{2}(?::\d{2})?"  # a time of day
    r"|(?<!\d)\d+(?:[,٬٫]\d+)+(?:\.\d+)?"  # 1,250,000
)
_GROUP = re.compile(r"\d+")
_GROUPS_JOINED = re.compile(_JOIN)
_MONEY = (
    r"(?:ريال|ر\.?س|درهم|دينار|جنيه|ليرة|دولار|يورو|ألف|الف|مليون|مليار|مشاهد|متابع|"
    r"sar|aed|egp|kwd|qar|bhd|omr|jod|usd|eur|riyals?|dirhams?|dinars?|pounds?|dollars?|"
    r"views?|followers?|[$€£﷼%٪])"
)
_MONEY_AFTER = re.compile(rf"\s?{_MONEY}", re.I)
_MONEY_BEFORE = re.compile(rf"{_MONEY}\s?$", re.I)
_FEWEST_DIGITS, _MOST_DIGITS = 8, 18
_MOST_GROUPS = 8
_ENOUGH = re.compile(rf"(?:\d\D*?){{{_FEWEST_DIGITS}}}")


def masker(kinds: Collection[str]) -> Mask | None:
    """``mask`` with ``kinds`` as written in ``retention.mask``; None where nothing is masked."""
    return partial(mask, kinds=frozenset(kinds)) if kinds else None


def mask(text: str, kinds: Collection[str]) -> str:
    """``text`` with ``MASK`` in place of each thing of ``kinds`` (phone, national_id, email, iban)
    found in it. Masking twice changes nothing; a text without any comes back as it is."""
    plain = text.translate(_DIGITS)  # a character for a character: places stay the same
    spans: list[Span] = []
    if "email" in kinds and "@" in plain:
        spans += [match.span() for match in _EMAIL.finditer(plain)]
    if "iban" in kinds:
        spans += _ibans(plain)
    if "phone" in kinds:
        spans += [match.span(1) for match in _WHATSAPP.finditer(plain)]
    if ("phone" in kinds or "national_id" in kinds) and _ENOUGH.search(plain):
        alone = _merged([*spans, *(match.span() for match in _LEFT_ALONE.finditer(plain))])
        spans += _numbers(plain, alone, kinds)
    return _blotted(text, spans)


def _ibans(plain: str) -> Iterator[Span]:
    for start in _LETTERS_FIRST.finditer(plain):
        taken, at = start[0], start.end()
        while (more := _ALNUM.match(plain, at)) and len(taken) < 34:
            taken, at = taken + more[1], more.end()
            whole = at == len(plain) or not (plain[at].isascii() and plain[at].isalnum())
            if whole and is_iban(taken.upper()):
                yield start.start(), at
                break


def _numbers(plain: str, alone: list[Span], kinds: Collection[str]) -> Iterator[Span]:
    """Runs of digit groups, the longest that has a form first."""
    free = [g.span() for g in _GROUP.finditer(plain) if not _touches(g.span(), alone)]
    i = 0
    while i < len(free):
        for last in range(_reach(plain, free, i), i - 1, -1):
            digits = sum(end - start for start, end in free[i : last + 1])
            if digits < _FEWEST_DIGITS:
                break
            if digits > _MOST_DIGITS:
                continue
            span = _with_plus(plain, (free[i][0], free[last][1]))
            if not _touches(span, alone) and _has_form(plain, span, free[i : last + 1], kinds):
                yield span
                i = last
                break
        i += 1


def _reach(plain: str, free: list[Span], first: int) -> int:
    """The last group that may belong to the number whose first group is ``first``."""
    last, digits = first, free[first][1] - free[first][0]
    while last + 1 < min(len(free), first + _MOST_GROUPS):
        digits += free[last + 1][1] - free[last + 1][0]
        between = plain[free[last][1] : free[last + 1][0]]
        if digits > _MOST_DIGITS or not _GROUPS_JOINED.fullmatch(between):
            break
        last += 1
    return last


def _with_plus(plain: str, span: Span) -> Span:
    start = span[0]
    before = re.search(rf"\+{WITHIN_A_NUMBER}*\(?$", plain[max(0, start - 6) : start])
    return (start - len(before[0]), span[1]) if before else span


def _has_form(plain: str, span: Span, groups: list[Span], kinds: Collection[str]) -> bool:
    parts = [plain[a:b] for a, b in groups]
    start, end = span
    around = plain[start - 1 : start] + plain[end : end + 1]
    if any((char.isalpha() and char.isascii()) or char == "_" for char in around):
        return False  # part of a code such as A1234567890
    before = plain[max(0, start - 24) : start]
    if _MONEY_AFTER.match(plain, end) or _MONEY_BEFORE.search(before):
        return False
    if "national_id" in kinds and is_national_id(parts, before):
        return True
    return "phone" in kinds and is_phone(parts, before, plus=plain[start] == "+")


def _merged(spans: list[Span]) -> list[Span]:
    """In their order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _touches(span: Span, others: list[Span]) -> bool:
    """Whether one of ``others``, as of ``_merged``, has a character of ``span``."""
    place = bisect_left(others, (span[1], 0))  # those from here on begin after it
    return place > 0 and span[0] < others[place - 1][1]


def _blotted(text: str, spans: list[Span]) -> str:
    parts, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            parts += [text[at:start], MASK]
            at = end
    return "".join([*parts, text[at:]])

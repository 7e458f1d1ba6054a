"""The forms of phone, identity and account numbers in the Gulf, Egypt, the Levant and the Maghreb.

Numbering plans: ITU-T E.164 and the national plans filed under it (itu.int, "National numbering
plans"); IBAN: ISO 13616 (check by ISO 7064 MOD 97-10) and the SWIFT IBAN registry's lengths.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

_IBAN_LENGTHS = {
    "AE": 23, "AT": 20, "BE": 16, "BH": 22, "CH": 21, "CY": 28, "DE": 22, "DZ": 26, "EG": 29,
    "ES": 24, "FR": 27, "GB": 22, "IE": 22, "IQ": 23, "IT": 27, "JO": 30, "KW": 30, "LB": 28,
    "LY": 25, "MA": 28, "MR": 27, "NL": 18, "OM": 23, "PK": 24, "PS": 29, "PT": 25, "QA": 29,
    "SA": 24, "SD": 18, "SE": 24, "SO": 23, "TN": 24, "TR": 26, "YE": 30,
}  # fmt: skip

_COUNTRIES = (
    "966|971|965|974|973|968|967|962|961|963|964|970|972|20|212|213|216|218|249|222|252|253"
)
_WITH_COUNTRY = re.compile(rf"(?:00)?(?:{_COUNTRIES})0?[1-9]\d{{6,9}}")
_ANY_COUNTRY = re.compile(r"(?:00)?[1-9]\d{7,14}")
_LOCAL = re.compile(
    r"0[1-9]\d{7,9}"  # a trunk 0 and 8 to 10 digits: nearly every country's mobiles and landlines
    r"|0[37]\d{6}|81\d{6}"  # Lebanon
    r"|5\d{8}|7[01378]\d{7}"  # Saudi and Emirati mobiles without their 0; Yemen
)
_EIGHT = re.compile(r"[2-79]\d{7}")  # Kuwait, Qatar, Bahrain, Oman, Tunisia: no trunk digit
_NOT_A_PHONE = re.compile(
    r"(?:طلب\w*|الطلبية|طلبية|فاتورة|الفاتورة|بلاغ|البلاغ|تذكرة|التذكرة|شحنة|الشحنة|تتبع|التتبع|"
    r"order|invoice|ticket|tracking|ref(?:erence)?|case)"
    r"(?:\s+(?:no|number|id|رقم))?\W{0,4}$",
    re.I,
)
_ID_WORD = re.compile(
    r"(?:هوية|هويتي|الهوية|إقامة|اقامة|الإقامة|الاقامة|إقامتي|اقامتي|السجل المدني|سجل مدني|"
    r"الرقم القومي|رقم قومي|رقمي القومي|الرقم المدني|الرقم الوطني|رقمي الوطني|البطاقة الشخصية|"
    r"national id|civil id|emirates id|iqama|cin|id number)\W{0,4}(?:رقم\w*|no|is|هو|هي)?\W{0,4}$",
    re.I,
)


def is_iban(text: str) -> bool:
    """``text``: upper case letters and digits, without spaces."""
    if len(text) != _IBAN_LENGTHS.get(text[:2], -1):
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1


def is_national_id(parts: Sequence[str], before: str) -> bool:
    """``parts``: the number's digit groups; ``before``: some characters of what precedes it.

    By check digit (Saudi Arabia), by the date or year of birth inside (Egypt, Kuwait, Emirates);
    others (Qatar, Bahrain, Oman, Jordan, Tunisia, …) only after a word that says so, for their
    forms are those of any number."""
    digits = "".join(parts)
    if 8 <= len(digits) <= 18 and _ID_WORD.search(before):
        return True
    if len(digits) == 10 and len(parts) == 1:
        return digits[0] in "12" and _luhn(digits)
    if len(digits) == 14:
        return digits[0] in "23" and _born(digits[:7])
    if len(digits) == 12:
        return digits[0] in "23" and len(parts) == 1 and _born(digits[:7])
    return re.fullmatch(r"784(?:19|20)\d{10}", digits) is not None


def is_phone(parts: Sequence[str], before: str, *, plus: bool) -> bool:
    """``parts`` and ``before`` as above; ``plus``: the number starts with a + of its own."""
    digits = "".join(parts)
    if plus:
        return _ANY_COUNTRY.fullmatch(digits) is not None
    if _NOT_A_PHONE.search(before):
        return False
    if digits.startswith("00"):
        return _ANY_COUNTRY.fullmatch(digits) is not None
    if _WITH_COUNTRY.fullmatch(digits) and 10 <= len(digits) <= 13:
        return True
    if digits.endswith("0000"):  # so many of something
        return digits.startswith("0") and _LOCAL.fullmatch(digits) is not None
    if _LOCAL.fullmatch(digits):
        return digits.startswith("0") or len(parts) == 1 or [len(p) for p in parts] == [2, 3, 4]
    halves = [len(part) for part in parts] in ([8], [4, 4])
    return halves and _EIGHT.fullmatch(digits) is not None and not _is_day(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char) * (1 + place % 2)
        total += number - 9 * (number > 9)
    return total % 10 == 0


def _born(digits: str) -> bool:
    """Century (2: 1900s, 3: 2000s) and YYMMDD."""
    century = {"2": 1900, "3": 2000}[digits[0]]
    with suppress(ValueError):
        date(century + int(digits[1:3]), int(digits[3:5]), int(digits[5:7]))
        return True
    return False


def _is_day(digits: str) -> bool:
    """20261122 is a date."""
    with suppress(ValueError):
        return 1900 <= date.fromisoformat(digits).year <= 2100
    return False

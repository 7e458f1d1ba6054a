"""The form of a sentence, by its marks and words: enough to split help-desk texts."""

from __future__ import annotations

import re

from classifiers.making.encoder.recipe import Form

_MARK = re.compile(r"[?؟]")
_QUESTION = re.compile(
    r"(?i)^\W*(?:@user\s+)*(?:how|what|when|where|which|who|why|is|are|am|do|does|did|can|could|will"
    r"|would|should|have|has|may|any idea"
    r"|هل|كيف|متى|متي|امتى|أين|اين|وين|لماذا|ليش|ليه|علاش|لماش|ما هو|ما هي|ماهي|ماهو|ماذا|ايش|إيش"
    r"|وش|شو|شنو|اش|أي|اي|كم|قديش|شلون|كيفاش|وقتاش|فين|من أين|من اين|لم|أليس|هو ممكن)\b"
)
_REQUEST = re.compile(
    r"(?i)\b(?:please|pls|plz|help|i need|i want|i would like|i'd like|i wish to|let me|assist)\b"
    r"|(?:^|\s)(?:و)?(?:أريد|اريد|أود|اود|أرغب|ارغب|أحتاج|احتاج|بدي|بدنا|ابغى|أبغى|ابي|أبي|عايز|عاوز"
    r"|عاوزة|نحب|بغيت|ارجو|أرجو|نرجو|يرجى|الرجاء|رجاء|رجاءً|لو سمحت|لو سمحتوا|من فضلك|من فضلكم"
    r"|ساعدني|ساعدوني|ساعدوا|ساعد|ممكن|يمكنك|أحتاج إلى|بحاجة)(?=\s|$|[.,!?؟،])"
)


def form_of(text: str) -> Form:
    """question, request, both at once ("asking"), or statement; of the text as it was written."""
    question = bool(_MARK.search(text) or _QUESTION.search(text))
    request = bool(_REQUEST.search(text))
    if question and request:
        return "asking"
    if question:
        return "question"
    return "request" if request else "statement"

"""What `rasid check` says around its findings, in Arabic and English.

Every Arabic line starts with an Arabic letter, so that a terminal lays it out from the right.
"""

# ruff: noqa: E501
from __future__ import annotations

from typing import Literal

FSI, PDI = "\u2068", "\u2069"

# fmt: off
_TEXTS: dict[str, tuple[str, str]] = {  # key: (Arabic, English)
    "file": ("ملف {name}", "{name}"),
    "error": ("خطأ في {path}:", "error in {path}:"),
    "error_line": ("خطأ في السطر {line}، {path}:", "error in line {line}, {path}:"),
    "warning": ("تنبيه في {path}:", "warning in {path}:"),
    "warning_line": ("تنبيه في السطر {line}، {path}:", "warning in line {line}, {path}:"),
    "note": ("ملاحظة في {path}:", "note on {path}:"),
    "note_line": ("ملاحظة في السطر {line}، {path}:", "note on line {line}, {path}:"),
    "count": ("المجموع: أخطاء {errors}، تنبيهات {warnings}، ملاحظات {notes}", "errors {errors}, warnings {warnings}, notes {notes}"),
    "all_well": ("كل شيء سليم. شغّله بالأمر: rasid run", "all is well; start with: rasid run"),
    # --text
    "label": ("التصنيف: {sentiment} (بثقة {sure})، {intent}، {response}، {urgency}، اللغة {spoken}", "label: {sentiment} ({sure} sure), {intent}, {response}, {urgency}, language {spoken}"),
    "untested": ("لم يُختبر تصنيف المشاعر في هذه اللغة: {spoken}", "the sentiment of this language is untested: {spoken}"),
    "no_brand": ("لا يطابق أي علامة، فلن يُحفظ", "it matches no brand, so it would not be kept"),
    "matched": ("يطابق العلامة {brand}", "it matches {brand}"),
    "not_matched": ("لا يطابق العلامة {brand}", "it does not match {brand}"),
    "evidence": ("وجدنا {term} في {place}، مكتوبًا: {found}", "{term} in {place}, written: {found}"),
    "not_missing": ("لم نجد: {term}", "not there: {term}"),
    "not_no_context": ("وُجد {term} دون كلمة سياق قربه", "{term} is there, but no context word is near it"),
    "not_not_exact": ("وُجد ما يشبه {term} لا هو بحروفه: {found}", "something like {term}, but not letter for letter: {found}"),
    "not_too_far": ("الكلمات متباعدة: {term}", "the words are too far apart: {term}"),
    "not_field": ("شرط لم يتحقق: {term}", "this does not hold: {term}"),
    "not_forbidden": ("ممنوع بعد NOT وقد وُجد: {term}", "it stands after NOT and is there: {term}"),
    "not_excluded": ("مستبعد وقد وُجد: {term}", "it is excluded and is there: {term}"),
    "passed_over": ("تخطّى المسار {route} لأن هذا لم يتحقق: {condition}", "not the route {route}: {condition} does not hold"),
    "reason_matched_route": ("ينبّه عبر المسار {route} في القناة {channel}", "it alerts by the route {route} in {channel}"),
    "reason_only_count": ("يُعدّ فقط ولا ينبّه: المسار {route}", "it is only counted: the route {route}"),
    "reason_no_route": ("لا ينبّه: لا مسار ينطبق عليه", "no alert: no route fits"),
    "reason_too_old": ("لا ينبّه: مضى عليه وقت أطول من alert_within", "no alert: it is older than alert_within"),
    "reason_not_own_brand": ("لا ينبّه: العلامة ليست علامتك", "no alert: the brand is not your own"),
    "reason_not_about_brand": ("لا ينبّه: الكلام عن شيء آخر", "no alert: it is about something else"),
    "reason_spam": ("لا ينبّه: رسالة مزعجة", "no alert: it is spam"),
    "reason_low_confidence": ("لا ينبّه: الشعور غير مؤكد بما يكفي", "no alert: the sentiment is not sure enough"),
    "reason_muted": ("لا ينبّه: الكاتب مكتوم", "no alert: the author is muted"),
}
_VALUES: dict[str, tuple[str, str]] = {
    "negative": ("سلبي", "negative"),
    "neutral": ("محايد", "neutral"),
    "positive": ("إيجابي", "positive"),
    "question": ("سؤال", "a question"),
    "complaint": ("شكوى", "a complaint"),
    "request": ("طلب", "a request"),
    "praise": ("ثناء", "praise"),
    "spam": ("رسالة مزعجة", "spam"),
    "other": ("غير ذلك", "something else"),
    "response_true": ("يحتاج إلى رد", "needs a response"),
    "response_false": ("لا يحتاج إلى رد", "needs no response"),
    "urgency_low": ("غير عاجل", "not urgent"),
    "urgency_normal": ("عادي", "of normal urgency"),
    "urgency_urgent": ("عاجل", "urgent"),
    "place_text": ("النص", "the text"),
    "place_hashtag": ("الوسوم", "the hashtags"),
    "place_handle": ("الحسابات المذكورة", "the handles"),
    "place_author": ("الكاتب", "the author"),
    "place_given": ("الملف نفسه", "the file itself"),
}
# fmt: on


def say(key: str, language: Literal["ar", "en"], /, *, isolate: bool = False, **values: str) -> str:
    """The text of ``key``; a reason without words of its own is told by its name.

    ``isolate`` wraps each value in FSI…PDI.
    """
    if key.startswith("reason_") and key not in _TEXTS:
        reason = key.removeprefix("reason_")
        return f"لا ينبّه: {reason}" if language == "ar" else f"no alert: {reason}"
    text = _TEXTS[key][0 if language == "ar" else 1]
    return text.format_map({k: f"{FSI}{v}{PDI}" if isolate else v for k, v in values.items()})


def value(name: str, language: Literal["ar", "en"]) -> str:
    """The word for a label's value."""
    return _VALUES[name][0 if language == "ar" else 1]

"""Intent and urgency by rules alone, so that each rule is seen to act."""

from __future__ import annotations

import pytest

from classifiers.labels import Intent, Urgency
from classifiers.rules.response import find_phrases, intent_of, urgency_of
from classifiers.tidy import fold_tidied, tidy

CALM = (0.2, 0.6, 0.2)
ANGRY = (0.8, 0.15, 0.05)
GLAD = (0.05, 0.15, 0.8)


def _intent(text: str, mood: tuple[float, float, float]) -> Intent:
    tidied = tidy(text)
    folded = fold_tidied(tidied)
    return intent_of(tidied, folded, find_phrases(folded), mood)


@pytest.mark.parametrize(
    ("text", "mood", "intent"),
    [
        ("هل عندكم توصيل؟", CALM, "question"),
        ("شحال الثمن", CALM, "question"),
        ("السلام عليكم متى تفتحون", CALM, "question"),
        ("ياريت تضيفوا الدفع بالبطاقة", CALM, "request"),
        ("التطبيق ما يشتغل ليش؟", ANGRY, "complaint"),
        ("خدمة رائعة شكرا", GLAD, "praise"),
        ("واتساب خصم متابعين", CALM, "spam"),
        ("اليوم الأحد", CALM, "other"),
        ("😍😍", GLAD, "praise"),
        ("...", CALM, "other"),
    ],
)
def test_intent(text: str, mood: tuple[float, float, float], intent: Intent) -> None:
    assert _intent(text, mood) == intent


def test_a_customer_who_asks_for_a_code_is_no_spammer() -> None:
    assert _intent("كود التفعيل ما وصلني على الواتساب", CALM) == "complaint"


def test_a_solved_problem_is_no_complaint() -> None:
    assert "complaint" not in find_phrases(fold_tidied(tidy("حليتوا مشكلتي")))
    assert "complaint" in find_phrases(fold_tidied(tidy("ما حليتوا مشكلتي")))


@pytest.mark.parametrize(
    ("text", "intent", "urgency"),
    [
        ("الشاحن احترق", "complaint", "urgent"),
        ("برفع قضية عليكم", "complaint", "urgent"),
        ("الشبكة مقطوعة", "complaint", "urgent"),
        ("my card was used, this is fraud", "complaint", "urgent"),
        ("بنقل رقمي لغيركم", "complaint", "urgent"),
        ("الأكل بارد", "complaint", "normal"),
        ("متى ترجع الشبكة المقطوعة", "question", "normal"),
        ("شكرا رجعت الخدمة المقطوعة", "praise", "low"),
        ("خطر", "spam", "low"),
    ],
)
def test_urgency(text: str, intent: Intent, urgency: Urgency) -> None:
    mood = "positive" if intent == "praise" else "neutral"
    assert urgency_of(find_phrases(fold_tidied(tidy(text))), intent, mood) == urgency

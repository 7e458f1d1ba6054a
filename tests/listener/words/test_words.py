from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

import alerts
from classifiers.labels import DIALECTS
from classifiers.language.detect import LANGUAGES
from listener.words import catalog, words

AR, EN = words("ar"), words("en")
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "لا تعليقات"),
        (1, "تعليق واحد"),
        (2, "تعليقان"),
        (3, "3 تعليقات"),
        (10, "10 تعليقات"),
        (11, "11 تعليقًا"),
        (99, "99 تعليقًا"),
        (100, "100 تعليق"),
        (102, "102 تعليق"),
        (1_003, "1,003 تعليقات"),
    ],
)
def test_arabic_counts(n: int, text: str) -> None:
    assert AR.say("comments", n=n) == text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_plural_rule_is_cldrs(language: str) -> None:
    said = words("ar" if language == "ar" else "en")
    rule = Locale(language).plural_form
    forms: dict[str, set[str]] = {}
    for n in range(1_200):
        shown = said.say("followers", n=n).replace(said.number(n), "#")
        forms.setdefault(rule(n), set()).add(shown)
    assert all(len(texts) == 1 for texts in forms.values())
    assert set(forms) == set(rule.tags) | {"other"}


def test_both_catalogs_have_the_same_keys_and_placeholders() -> None:
    def fields(language: str) -> dict[str, set[str | None]]:
        found = {}
        for message in catalog("ar" if language == "ar" else "en"):
            if message.id:
                key = message.id[0] if isinstance(message.id, tuple) else message.id
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                assert all(texts), f"{language}: {key} is empty"
                names = {f for t in texts for _, f, _, _ in Formatter().parse(t) if f}
                found[key] = names - {"n"}
        return found

    assert fields("ar") == fields("en")


def test_arabic_texts_hold_no_latin_letter() -> None:
    for message in catalog("ar"):
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        if str(key).startswith(("finding.", "check.", "command.", "fault.")):
            continue  # they name keys and commands as they are written
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts if message.id else ():
            bare = re.sub(r"\{\w+\}", "", text)
            assert not re.search("[A-Za-z]", bare), text


def test_no_key_in_the_code_is_missing() -> None:
    root = Path(alerts.__file__).parent
    used = {
        key
        for path in root.rglob("*.py")
        for key in re.findall(r'(?:say|plain)\(\s*"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(used) > 25
    assert [key for key in sorted(used) if not (AR.has(key) and EN.has(key))] == []


def test_a_missing_key_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        AR.say("no.such.key")


def test_digits_numbers_and_percents() -> None:
    eastern = words("ar", "arabic")
    assert AR.number(12_500) == "12,500"
    assert eastern.number(12_500.5, decimals=1) == "١٢٬٥٠٠٫٥"
    assert EN.percent(0.87) == "87%"
    assert eastern.percent(0.87) == "\u2068٨٧٪\u2069"
    assert eastern.say("followers", n=12_500) == "١٢٬٥٠٠ متابع"


def test_dates_are_written_by_us_in_the_zone() -> None:
    zone = ZoneInfo("Asia/Riyadh")
    assert AR.moment(NOW, zone) == "22 نوفمبر 2026، \u206814:05\u2069"
    assert EN.moment(NOW, zone) == "22 November 2026, 14:05"
    assert words("ar", "arabic").day(NOW, zone) == "٢٢ نوفمبر ٢٠٢٦"
    assert AR.day(datetime(2026, 11, 22, 21, 30, tzinfo=UTC), zone) == "23 نوفمبر 2026"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=-40), "الآن"),
        (timedelta(seconds=59), "الآن"),
        (timedelta(minutes=1), "قبل دقيقة"),
        (timedelta(minutes=2), "قبل دقيقتين"),
        (timedelta(minutes=5), "قبل 5 دقائق"),
        (timedelta(minutes=59), "قبل 59 دقيقة"),
        (timedelta(hours=47), "قبل 47 ساعة"),
        (timedelta(hours=48), "قبل يومين"),
        (timedelta(days=100), "قبل 100 يوم"),
    ],
)
def test_ages(span: timedelta, text: str) -> None:
    assert AR.age(NOW - span, NOW) == text


def test_what_is_unknown_is_shown_isolated() -> None:
    assert AR.one_of("network", "newnet") == "\u2068newnet\u2069"
    assert AR.one_of("network", "mastodon") == "ماستودون"


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_that_can_be_told_has_a_name(code: str) -> None:
    assert AR.has(f"language.{code}")
    assert EN.has(f"language.{code}")


@pytest.mark.parametrize("code", DIALECTS)
def test_every_dialect_that_can_be_told_has_a_name(code: str) -> None:
    assert AR.has(f"dialect.{code}")
    assert EN.has(f"dialect.{code}")


@pytest.mark.parametrize(
    ("first", "last", "ar", "en"),
    [
        ("2026-11-22", "2026-11-28", "22–28 نوفمبر 2026", "22–28 November 2026"),
        ("2026-11-29", "2026-12-05", "29 نوفمبر – 5 ديسمبر 2026", "29 November – 5 December 2026"),
        ("2026-12-27", "2027-01-02", "27 ديسمبر 2026 – 2 يناير 2027",
         "27 December 2026 – 2 January 2027"),
        ("2026-11-22", "2026-11-22", "22 نوفمبر 2026", "22 November 2026"),
    ],
)  # fmt: skip
def test_a_stretch_of_days_says_each_part_once(first: str, last: str, ar: str, en: str) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(last))
    assert words("ar").days(*days) == ar
    assert words("en").days(*days) == en


@pytest.mark.parametrize(
    ("minutes", "ar", "en"),
    [
        (0, "أقل من دقيقة", "0 minutes"),
        (1, "دقيقة", "1 minute"),
        (45, "45 دقيقة", "45 minutes"),
        (60, "ساعة", "1 hour"),
        (125, "ساعتين و5 دقائق", "2 hours and 5 minutes"),
        (1500, "يوم وساعة", "1 day and 1 hour"),
        (3 * 1440 + 11, "3 أيام", "3 days"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(minutes: int, ar: str, en: str) -> None:
    assert words("ar").span(minutes) == ar
    assert words("en").span(minutes) == en


TERMS = {"مسار": "قاعدة", "تسلّم": "استلام", "الرمز السري": "رمز الوصول", "القصد": "نوع المشاركة"}


def test_one_thing_has_one_word_in_arabic() -> None:
    """Left: what drifted once; right: the word of docs/glossary.md."""
    paths = {"finding.feeds_file.hint"}  # of a file
    for message in catalog("ar"):
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for word, right in TERMS.items():
            found = any(word in text for text in texts) and key not in paths
            assert not found, f"{key}: {word}; write {right}"

"""Language and dialect from own sentences."""

from __future__ import annotations

import pytest

from classifiers import load
from classifiers.labels import EVALUATED, evaluated
from classifiers.language.detect import LANGUAGES, detect
from tests.classifiers.foreign.foreign import FOREIGN


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("خدمة العملاء ما ترد على أحد", "ar"),
        ("When will the app support dark mode?", "en"),
        ("Quand est-ce que vous ouvrez le magasin ?", "fr"),
        ("¿Cuándo abre la tienda en el centro?", "es"),
        ("Wann kommt mein Paket, ich warte schon lange", "de"),
        ("ezay 3ayez a8ayar el ba2a bta3ty", "ar-Latn"),
        ("wach kayn chi 7all l had lmochkil", "ar-Latn"),
        ("این برنامه خیلی خوب است", "fa"),
        ("یہ سروس اچھی نہیں ہے اور مہنگی ہے", "ur"),
        ("Спасибо за помощь", "ru"),
        ("ありがとうございます", "ja"),
        ("यह ऐप काम नहीं कर रहा", "hi"),
        ("الخدمة very good and fast بصراحة أنصح فيها جدا", "mixed"),
        ("😂😂", "other"),
        ("https://example.com @someone", "other"),
        ("", "other"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert detect(text).language == language
    assert load("fast").classify([text])[0].language == language


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("عايز اعرف ليه النت مش شغال دلوقتي", "egy"),
        ("وش صار على طلبي، أبغى رد الحين", "glf"),
        ("شو هالحكي، بدي حدا يرد هلق", "lev"),
        ("علاش ماكاين حتى جواب ديالكم، بزاف هادشي", "mgr"),
        ("لم يتم الرد على الرسالة التي أرسلتها منذ أسبوع", "msa"),
    ],
)
def test_dialect(text: str, dialect: str) -> None:
    assert detect(text).dialect == dialect
    assert load("fast").classify([text])[0].dialect == dialect


@pytest.mark.parametrize("text", ["ok", "great service", "شكرا", ""])
def test_no_dialect_where_none_can_be_told(text: str) -> None:
    assert detect(text).dialect is None


def test_covid19_and_3d_are_not_arabizi() -> None:
    assert detect("covid19 vaccine and 3d printer at 7pm").language == "en"


@pytest.mark.parametrize(("language", "text"), FOREIGN)
def test_what_is_written_to_gulf_brands_is_known_and_is_no_language_of_ours(
    language: str, text: str
) -> None:
    label = load("fast").classify([text])[0]
    assert detect(text).language == label.language == language
    assert label.dialect is None
    assert not evaluated(language)


@pytest.mark.parametrize(
    "text", ["Funny joke.", "True Story.", "Amazing doggo 😍", "Keep watching!"]
)
def test_short_english_is_not_taken_for_a_language_none_of_whose_words_it_has(text: str) -> None:
    assert evaluated(load("fast").classify([text])[0].language)


@pytest.mark.parametrize("text", ["ھلا والله فيكم", "انا من زمان ابي هالشي", "چاي وگهوه الصبح"])
def test_arabic_with_urdu_and_persian_letters_stays_arabic(text: str) -> None:
    assert detect(text).language == "ar"


def test_figures_speak_of_the_languages_that_were_measured_and_of_their_regions() -> None:
    assert EVALUATED <= LANGUAGES
    assert all(map(evaluated, ("ar", "ar-SA", "ar-Latn", "en-GB")))
    assert not any(map(evaluated, ("ur", "hi", "hi-Latn", "mixed", "other", "", "arz")))

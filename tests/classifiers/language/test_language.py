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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fa", "فروشگاه ساعت نه باز می\u200cشود"),
        ("fa", "دفتر جدید در تهران است"),
        ("fa", "ميخوام پولم رو پس بگيرم"),
        ("fa", "از صبح آنتن نداریم"),
        ("fa", "هتل تمیز و نزدیک دریا بود"),
        ("ur", "بریانی مزیدار تھی"),
        ("ps", "تاسو څه وخت خلاصوئ؟"),
        ("ps", "زه له تاسو راضي یم"),
        ("tr", "Mağaza saat dokuzda açılıyor"),
        ("tr", "musteri hizmetleri telefona bakmiyor"),
        ("tr", "odalar temiz kahvaltı güzeldi"),
        ("id", "pesanan dibatalkan tanpa alasan"),
        ("id", "Aplikasinya tidak bisa dibuka"),
        ("id", "kok mahal sekali ya"),
        ("nl", "De winkel gaat om negen uur open"),
        ("nl", "internet ligt er weer uit"),
        ("nl", "waarom is de prijs verhoogd"),
    ],
)
def test_languages_near_arabizi_and_arabic_are_told_by_their_own_words(
    language: str, text: str
) -> None:
    assert detect(text).language == language
    (label,) = load("fast").classify([text])
    assert (label.language, label.dialect) == (language, None)


@pytest.mark.parametrize(
    "text",
    [
        "3ardh 7elo bas el si3r ghali",
        "el internet 6afi min ams",
        "gha6a el ma7al b el ghobar",
        "7asbat el rateb ghalat",
        "ba6arya el jawwal ma t3eesh",
        "rasalt el 6alab 3 marrat w kel marra el malaf ghair wa8e7",
        "ya salam 3ala el dawam w el na6ra",
        "fi 3or9 3la el 3otoor?",
        "mouch normal el prix hedha",
    ],
)
def test_digit_letters_tell_arabizi_from_spanish_and_french(text: str) -> None:
    assert detect(text).language == "ar-Latn"
    assert load("fast").classify([text])[0].language == "ar-Latn"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El 3 de mayo abre el cajero 24h y el de la plaza"),
        ("es", "el pedido, el cambio, el dinero: el servicio no sirve"),
        ("fr", "la livraison 48h, la 5g et la 2e commande"),
        ("en", "2bhk for rent, 3beds, 5star hotel at 6pm"),
        ("en", "van rental was great"),
        ("de", "das Spiel um 3uhr war so gut"),
    ],
)
def test_numbers_with_a_unit_and_particles_alone_are_no_arabizi_and_no_dutch(
    language: str, text: str
) -> None:
    assert detect(text).language == language
    assert load("fast").classify([text])[0].language == language


@pytest.mark.parametrize(
    "text",
    [
        "باچر عندكم دوام لو عطلة",
        "گلت للموظف چم مرة وهم ما ردوا",
        "هم زين وهم رخيص بس التوصيل چان متأخر",
        "السواق لف ميدان لبنان مرتين",
        "لطفا يا إخوان، ما اشتغل التطبيق اصلا",
        "ما هو بطال ولا هو زود",
        "شکرا جزیلا",
        "خوب شو",
        "شده وتزول وهمه يعدي ان شاء الله",
        "برنامه رائع جدا ومذيع چنتل",
        "مين اصلا بيرد عليكو؟",
    ],
)
def test_arabic_that_shares_words_or_letters_with_persian_stays_arabic(text: str) -> None:
    assert detect(text).language == "ar"

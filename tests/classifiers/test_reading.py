"""What the heads read: own words, each said once; and the labels that follow."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import Label, load
from classifiers.assemble import UNKNOWN
from classifiers.making.encoder.data import LabelledText, example_of
from classifiers.making.encoder.recipe import LabelledSet
from classifiers.reading import is_silent, own_words, reading_of, said_once
from classifiers.tidy import text_key, tidy

COMPLAINT = (
    "طلبت من عندكم جوال قبل أسبوعين وإلى الآن ما وصلني، كلمت خدمة العملاء أربع مرات وكل مرة"
    " يقولون بكرة. أبغى حل أو رجعوا فلوسي"
)
PRAISE = "والله خدمتكم ممتازة والتوصيل وصل قبل وقته بيوم كامل، شكرا لكم من القلب"
QUESTION = "متى يفتح فرعكم الجديد في حي النرجس وهل عنده مواقف للسيارات؟"
ENGLISH = "my parcel is two weeks late and nobody answers the phone, where is my order"
SLOGAN = "عالم جميل نعيشه معا كل يوم"
WORDS = ["اب", "جد", "هو", "زح،", "!", "ط.", "😡", "a", "b.", "c"]
MATTERS = [COMPLAINT, PRAISE, f"{QUESTION} 🙏", ENGLISH]


@pytest.mark.parametrize("between", [" ", "\n", "\n\n", " … ", " - ", "\n2. "])
@pytest.mark.parametrize("times", [2, 6, 200])
@pytest.mark.parametrize("text", MATTERS)
def test_a_repeated_text_is_read_and_labelled_as_it_is_once(
    text: str, times: int, between: str
) -> None:
    model = load("fast")
    once, often = model.classify([text, between.join([text] * times)])
    assert (once.sentiment, once.intent, once.needs_response, once.urgency) == (
        *(often.sentiment, often.intent, often.needs_response, often.urgency),
    )
    gap = once.probabilities.negative - often.probabilities.negative
    assert abs(gap) < 0.05  # signs and numbers between the repeats, and where a long text was cut


@pytest.mark.parametrize("text", [COMPLAINT, ENGLISH, "النت مقطوع من أمس", "زفت"])
def test_a_repeat_without_a_sign_between_is_nothing_new(text: str) -> None:
    once = reading_of(text)
    for times in (12, 13):
        assert reading_of(" ".join([text] * times))[: len(once)] == once
    assert len(reading_of(" ".join([text] * 12))) <= 2 * len(once) + 8


def test_a_slogan_said_nine_times_is_one_slogan_and_what_follows_it_counts() -> None:
    read = reading_of(f"{f'{SLOGAN}. ' * 9}النت مقطوع من أمس")
    assert read.count("جميل") == 1
    assert read.endswith("النت مقطوع من أمس")
    model = load("fast")
    often, once = model.classify([f"{SLOGAN}\n" * 9, SLOGAN])
    assert (often.sentiment, often.intent) == (once.sentiment, once.intent)


@pytest.mark.parametrize(
    "text",
    [
        "غالي غالي غالي",
        "I am going home and you are going home and that is all there is to say about it",
        "Randy was the first 3rd generation star, Nat was the first 3rd generation one. When next?",
        "لا لا لا ما أبغى غير حل واحد لمشكلتي اليوم قبل بكرة",
    ],
)
def test_a_sentence_that_only_uses_words_twice_stays_whole(text: str) -> None:
    assert said_once(tidy(text)) == tidy(text)


@given(st.lists(st.sampled_from(WORDS), max_size=80))
@settings(deadline=None, max_examples=150)
def test_nothing_new_is_made_up_nothing_all_gone_and_a_second_reading_adds_nothing_new(
    words: list[str],
) -> None:
    text = tidy(" ".join(words))
    read = said_once(text)
    rest = iter(text.split())
    assert all(word in rest for word in read.split())  # in their order
    assert set(map(str.lower, read)) >= {letter for letter in text.lower() if letter.isalnum()}
    assert bool(read) == bool(text)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"> {PRAISE}\nلا والله، طلبي له أسبوع ما وصل", "لا والله، طلبي له أسبوع ما وصل"),
        (f"> {PRAISE}\n>> نعم\nما وصل", "ما وصل"),
        (f"طلبي له أسبوع\n&gt; {PRAISE}\nما وصل", "طلبي له أسبوع ما وصل"),
        (f"والله كذابين ما وصل طلبي RT @brand: {PRAISE}", "والله كذابين ما وصل طلبي"),
        (f"«{PRAISE}» كذب، طلبي له أسبوع ما وصل", "كذب، طلبي له أسبوع ما وصل"),
        (f'"{ENGLISH}" and mine came in a day', "and mine came in a day"),
        (f"كذب، طلبي له أسبوع ما وصل https://x.com/b/1 @brand: {PRAISE}", None),
        (f"كذب، طلبي له أسبوع ما وصل https://x.com/b/1 “{PRAISE}”", None),
    ],
)
def test_a_quoted_post_is_not_what_the_writer_says(text: str, own: str | None) -> None:
    own = own or "كذب، طلبي له أسبوع ما وصل"
    read = reading_of(text)
    assert [word for word in read.split() if any(map(str.isalnum, word))] == own.split()


@pytest.mark.parametrize(
    "text",
    [
        f"RT @brand: {PRAISE}",
        f"> {PRAISE}",
        f"«{PRAISE}» 👍",
        'الموظف قال لي "ما عندنا حل لمشكلتك وراجع الفرع بعد اسبوع"',
        "تطبيق «الخدمة السريعة» ما يفتح عندي من أمس والله",
        '"Tony: George and I were "champions of peace" and so on (no, it is not April)',
        ">:( ما يفتح التطبيق",
        "تطبيقكم https://x.com/a ما يفتح من أمس يا جماعة",
    ],
)
def test_where_the_writer_says_nothing_else_or_tells_what_was_said_all_is_read(text: str) -> None:
    assert own_words(tidy(text)) == tidy(text)


def test_only_lines_behind_the_sign_have_another_key_than_before() -> None:
    assert tidy("> a b\n> c\nd") == "«> a b c» d"
    assert tidy(">:( a\n>_< b > c\n->d") == ">:( a >_< b > c ->d"
    assert text_key("> a\nb") != text_key("a b")


def test_training_reads_what_is_served() -> None:
    row = LabelledText(text=f"{COMPLAINT}\n" * 3, label="negative")
    example = example_of(row, 0, LabelledSet("x", "own", 1.0), ())
    assert example is not None
    assert example.text == reading_of(row.text) == tidy(COMPLAINT)


@pytest.mark.parametrize(
    "text", ["", "؟", "...", "https://x.com/a", "@brand", "ـــ", "\u202e", "\ufe0f"]
)
def test_what_says_nothing_is_neutral_and_asks_for_nothing(text: str) -> None:
    assert is_silent(tidy(text))
    (label,) = load("fast").classify([text])
    assert (label.sentiment, label.intent, label.needs_response) == ("neutral", "other", False)


@pytest.mark.parametrize("text", ["😡", "❤", "12345", "a", "م", "👍👍", "今"])
def test_a_picture_a_number_or_a_letter_says_something(text: str) -> None:
    assert not is_silent(tidy(text))


@pytest.mark.parametrize(("text", "sentiment"), [("😡😡😡", "negative"), ("😍", "positive")])
def test_pictures_alone_tell_a_mood_and_want_no_answer(text: str, sentiment: str) -> None:
    (label,) = load("fast").classify([text])
    assert (label.sentiment, label.needs_response) == (sentiment, False)


UNREAD = [
    "Магазин открыт с девяти до шести",
    "今天天气很好，我们去公园散步",
    "東京で新しい店がオープンしました",
    "החנות פתוחה מתשע עד שש",
    "Το κατάστημα ανοίγει στις εννέα",
    "ร้านเปิดเก้าโมง",
    "가게는 아홉 시에 문을 엽니다",
    "ዛሬ አየሩ ጥሩ ነው",
    "Новый офис находится на улице Ленина, 5",
    "@brand 营业时间是九点到六点 https://x.com/a",
    "दुकान सुबह नौ बजे खुलती है",
    "नयाँ पसल काठमाडौंमा छ",
    "দোকান সকাল নয়টায় খোলে",
    "მაღაზია ცხრა საათზე იხსნება",
    "Խանութը բացվում է ժամը իննին",
    "کتابخانه ساعت نه باز می‌شود",
    "دکان صبح نو بجے کھلتی ہے",
    "دوکان په نهو بجو خلاصېږي",
]


@pytest.mark.parametrize("text", UNREAD)
def test_a_plain_sentence_in_a_script_that_was_never_read_is_no_complaint(text: str) -> None:
    (label,) = load("fast").classify([text])
    assert label.sentiment == "neutral"
    assert (label.intent, label.needs_response, label.dialect) == ("other", False, None)
    assert (label.urgency, label.needs_probability) == ("low", None)
    assert max(_shares(label)) < 0.9  # nothing was understood


@pytest.mark.parametrize(
    "text",
    [
        "mera recharge abhi tak nahi hua, bahut kharab service",
        "yar apki service bohat kharab hai mjhe refund chahiye",
        "الخدمة سيئة Спасибо وما أحد يرد علي من أسبوع",
        "my parcel is two weeks late 包裹 and nobody answers",
    ],
)
def test_a_text_of_which_most_can_be_read_is_labelled_by_what_it_says(text: str) -> None:
    (label,) = load("fast").classify([text])
    assert label.needs_probability is not None
    assert _shares(label) != UNKNOWN


@pytest.mark.skipif(not (find_spec("torch") and find_spec("transformers")), reason="needs torch")
def test_the_encoder_tells_a_sentiment_where_it_was_right_and_an_answer_nowhere() -> None:
    texts = [*UNREAD, "یہ لوگ دھوکے باز ہیں", "اینها کلاهبردار هستند"]
    full, auto = (load(tier).classify(texts) for tier in ("full", "auto"))
    for label, also in zip(full, auto, strict=True):
        assert (label.intent, label.needs_probability) == ("other", None)
        assert (_shares(label) == UNKNOWN) == (label.language != "ur")
        assert also.sentiment == label.sentiment
        assert _shares(also) == pytest.approx(_shares(label), abs=0.03)
    assert {label.language for label in full} >= {"fa", "ur", "ru", "other"}


def _shares(label: Label) -> tuple[float, ...]:
    shares = label.probabilities
    return (shares.negative, shares.neutral, shares.positive)

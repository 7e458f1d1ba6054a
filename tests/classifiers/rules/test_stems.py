"""Entries of the phrase lists find the words they name and no others that begin like them."""

from __future__ import annotations

import pytest

from classifiers.lexicon.baseline import balance
from classifiers.rules.phrases import Phrases
from classifiers.rules.response import find_phrases
from classifiers.rules.stems import read_entry
from classifiers.tidy import features_text


def _kinds(text: str) -> set[str]:
    return set(find_phrases(features_text(text)))


@pytest.mark.parametrize("stem", ["سيء*", "رديء*", "بطيء*", "شكرا به*", "روعة*", "أحلى*", "it*"])
def test_a_stem_that_folding_would_open_is_refused(stem: str) -> None:
    with pytest.raises(ValueError, match="write its forms out"):
        read_entry(stem)
    with pytest.raises(ValueError, match="write its forms out"):
        Phrases({"complaint": f"عطل|{stem}"})


@pytest.mark.parametrize("entry", ["كهرب*ني", "*", "", "*crash"])
def test_a_star_stands_at_the_end_of_something(entry: str) -> None:
    with pytest.raises(ValueError, match="at the end"):
        read_entry(entry)


def test_a_stem_whose_letters_all_stay_goes_on() -> None:
    assert read_entry("رائع*") == ("رايع", True, True)
    phrases = Phrases({"praise": "رائع*|thank"})
    assert set(phrases.find(features_text("والخدمة رائعة"))) == {"praise"}
    assert not phrases.find(features_text("thanksgiving"))


def test_what_lost_its_hamza_joins_no_other_word() -> None:
    phrases = Phrases({"complaint": "رديء"})
    assert phrases.find(features_text("المنتج رديء جدا"))
    for other in ("لون وردي", "بشكل فردي"):
        assert not phrases.find(features_text(other))


@pytest.mark.parametrize(
    "word",
    [
        *("سيتم", "سيصل", "سيارة", "سيكون", "السيارة", "سيدي", "وسيلة", "فسيح", "سياسة"),
        *("رديت", "رديتوا", "وردي", "فردي", "بطيخ"),
    ],
)
def test_everyday_words_are_no_complaints(word: str) -> None:
    assert "complaint" not in _kinds(f"اليوم {word} في البيت")
    assert balance(features_text(word)) == 0


@pytest.mark.parametrize(
    "word",
    ["سيء", "سيئ", "سئ", "سيئة", "سيئه", "وسيئة", "السيئة", "رديء", "رديئة", "بطيء", "بطيئة"],
)
def test_every_form_of_a_bad_word_is_a_complaint(word: str) -> None:
    assert "complaint" in _kinds(f"الخدمة {word} عندكم")
    assert balance(features_text(word)) < 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("حلوا المشكلة", "praise"),
        ("عندكم حلول للشركات", "praise"),
        ("happy thanksgiving", "praise"),
        ("واعرف البيت", "praise"),
        ("تسلمت الطلب", "praise"),
        ("قمة الرياض", "praise"),
        ("أصابعك طويلة", "urgent"),
        ("we will win the cup", "question"),
    ],
)
def test_words_that_only_begin_like_a_phrase_are_none(text: str, kind: str) -> None:
    assert kind not in _kinds(text)


@pytest.mark.parametrize(
    "text", ["نتفوق عليهم", "تفوق", "فكرة", "كرة القدم", "بكرة", "لعندكم", "فخرا", "البطيخة"]
)
def test_the_lexicon_hears_nothing_in_words_that_fold_alike(text: str) -> None:
    assert balance(features_text(text)) == 0

"""What is blotted out, and what must never be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.masking.masker import MASK, mask, masker

ALL = ("phone", "national_id", "email", "iban")
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

PHONES = [
    "0501234567", "050 123 4567", "050-123-4567", "+966 50 123 4567", "+966501234567",
    "00966501234567", "966501234567", "501234567", "0114567890",  # Saudi Arabia
    "+971 4 123 4567", "04 123 4567",  # Emirates
    "55123456", "5512 3456", "+965 5512 3456", "+97333123456", "+968 9212 3456",  # Gulf
    "01012345678", "0100 123 4567", "+20 100 123 4567", "0227371234",  # Egypt
    "0791234567", "07901234567", "0933123456", "03 123456", "+961 3 123 456",  # Levant, Iraq
    "0612345678", "06 12 34 56 78", "+212 6 12 34 56 78", "0555 12 34 56", "+216 20 123 456",
    "0912345678", "+33 6 12 34 56 78", "+\u200e966\u200e 50 123 4567",
]  # fmt: skip
IDS = ["1012345672", "29901011234567", "30405120112345", "288010112345", "784-1984-1234567-1"]
EMAILS = ["nora@example.com", "nora.ali+x@mail.example.com", "نورة@example.com"]
IBANS = [
    "SA0380000000608010167519", "SA03 8000 0000 6080 1016 7519", "sa0380000000608010167519",
    "AE070331234567890123456", "EG380019000500000000263180002", "GB82 WEST 1234 5698 7654 32",
]  # fmt: skip
LEFT_ALONE = [
    "السعر 12500000 ريال", "1,250,000 ريال", "٢٥٠٬٠٠٠", "$55123456", "دفعت 55123456 ليرة",
    "19.99", "طلب رقم 123456", "رقم الطلب 55123456", "order no 55123456", "1234567",
    "2026-11-22", "22/11/2026 10:30", "01-01-2026", "05 11 2026", "20261122", "من 2020 إلى 2026",
    "10000000 مشاهدة", "12500000", "#0501234567", "@0501234567", "@nora@mastodon.social",
    "https://x.example/a/status/1234567890123456789", "www.example.com/0501234567",
    "A1234567890", "19077", "5 6 7 8 9 10 11", "2.5 3.5 10.5", "فرع 3 شارع 15 مبنى 200",
    "SA0380000000608010167518 ", "الساعة 10:30 إلى 11:45",
]  # fmt: skip


@pytest.mark.parametrize("number", PHONES)
@pytest.mark.parametrize("sentence", ["{}", "كلموني على {} ضروري", "رقمي:{}.", "ring {}, please"])
def test_phones(number: str, sentence: str) -> None:
    for written in (number, number.translate(EASTERN)):
        assert mask(sentence.format(written), ["phone"]) == sentence.format(MASK)


def test_two_numbers_side_by_side_are_two() -> None:
    assert mask("0501234567 0559876543", ["phone"]) == f"{MASK} {MASK}"
    assert mask("wa.me/966501234567", ["phone"]) == f"wa.me/{MASK}"


@pytest.mark.parametrize("number", IDS)
def test_identity_numbers(number: str) -> None:
    assert mask(f"بياناتي {number} وشكرا", ["national_id"]) == f"بياناتي {MASK} وشكرا"
    assert mask(number.translate(EASTERN), ["national_id"]) == MASK


@pytest.mark.parametrize("words", ["رقم الهوية", "الرقم الوطني:", "رقمي القومي هو", "civil id no."])
def test_a_word_that_says_so_makes_an_identity_number(words: str) -> None:
    assert mask(f"{words} 9871234560", ["national_id"]) == f"{words} {MASK}"
    assert mask("كلمة 9871234560", ["national_id"]) == "كلمة 9871234560"


@pytest.mark.parametrize("address", EMAILS)
def test_addresses(address: str) -> None:
    assert mask(f"راسلوني ({address}).", ["email"]) == f"راسلوني ({MASK})."


@pytest.mark.parametrize("number", IBANS)
def test_accounts(number: str) -> None:
    assert mask(f"حولوها {number} please", ["iban"]) == f"حولوها {MASK} please"
    broken = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert mask(broken, ["iban"]) == broken


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_left_alone(text: str) -> None:
    assert mask(text, ALL) == text
    assert mask(text.translate(EASTERN), ALL) == text.translate(EASTERN)


def test_only_the_kinds_that_are_asked_for() -> None:
    text = "0501234567 nora@example.com SA0380000000608010167519 29901011234567"
    assert mask(text, []) == text
    assert mask(text, ["email"]) == text.replace("nora@example.com", MASK)
    assert mask(text, ["iban"]) == text.replace("SA0380000000608010167519", MASK)
    assert masker(()) is None
    blot = masker(ALL)
    assert blot is not None
    assert blot(text) == " ".join([MASK] * 4)


ANY = st.text(st.sampled_from("0123456789٠٥٩ +-./()@#_,:aA\u200eسب\nSA0380"), max_size=60)


@given(st.one_of(ANY, st.text(max_size=80)))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text, ALL)
    assert mask(once, ALL) == once
    assert len(once) <= len(text)


@given(st.text(st.characters(exclude_categories=["Nd"], exclude_characters="@")))
def test_without_digits_and_at_signs_nothing_is_masked(text: str) -> None:
    assert mask(text, ALL) == text


@given(st.lists(st.integers(0, 999_999), max_size=6))
def test_numbers_of_less_than_seven_digits_stay(numbers: list[int]) -> None:
    text = " ثم ".join(map(str, numbers))
    assert mask(text, ALL) == text


@given(
    st.integers(500_000_000, 599_999_999), st.sampled_from(["0", "+966", "00966", "966 ", "+966-"])
)
def test_every_saudi_mobile(number: int, prefix: str) -> None:
    assert mask(f"رقمي {prefix}{number} تواصلوا", ["phone"]) == f"رقمي {MASK} تواصلوا"

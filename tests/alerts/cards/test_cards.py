"""Cards as they read: in Slack's blocks and in the terminal."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts.cards.card import Card, Quote, Replied, User
from alerts.channels.base import Message
from alerts.channels.console import Console
from alerts.channels.slack.blocks import render_card, render_follow_up
from listener.words import words
from listener.words.bidi import FSI, PDI, RLM, is_rtl
from tests.alerts.channels.slack_store import Store

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Riyadh")
TEXT = "النت مقطوع من أمس يا زين!\nhttps://example.com متى ترجع؟"
QUOTE = Quote(
    mention_id=1,
    network="mastodon",
    kind="post",
    text=TEXT,
    created_at=NOW - timedelta(minutes=5),
    url="https://example.social/@sara/1",
    handle="sara_99",
    name="سارة",
    followers=12_500,
    sentiment="negative",
    probability=0.87,
    intent="complaint",
    needs_response=True,
    language="ar",
    dialect="glf",
    evidence=(("زين", "text", "يازين"),),
)
CARD = Card(
    alert_id=12, brand="زين", route="يحتاج ردًّا", state="open", urgency="normal", quote=QUOTE
)
STATES = [
    CARD,
    replace(CARD, count=3, urgency="urgent", notify=(User("U012AB3CD", "نورة"), User("", "فهد"))),
    replace(CARD, state="claimed", by=User("U012AB3CD", "نورة"), at=NOW),
    replace(CARD, state="resolved", by=User("U012AB3CD"), at=NOW),
    replace(CARD, state="snoozed", snoozed_until=NOW + timedelta(hours=4)),
    replace(CARD, state="dismissed", by=User("U012AB3CD"), at=NOW),
    replace(CARD, quote=replace(QUOTE, gone=True, text="", url=None, handle=None, name=None)),
    replace(CARD, quote=replace(QUOTE, sure=False, probability=0.4, followers=None, edited=True)),
    replace(CARD, quote=replace(QUOTE, corrected=True, rating=2.0, kind="review", dialect=None)),
    replace(CARD, quote=Quote(1, "newnet", "article", "", NOW)),
    replace(CARD, quote=replace(QUOTE, created_at=None)),
    replace(CARD, test=True),
    replace(CARD, replied=Replied(NOW), quote=replace(QUOTE, evidence=(("زين", "account", ""),))),
    replace(CARD, replied=Replied(None)),
    replace(CARD, quote=replace(QUOTE, language="ur", dialect=None)),
    replace(CARD, quote=replace(QUOTE, language="mixed")),
    replace(CARD, quote=replace(QUOTE, beside=(("picture", "فاتورة"), ("link", "Zain | 5G\nx")))),
]


def texts_of(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in blocks:
        for part in (block.get("text"), *block.get("elements", [])):
            if isinstance(part, dict):
                text = part.get("text")
                found.append(text["text"] if isinstance(text, dict) else text)
                found += [o["text"]["text"] for o in part.get("options", [])]
    return [text for text in found if text]


def own_lines(text: str) -> list[str]:
    """Lines that are ours, not the post's: those are wholly isolated."""
    lines = text.split("\n")
    return [x for x in lines if x and not (x.startswith(FSI) and x.index(PDI) == len(x) - 1)]


@pytest.mark.parametrize("card", STATES)
def test_arabic_cards_hold_no_english_and_start_right(card: Card) -> None:
    text, blocks = render_card(card, words("ar"), ZONE, NOW)
    for shown in [text, *texts_of(blocks)]:
        for line in own_lines(shown):
            assert line[0] == RLM or is_rtl(line[0]), line
            bare = re.sub(f"{FSI}[^{PDI}]*{PDI}", "", line)
            assert not re.search("[A-Za-z]", bare), line


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("card", STATES)
def test_slack_takes_every_card(card: Card, language: str) -> None:
    store = Store()
    said = words("ar" if language == "ar" else "en")
    text, blocks = render_card(card, said, ZONE, NOW)
    store.check({"text": text, "blocks": blocks})
    text, blocks = render_follow_up(card.quote, said, ZONE, NOW)
    store.check({"text": text, "blocks": blocks})
    assert store.violations == []


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "سطر\n" * 5_000,
        "&<>" * 5_000,
        "\x1b[2J" * 3_000,
        "😀" * 5_000,
        "م\u0651" * 5_000,
        "",
    ],
)
def test_slack_takes_any_text(text: str) -> None:
    quote = replace(QUOTE, text=text, name=text, handle=text, url="https://e.example/" + text)
    card = replace(CARD, brand=text or "b", route=text or "r", quote=quote)
    store = Store()
    for said in (words("ar"), words("en", "arabic")):
        shown, blocks = render_card(card, said, ZONE, NOW)
        store.check({"text": shown, "blocks": blocks})
    assert store.violations == []


def test_a_post_mentions_nobody_and_links_nothing() -> None:
    evil = "<!channel> <!here> <@U012AB3CD> <https://evil.example|bank> *bold* & more"
    quote = replace(QUOTE, text=evil, name=evil, handle="<!channel>")
    text, blocks = render_card(replace(CARD, quote=quote, brand="<!here>"), words("en"), ZONE, NOW)
    assert "<" not in text
    everything = str(blocks)
    for mark in ("<!channel>", "<!here>", "<@U012AB3CD>"):
        assert mark not in everything
    for block in blocks:
        for part in (block.get("text"), *block.get("elements", [])):
            if isinstance(part, dict) and part.get("type") == "mrkdwn":
                assert "evil" not in part["text"]


def test_what_a_card_says() -> None:
    text, _ = render_card(replace(CARD, count=2), words("ar"), ZONE, NOW)
    assert text.replace(FSI, "").replace(PDI, "").replace(RLM, "").split("\n") == [
        "زين: شكوى بانتظار الرد",
        "الكاتب: سارة @sara_99 · 12,500 متابع",
        "منشور على ماستودون، قبل 5 دقائق",
        "النت مقطوع من أمس يا زين!",
        "https://example.com متى ترجع؟",
        "المشاعر: سلبية (87%) · نوع المشاركة: شكوى · اللهجة: خليجية",
        "سبب التنبيه: قاعدة يحتاج ردًّا، ووردت عبارة زين في النص",
        "مشاركتان في هذه المحادثة",
        "الحالة: مفتوحة",
        "الرابط: https://example.social/@sara/1",
    ]


def test_a_card_says_where_nobody_knows_when_it_was_written() -> None:
    undated = replace(CARD, quote=replace(QUOTE, created_at=None))
    assert "وقت نشره غير معروف" in render_card(undated, words("ar"), ZONE, NOW)[0]
    assert "written at an unknown time" in render_card(undated, words("en"), ZONE, NOW)[0]


@pytest.mark.parametrize(
    ("language", "dialect", "arabic", "english"),
    [
        (
            "ur",
            None,
            "اللغة: الأردية (لم يُختبر تصنيف المشاعر فيها)",
            "Language: Urdu (sentiment untested)",
        ),
        ("tl", None, "اللغة: التاغالوغية (لم يُختبر", "Language: Tagalog (sentiment untested)"),
        (
            "mixed",
            "glf",
            "(لم يُختبر تصنيف المشاعر فيها) · اللهجة: خليجية",
            "untested) · Dialect: Gulf",
        ),
        ("fr", None, "اللغة: الفرنسية", "Language: French"),
    ],
)
def test_a_card_says_where_the_sentiment_of_a_language_is_untested(
    language: str, dialect: str | None, arabic: str, english: str
) -> None:
    quote = replace(QUOTE, language=language, dialect=dialect)
    for said, expected in ((words("ar"), arabic), (words("en"), english)):
        text, blocks = render_card(replace(CARD, quote=quote), said, ZONE, NOW)
        assert expected in text
        assert any(expected in shown for shown in texts_of(blocks))
        follow_up, _ = render_follow_up(quote, said, ZONE, NOW)
        assert expected in follow_up
        assert ("untested" in text or "يُختبر" in text) == (language != "fr")


def test_what_a_person_set_is_not_called_untested() -> None:
    for quote in (
        replace(QUOTE, language="ur", dialect=None, corrected=True),
        replace(QUOTE, language="ur", dialect=None, sentiment=None),
    ):
        text, _ = render_card(replace(CARD, quote=quote), words("en"), ZONE, NOW)
        assert "Language: Urdu" in text
        assert "untested" not in text


def test_the_team_is_linked_where_slack_knows_it() -> None:
    _, blocks = render_card(STATES[1], words("ar"), ZONE, NOW)
    assert "<@U012AB3CD>" in str(blocks)
    assert "فهد" in str(blocks)


def test_buttons_hold_ids_only() -> None:
    _, blocks = render_card(CARD, words("ar"), ZONE, NOW)
    (buttons,) = [b for b in blocks if b["type"] == "actions"]
    assert {e["value"] for e in buttons["elements"] if "value" in e} == {"12"}
    assert next(e for e in buttons["elements"] if "url" in e)["url"] == QUOTE.url


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("https://e.example/a b", "https://e.example/a%20b"),
        (" https://e.example/خبر\u00a0عاجل\n", "https://e.example/خبر%C2%A0عاجل"),
        ('https://e.example/<b>|"x"', "https://e.example/%3Cb%3E%7C%22x%22"),
        ("https://news.google.com/rss/articles/" + "A" * 1_000, None),
        ("https://e.example/?u=" + "A" * 2_800, None),
    ],
)
async def test_links_with_spaces_or_a_thousand_characters_open(
    url: str, opened: str | None
) -> None:
    card = replace(CARD, quote=replace(QUOTE, url=url))
    text, blocks = render_card(card, words("en"), ZONE, NOW)
    (buttons,) = [b for b in blocks if b["type"] == "actions"]
    assert next(e for e in buttons["elements"] if "url" in e)["url"] == (opened or url)
    assert (opened or url) in await printed(card, plain=True)
    assert "AAA" not in text  # beside the blocks a long one would be cut, and open nothing


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://e.example/" + "a" * 9_000,
                                 "ftp://x", None])  # fmt: skip
def test_only_web_addresses_become_links(url: str | None) -> None:
    _, blocks = render_card(replace(CARD, quote=replace(QUOTE, url=url)), words("en"), ZONE, NOW)
    assert "rasid_open" not in str(blocks)


async def printed(card: Card, *, plain: bool, language: str = "ar") -> str:
    out = io.StringIO()
    said = words("ar" if language == "ar" else "en")
    console = Console("console", out, words=said, zone=ZONE, clock=lambda: NOW, plain=plain)
    await console.send(Message("n1", "card", "console", card=card))
    return out.getvalue()


async def test_the_console_shows_who_what_where_and_why() -> None:
    shown = await printed(CARD, plain=True)
    for part in (
        "سارة @sara_99",
        "12,500 متابع",
        "النت مقطوع",
        "ماستودون",
        "قبل 5 دقائق",
        "https://example.social/@sara/1",
        "سلبية (87%)",
        "سبب التنبيه",
    ):
        assert part in shown
    assert not re.search("[\x1b\u2066-\u2069\u202a-\u202e]", shown)


async def test_no_borders_and_no_columns_in_the_terminal() -> None:
    for line in (await printed(CARD, plain=False)).split("\n"):
        assert not re.search("[─-╿|]", line)
        assert "  " not in line


async def test_a_post_cannot_drive_the_terminal() -> None:
    evil = replace(
        QUOTE, text="\x1b[2J\x1b]0;x\x07\u202eنص", name="\x9b1m\u202eاسم", handle="\x1bc"
    )
    shown = await printed(replace(CARD, quote=evil), plain=False)
    codes = set(re.findall("\x1b[^m]*m", shown))
    assert codes <= {"\x1b[1m", "\x1b[2m", "\x1b[0m"}
    assert shown.count("\x1b") == sum(shown.count(code) for code in codes)
    assert "\u202e" not in shown
    assert "\x9b" not in shown


def test_what_stands_beside_the_text_is_shown_as_what_it_is_the_matched_kind_first() -> None:
    beside = (("link", "خبر"), ("picture", "فاتورة من زين"), *(("poll", f"{n}") for n in range(5)))
    quote = replace(QUOTE, text="شوفوا", beside=beside, evidence=(("زين", "picture", "زين"),))
    text, blocks = render_card(replace(CARD, quote=quote), words("en"), ZONE, NOW)
    shown = "\n".join(texts_of(blocks))
    for said in (shown, text):
        assert said.index("In the picture: ") < said.index("In the link: ")
        assert said.count("In the poll: ") == 2  # four lines at most
    assert "in the picture" in shown.lower()
    follow, _blocks = render_follow_up(quote, words("ar"), ZONE, NOW)
    assert "وصف الصورة: " in follow
    out = io.StringIO()
    console = Console("term", out, words=words("en"), zone=ZONE, clock=lambda: NOW, plain=True)
    assert "In the picture: فاتورة من زين" in console.card(replace(CARD, quote=quote))[4].replace(
        "\u2068", ""
    ).replace("\u2069", "")


def shown_text(text: str) -> str:
    _message, blocks = render_card(
        Card(1, "زين", "care", "open", "normal", replace(QUOTE, text=text)), words("en"), ZONE, NOW
    )
    return next(b["text"]["text"] for b in blocks if b["type"] == "section")


def test_a_post_of_many_lines_is_shown_whole() -> None:
    text = "\n".join(f"سطر {n}" for n in range(60)) + "\nوين فلوسي؟"
    assert "وين فلوسي؟" in shown_text(text)
    assert "Cut here" not in shown_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "طويل " * 1000,
        "\n".join(f"سطر {n} " * 9 for n in range(60)),
        "🇸🇦" * 2000,
        "أ\u200b" * 70_000,
    ],
)
def test_a_post_that_does_not_fit_says_that_it_is_cut(text: str) -> None:
    shown = shown_text(text)
    assert shown.endswith("Cut here; the whole post is behind the link.")
    assert "…" in shown
    assert len(shown) <= 3_000


def test_a_name_from_right_to_left_stays_where_it_belongs_on_an_english_card() -> None:
    quote = replace(QUOTE, name="رامي السبيعي", handle="rami", followers=3314)
    _text, blocks = render_card(
        Card(1, "زين", "رد", "open", "normal", quote), words("en"), ZONE, NOW
    )
    author = json.dumps(blocks, ensure_ascii=False)
    assert f"By {FSI}رامي السبيعي{PDI} @rami · 3,314 followers" in author
    assert f"{FSI}زين{PDI}" in author


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"network": "rss", "kind": "article"}, "مقال في موقع إخباري أو مدوّنة، قبل 5 دقائق"),
        ({"network": "webhook"}, "منشور ورد عبر الربط، قبل 5 دقائق"),
        ({"network": "import"}, "منشور من ملف مستورد، قبل 5 دقائق"),
        ({"network": "hackernews", "kind": "comment"}, "تعليق في هاكر نيوز، قبل 5 دقائق"),
        ({"network": "google_business", "kind": "review"}, "تقييم على "),
        ({"sure": False, "probability": 0.48}, "المشاعر: غير مؤكدة (الأقرب: سلبية، 48%)"),
        ({"intent": "other", "needs_response": False}, "زين: مشاركة جديدة"),
        ({"evidence": (("قهوة_زين", "hashtag", "قهوة_زين"),)}, "والوسم #قهوة_زين"),
    ],
)
def test_a_line_reads_as_a_native_writes_it(change: dict[str, Any], said: str) -> None:
    text, _ = render_card(replace(CARD, quote=replace(QUOTE, **change)), words("ar"), ZONE, NOW)
    assert said in re.sub("[\u2066-\u2069\u200f]", "", text)


def test_who_is_to_answer_is_one_two_or_several() -> None:
    people = [User("", name) for name in ("نورة", "سارة", "هدى")]
    for count, said in ((1, "منه"), (2, "منهما"), (3, "منهم")):
        text, _ = render_card(replace(CARD, notify=tuple(people[:count])), words("ar"), ZONE, NOW)
        assert f"المطلوب {said} الرد: " in text

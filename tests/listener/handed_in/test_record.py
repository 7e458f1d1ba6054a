"""Rows that people hand in: what is read, what is refused and with which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.handed_in.record import mention_of

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
FIELDS = (
    "id", "text", "created_at", "author", "network", "url",
    "followers", "likes", "replies", "shares", "views", "hashtags", "kind", "rating",
)  # fmt: skip


def test_only_text_is_required() -> None:
    mention = mention_of({"text": " القهوة باردة "}, now=NOW)
    assert (mention.network, mention.text, mention.created_at) == ("import", "القهوة باردة", None)
    assert mention.author is None
    assert mention.engagement.likes is None
    assert mention.id == sha256("import\n\n\nالقهوة باردة\n".encode()).hexdigest()


def test_every_field() -> None:
    row = {
        "id": 77, "text": "t", "created_at": "2026-11-20T09:30:00+03:00", "author": "@sara",
        "network": "X", "url": "https://x.example/77", "followers": "١٢٬٣٤٠", "likes": "1,200",
        "replies": 3.0, "shares": "", "views": None, "hashtags": "#رشفان، #قهوة",
    }  # fmt: skip
    mention = mention_of(row, now=NOW)
    assert (mention.id, mention.network) == ("77", "x")
    assert mention.created_at == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert mention.author is not None
    assert (mention.author.handle, mention.author.followers) == ("sara", 12340)
    counts = mention.engagement
    assert (counts.likes, counts.replies, counts.shares, counts.views) == (1200, 3, None, None)
    assert mention.hashtags == ("رشفان", "قهوة")


@pytest.mark.parametrize(
    ("given_time", "utc"),
    [
        ("2026-11-20T09:30:00Z", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("٢٠٢٦-١١-٢٠ ٠٩:٣٠", datetime(2026, 11, 20, 6, 30, tzinfo=UTC)),  # the zone passed in
        ("2026/11/20", datetime(2026, 11, 19, 21, 0, tzinfo=UTC)),
        (1795167000, datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("1795167000", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("١٧٩٥١٦٧٠٠٠", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        (1795167000000, datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        (1795167000000000, datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
    ],
)
def test_times(given_time: object, utc: datetime) -> None:
    row = {"text": "t", "created_at": given_time}
    assert mention_of(row, now=NOW, zone=ZoneInfo("Asia/Riyadh")).created_at == utc


def test_the_id_rests_on_the_given_time_not_on_now() -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert mention_of({"text": "a"}, now=NOW).id == mention_of({"text": "a"}, now=later).id
    dated = {"text": "a", "created_at": "2026-11-20"}
    assert mention_of(dated, now=NOW).id != mention_of({"text": "a"}, now=NOW).id
    assert (
        mention_of({"text": "a", "author": "x"}, now=NOW).id
        != mention_of({"text": "a"}, now=NOW).id
    )


def test_a_source_keeps_colliding_ids_apart() -> None:
    row = {"id": "1", "text": "t"}
    assert mention_of(row, now=NOW, source="crm").id == "crm:1"
    assert mention_of(row, now=NOW, source="crm").id != mention_of(row, now=NOW, source="survey").id


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "text: None: expected the words of the post"),
        ({"text": "  "}, "text"),
        ({"text": 5}, "text: 5: expected a text"),
        ({"text": "t", "id": "x" * 2000}, "id"),
        ({"text": "t", "id": {}}, "id"),
    ],
)
def test_without_its_words_or_with_a_wrong_id_a_row_is_refused(
    row: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message.split(":")[0]) as caught:
        mention_of(row, now=NOW)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("likes", "many", "likes: 'many': expected a whole number"),
        ("likes", -1, "likes: -1"),
        ("likes", "1.200", "likes"),  # 1,200 to one reader, 1.2 to another
        ("views", True, "views"),
        ("followers", 10**30, "followers"),
        ("rating", "8/10", "rating: '8/10': expected stars"),
        ("kind", "story", "kind: 'story': expected one of post, reply"),
        ("created_at", "yesterday", "created_at: 'yesterday': expected an ISO time"),
        ("created_at", [], "created_at"),
        (
            "created_at",
            "9999-12-01",
            "created_at: '9999-12-01': expected a time between 1990 and tomorrow",
        ),
        (
            "created_at",
            "1989-12-31T23:59:59Z",
            "created_at: '1989-12-31T23:59:59Z': expected a time between 1990",
        ),
        ("created_at", 253399622400, "created_at: 253399622400"),
        ("created_at", "11/20/2026", "created_at: '11/20/2026': expected"),
        ("hashtags", 7, "hashtags"),
        ("network", "no spaces please", "network"),
        ("url", ["x"], "url"),
        ("author", {"name": "x"}, "author"),
    ],
)
def test_what_is_not_understood_in_another_field_is_unknown_and_told(
    field: str, value: object, message: str
) -> None:
    told: list[str] = []
    mention = mention_of({"text": "t", "id": "1", field: value}, now=NOW, unread=told.append)
    assert [why.startswith(message) for why in told] == [True]
    assert len(told[0]) < 200
    assert mention == mention_of({"text": "t", "id": "1"}, now=NOW)


@pytest.mark.parametrize(
    "nothing", ["N/A", "n/a", "-", "—", "nan", "NULL", "", " ", "غير معروف", float("nan"), None]
)
def test_what_a_source_does_not_know_is_unknown_without_a_word(nothing: object) -> None:
    told: list[str] = []
    fields = dict.fromkeys(("likes", "rating", "created_at", "author", "hashtags", "url"), nothing)
    mention = mention_of({"text": "t", "id": "1", **fields}, now=NOW, unread=told.append)
    assert told == []
    assert mention == mention_of({"text": "t", "id": "1"}, now=NOW)


@pytest.mark.parametrize(
    ("written", "likes"),
    [
        ("1.2K", 1200), ("1,2k", 1200), ("1,200", 1200), ("١٬٢٠٠", 1200), ("3.4M", 3_400_000),
        ("1.2 ألف", 1200), ("٣ آلاف", 3000), ("١٫٥ مليون", 1_500_000), ("1 200", 1200),
        ("1,200,000", 1_200_000), ("10K+", 10_000), (" 0 ", 0), ("1200.0", 1200), (7.0, 7),
    ],
)  # fmt: skip
def test_counts_as_people_and_exports_write_them(written: object, likes: int) -> None:
    told: list[str] = []
    mention = mention_of({"text": "t", "likes": written}, now=NOW, unread=told.append)
    assert (mention.engagement.likes, told) == (likes, [])


@pytest.mark.parametrize(
    ("written", "stars"), [("4", 4.0), ("٤٫٥", 4.5), ("4/5", 4.0), ("★★★☆☆", 3.0), (5, 5.0)]
)
def test_a_rating_is_stars_and_makes_a_review(written: object, stars: float) -> None:
    mention = mention_of({"text": "t", "rating": written}, now=NOW)
    assert (mention.rating, mention.kind) == (stars, "review")
    assert mention_of({"text": "t", "rating": 4, "kind": "Comment"}, now=NOW).kind == "comment"


def test_ast_is_arabias_in_an_arabic_text() -> None:
    row = {"created_at": "Fri, 20 Nov 2026 09:30:00 AST"}
    arab = mention_of({**row, "text": "الخدمة سيئة"}, now=NOW).created_at
    other = mention_of({**row, "text": "bad service"}, now=NOW).created_at
    assert arab == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert other == datetime(2026, 11, 20, 13, 30, tzinfo=UTC)


def test_a_file_may_say_that_its_months_come_first() -> None:
    row = {"text": "t", "created_at": "11/05/2026"}
    assert mention_of(row, now=NOW, month_first=True).created_at == datetime(
        2026, 11, 5, tzinfo=UTC
    )
    assert mention_of(row, now=NOW).created_at == datetime(2026, 5, 11, tzinfo=UTC)


JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(st.dictionaries(st.sampled_from(FIELDS), JUNK))
def test_any_row_is_a_mention_or_a_value_error(row: dict[str, object]) -> None:
    try:
        mention = mention_of(row, now=NOW)
    except ValueError:
        return
    assert mention.text
    assert mention.created_at is None or mention.created_at <= NOW + timedelta(days=1)

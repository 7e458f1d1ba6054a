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
    "followers", "likes", "replies", "shares", "views", "hashtags",
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
        ({"text": "t", "likes": "many"}, "likes: 'many': expected a whole number from 0"),
        ({"text": "t", "likes": -1}, "likes"),
        ({"text": "t", "views": True}, "views"),
        ({"text": "t", "followers": 10**30}, "followers"),
        ({"text": "t", "shares": float("nan")}, "shares"),
        (
            {"text": "t", "created_at": "yesterday"},
            "created_at: 'yesterday': expected an ISO",
        ),
        ({"text": "t", "created_at": []}, "created_at"),
        (
            {"text": "t", "created_at": "9999-12-01"},
            "created_at: '9999-12-01': expected a time between 1990 and tomorrow",
        ),
        (
            {"text": "t", "created_at": "1989-12-31T23:59:59Z"},
            "created_at: '1989-12-31T23:59:59Z': expected a time between 1990",
        ),
        ({"text": "t", "created_at": 253399622400}, "created_at: 253399622400"),
        ({"text": "t", "hashtags": 7}, "hashtags"),
        ({"text": "t", "network": "no spaces please"}, "network"),
        ({"text": "t", "id": "x" * 2000}, "id"),
        ({"text": "t", "id": {}}, "id"),
    ],
)
def test_a_wrong_field_is_named(row: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message.split(":")[0]) as caught:
        mention_of(row, now=NOW)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 200


JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(st.dictionaries(st.sampled_from(FIELDS), JUNK))
def test_any_row_is_a_mention_or_a_value_error(row: dict[str, object]) -> None:
    try:
        mention = mention_of(row, now=NOW)
    except ValueError:
        return
    assert mention.text
    assert mention.created_at is None or mention.created_at <= NOW + timedelta(days=1)

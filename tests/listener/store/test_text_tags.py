"""Hashtags that stand in a text are hashtags, whoever brought it."""

from __future__ import annotations

import pytest

from listener.store.session import Database
from listener.store.tables import mentions
from listener.store.text_tags import with_tags_of
from tests.listener.store.rows import mention, read, store


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("جربوا #عالم_جميل اليوم", ["عالم_جميل"]),
        ("#Zain #زين،#قهوة.", ["Zain", "زين", "قهوة"]),
        ("＃زين و#زين مرتين", ["زين"]),  # the full-width sign; a tag glued to a word is none
        ("#قَهْوَة لذيذة", ["قَهْوَة"]),
        ("رقم #1 و #2026", []),
        ("https://site.example/page#top و www.x.example/#a", []),
        ("C# &#39; ##", []),
        ("بلا وسوم", []),
    ],
)
def test_tags_of_a_text(text: str, tags: list[str]) -> None:
    assert with_tags_of(text, ()) == tags


def test_what_the_network_lists_comes_first_and_once() -> None:
    assert with_tags_of("#Zain #b", ("zain", "a")) == ["zain", "a", "b"]


async def test_they_are_stored_with_an_edit_too(db: Database) -> None:
    await store(db, mention(1, "خدمة #زين_السعودية"))
    assert (await read(db, mentions))[0]["hashtags"] == ["زين_السعودية"]
    await store(db, mention(1, "خدمة #غيرها"))
    assert (await read(db, mentions))[0]["hashtags"] == ["غيرها"]

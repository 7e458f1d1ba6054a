"""What people see with a post and is not its text, as each network tells it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from listener.networks.base import Read
from listener.networks.bluesky import Bluesky
from listener.networks.feed.beside import alternatives
from listener.networks.jetstream import Jetstream
from listener.networks.mastodon import Mastodon
from listener.networks.rss import Rss
from listener.records import Beside, Mention
from tests.listener.networks.recorded import DATE, SEARCH, of_json

TAG = Read("hashtag", "نخلة")
CARD = {"uri": "https://n.example/1", "title": "قهوة النخلة", "description": "فرع جديد"}


def pairs(mention: Mention | object) -> list[tuple[str, str]]:
    assert isinstance(mention, Mention)
    return [(piece.kind, piece.text) for piece in mention.beside]


def bsky(embed: dict[str, Any], view: dict[str, Any] | None = None, text: str = "شوفوا") -> Mention:
    record = {"text": text, "createdAt": "2026-11-22T10:00:00Z", "embed": embed}
    post = {
        "uri": "at://did:plc:a/app.bsky.feed.post/1", "author": {"did": "did:plc:a"},
        "record": record, "indexedAt": "2026-11-22T10:00:05Z", "embed": view or {},
    }  # fmt: skip
    return Bluesky().parse(of_json({"posts": [post]}), SEARCH, None).mentions[0]


def _images(*alts: str) -> dict[str, Any]:
    images = [{"alt": alt, "image": {}} for alt in alts]
    return {"$type": "app.bsky.embed.images", "images": images}


@pytest.mark.parametrize(
    ("embed", "seen"),
    [
        (_images("فاتورة", "", "قائمة"), [("picture", "فاتورة"), ("picture", "قائمة")]),
        ({"$type": "app.bsky.embed.video", "alt": "جولة"}, [("picture", "جولة")]),
        (
            {"$type": "app.bsky.embed.external", "external": CARD},
            [("link", "قهوة النخلة\nفرع جديد")],
        ),
        (
            {"$type": "app.bsky.embed.recordWithMedia", "record": {}, "media": _images("فاتورة")},
            [("picture", "فاتورة")],
        ),
        ({"$type": "app.bsky.embed.images", "images": [{"alt": 7}, None, "x"]}, []),
    ],
)
def test_bluesky_tells_pictures_videos_and_links(
    embed: dict[str, Any], seen: list[tuple[str, str]]
) -> None:
    assert pairs(bsky(embed)) == seen


def test_bluesky_shows_the_quoted_post_in_its_view_also_beside_a_picture() -> None:
    quoted = {"value": {"text": "النخلة أحسن قهوة", "embed": _images("كوب")}}
    view = {"$type": "app.bsky.embed.record#view", "record": quoted}
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": "at://x"}}
    assert pairs(bsky(embed, view)) == [("quoted", "النخلة أحسن قهوة\nكوب")]
    both = {"$type": "app.bsky.embed.recordWithMedia#view", "record": {"record": quoted}}
    assert pairs(bsky(embed, both)) == [("quoted", "النخلة أحسن قهوة\nكوب")]
    assert pairs(bsky(embed, view, text="")) == [("quoted", "النخلة أحسن قهوة\nكوب")]


def test_the_stream_of_bluesky_tells_what_the_record_holds() -> None:
    import json

    event = {
        "did": "did:plc:a", "time_us": 1795860001000000, "kind": "commit",
        "commit": {
            "operation": "create", "collection": "app.bsky.feed.post", "rkey": "1",
            "record": {"text": "", "createdAt": "2026-11-22T10:00:00Z", "embed": _images("كوب")},
        },
    }  # fmt: skip
    assert pairs(Jetstream().event(json.dumps(event).encode())) == [("picture", "كوب")]


def masto(**more: Any) -> Mention:
    status = {
        "id": "7", "uri": "https://m.example/7", "created_at": "2026-11-22T10:00:00Z",
        "content": "<p>شوفوا</p>", "account": {"acct": "sara"}, **more,
    }  # fmt: skip
    return Mastodon(api_url="https://m.example").parse(of_json([status]), TAG, None).mentions[0]


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        (
            {"media_attachments": [{"type": "image", "description": "فاتورة"}, {"type": "image"}]},
            [("picture", "فاتورة")],
        ),
        ({"card": CARD}, [("link", "قهوة النخلة\nفرع جديد")]),
        ({"poll": {"options": [{"title": "نخلة"}, {"title": "غيرها"}]}}, [("poll", "نخلة\nغيرها")]),
        (
            {"quote": {"state": "accepted", "quoted_status": {"content": "<p>قهوة<br>النخلة</p>"}}},
            [("quoted", "قهوة\nالنخلة")],
        ),
        ({"quote": {"content": "<p>على فرع</p>"}}, [("quoted", "على فرع")]),
        ({"quote": {"state": "deleted", "quoted_status": None}, "card": None, "poll": None}, []),
        ({"content": "", "poll": {"options": [{"title": "نخلة"}]}}, [("poll", "نخلة")]),
    ],
)
def test_mastodon_tells_descriptions_cards_polls_and_quotes(
    more: dict[str, Any], seen: list[tuple[str, str]]
) -> None:
    assert pairs(masto(**more)) == seen


def test_a_status_of_mastodon_says_what_its_server_calls_it() -> None:
    assert masto().ref == "m.example:7"


def rss(item: str) -> Mention:
    xml = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>t</title>'
        f"<item><title>عنوان</title><guid>http://e.example/1</guid>{item}</item></channel></rss>"
    )
    answer = httpx.Response(
        200, headers={"date": DATE, "content-type": "application/xml"}, content=xml.encode()
    )
    return Rss().parse(answer, Read("feed", "https://e.example/feed"), None).mentions[0]


def test_a_pictures_description_in_a_feed_is_not_the_article() -> None:
    described = "<media:content><media:description type='plain'>{}</media:description>"
    pictures = "".join(described.format(t) + "</media:content>" for t in ("صورة الفرع", "الكوب"))
    mention = rss(f"<description>نص الخبر</description>{pictures}")
    assert mention.text == "عنوان\nنص الخبر"
    assert pairs(mention) == [("picture", "صورة الفرع"), ("picture", "الكوب")]


def test_a_video_that_has_only_a_media_description_has_it_as_its_text() -> None:
    group = "<media:group><media:description>جولة في النخلة</media:description></media:group>"
    mention = rss(group)
    assert (mention.text, pairs(mention)) == ("عنوان\nجولة في النخلة", [])


def test_pictures_in_an_articles_html_and_titles_of_enclosures_are_told() -> None:
    html = '&lt;p&gt;نص&lt;img src="x" alt="كوب النخلة"&gt;&lt;/p&gt;'
    file = '<enclosure url="http://e.example/a.mp3" type="audio/mpeg" title="حلقة عن النخلة"/>'
    mention = rss(f"<description>{html}</description>{file}")
    assert pairs(mention) == [("picture", "كوب النخلة"), ("link", "حلقة عن النخلة")]


def test_attachments_of_a_json_feed_are_told() -> None:
    item = {"id": "1", "content_text": "نص", "attachments": [{"title": "حلقة", "url": "x"}, 3]}
    body = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    page = Rss().parse(of_json(body), Read("feed", "https://e.example/f.json"), None)
    assert page.mentions[0].beside == (Beside("link", "حلقة"),)


def test_malformed_html_gives_what_can_be_read() -> None:
    assert alternatives('<img alt="كوب"><![foo <img alt="لا">') == ["كوب"]
    assert alternatives("<img alt><img alt='  '>") == []

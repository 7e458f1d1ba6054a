"""Feeds as they are: without ids, dates or a declared encoding, and hostile ones."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from listener.networks.base import BadPage, Read
from listener.networks.feed.links import real_link
from listener.networks.rss import MAX_BYTES, Rss
from tests.listener.networks.pages.rss import FEED, RSS
from tests.listener.networks.recorded import DATE, answer

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def feed(items: str, *, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> httpx.Response:
    xml = f'{head}<rss version="2.0"><channel><title>مدونة</title>{items}</channel></rss>'
    return answered(xml.encode())


def answered(content: bytes, content_type: str = "application/rss+xml") -> httpx.Response:
    headers = {"date": DATE, "content-type": content_type}
    request = httpx.Request("GET", "https://example.com/feed.xml")
    return httpx.Response(200, headers=headers, content=content, request=request)


def test_a_google_alert_is_unwrapped() -> None:
    mention = RSS.parse(answer("rss/google_alerts.xml"), FEED, None).mentions[0]
    assert mention.id == "tag:google.com,2013:googlealerts/feed:111"
    assert mention.url == "https://news.example.com/jeddah?id=7"
    assert mention.text.splitlines()[0] == "افتتاح فرع جديد لقهوة رشفان في جدة"
    assert mention.created_at == datetime(2026, 11, 22, 7, 41, tzinfo=UTC)
    assert mention.author is not None
    assert mention.author.name == "Google Alert - رشفان"
    assert mention.kind == "article"


def test_without_a_guid_the_link_is_the_id() -> None:
    mention = RSS.parse(answer("rss/rss2_no_ids.xml"), FEED, None).mentions[1]
    assert mention.id == mention.url == "https://openai.com/dall-e-2/"


def test_without_a_date_the_time_is_unknown() -> None:
    page = RSS.parse(answer("rss/permalinks_no_dates.xml"), FEED, None)
    assert ([m.created_at for m in page.mentions], page.skipped) == ([None] * 4, 0)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Sun, 22 Nov 2026 20:30:00 GMT", datetime(2026, 11, 22, 20, 30, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 06:00:00 GMT", SEEN),  # a zone that was mistaken
        ("Fri, 01 Jan 2100 00:00:00 GMT", datetime(2100, 1, 1, tzinfo=UTC)),  # the store refuses it
    ],
)
def test_a_date_in_the_future_is_never_taken_for_now(said: str, read: datetime) -> None:
    item = "<item><title>x</title><guid>http://e/1</guid><pubDate>{}</pubDate></item>"
    assert RSS.parse(feed(item.format(said)), FEED, None).mentions[0].created_at == read


def test_declared_and_undeclared_encodings() -> None:
    russian = RSS.parse(answer("rss/windows_1251.xml"), FEED, None).mentions[0]
    assert "\ufffd" not in russian.text
    french = RSS.parse(answer("rss/undeclared_latin1.xml"), FEED, None).mentions[0]
    assert "études" in french.text


@pytest.mark.parametrize("declared", [True, False])
def test_windows_1256_declared_or_not(declared: bool) -> None:
    head = '<?xml version="1.0" encoding="windows-1256"?>' if declared else '<?xml version="1.0"?>'
    item = "<item><title>رشفان تفتتح فرعًا</title><link>http://e/1</link></item>"
    xml = f'{head}<rss version="2.0"><channel>{item}</channel></rss>'.replace("ً", "")
    assert (
        RSS.parse(answered(xml.encode("windows-1256")), FEED, None).mentions[0].text
        == "رشفان تفتتح فرعا"
    )


def test_a_guid_that_items_share_is_no_id_and_an_item_that_stands_twice_is_one() -> None:
    both = feed(
        "<item><title>a</title><link>http://e/1</link><guid>42</guid></item>"
        "<item><title>b</title><link>http://e/2</link><guid>42</guid></item>"
        "<item><title>b</title><link>http://e/2</link><guid>42</guid></item>"
    )
    first = [m.id for m in RSS.parse(both, FEED, None).mentions]
    assert first == ["http://e/1", "http://e/2"]


def test_a_guid_of_its_feed_only_is_told_apart() -> None:
    one = feed("<item><title>a</title><link>http://e/1</link><guid>42</guid></item>")
    [mention] = RSS.parse(one, FEED, None).mentions
    assert mention.id == "https://example.com/feed.xml#42"
    other = Read("feed", "https://other.example/feed")
    assert RSS.parse(one, other, None).mentions[0].id == "https://other.example/feed#42"


def test_an_entity_bomb_does_not_go_off() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]>'
    page = RSS.parse(
        feed("<item><title>x &l9;</title><guid>http://e/1</guid></item>", head=head), FEED, None
    )
    assert sum(len(m.text) for m in page.mentions) < 100


def test_an_external_entity_is_not_read() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    page = RSS.parse(
        feed("<item><title>x &f;</title><guid>http://e/1</guid></item>", head=head), FEED, None
    )
    assert "root:" not in page.mentions[0].text


def test_too_large_a_feed_is_refused() -> None:
    with pytest.raises(BadPage, match="bytes"):
        RSS.parse(httpx.Response(200, content=b"<rss>" + b" " * MAX_BYTES), FEED, None)


def test_the_mark_of_a_feed_is_its_validators() -> None:
    response = answer("rss/atom.xml")
    response.headers["etag"] = 'W/"abc"'
    response.headers["last-modified"] = DATE
    newest = RSS.parse(response, FEED, None).newest
    request = RSS.request(FEED, credential=None, since=newest, page=None)
    assert request.headers["if-none-match"] == 'W/"abc"'
    assert request.headers["if-modified-since"] == DATE
    unchanged = RSS.parse(httpx.Response(304), FEED, None)
    assert (unchanged.mentions, unchanged.newest) == ((), None)


def test_markup_is_gone_and_long_text_stays() -> None:
    body = (
        "&lt;p&gt;one&lt;br&gt;two &amp;amp; three&lt;script&gt;evil()&lt;/script&gt;"
        + "x" * 100_000
    )
    page = RSS.parse(
        feed(f"<item><description>{body}</description><guid>u:1</guid></item>"), FEED, None
    )
    assert page.mentions[0].text.startswith("one\ntwo & three")
    assert len(page.mentions[0].text) > 100_000
    assert "evil" not in page.mentions[0].text


@pytest.mark.parametrize(
    ("link", "real"),
    [
        ("https://www.google.com/url?q=https://a.example/&sa=t", "https://a.example/"),
        ("https://www.google.com.sa/url?url=https://a.example/%D8%B9", "https://a.example/ع"),
        ("https://google.example.com/url?url=https://a.example/", None),
        ("https://a.example/url?url=https://b.example/", None),
        ("https://[broken", ""),
        (None, None),
    ],
)
def test_only_google_is_unwrapped(link: str | None, real: str | None) -> None:
    assert real_link(link) == (link if real is None else real or None)


def test_relative_feeds_start_at_api_url() -> None:
    local = Rss(api_url="http://127.0.0.1:1/feeds/", feeds=("news.xml", "news.xml"))
    (read,) = local.reads([], [])
    request = local.request(read, credential=None, since=None, page=None)
    assert str(request.url) == "http://127.0.0.1:1/feeds/news.xml"


@pytest.mark.parametrize(
    "address",
    [
        "https://user:s3cret@example.com/feed",
        "https://example.com/feed?key=s3cret",
        "https://example.com/feed#s3cret",
    ],
)
def test_a_key_in_a_feeds_address_is_stored_nowhere(address: str) -> None:
    read = Read("feed", address)
    page = RSS.parse(feed("<item><title>بلا رابط</title><guid>42</guid></item>"), read, None)
    (mention,) = page.mentions
    assert mention.url == "https://example.com/feed"
    assert mention.id.startswith("https://example.com/feed#")
    assert read.key.startswith("feed:https://example.com/feed#")
    for stored in (repr(page), read.key):
        assert "s3cret" not in stored
    other = Read("feed", address.replace("s3cret", "0ther"))
    assert other.key != read.key  # two feeds stay two
    assert Read("feed", "https://example.com/feed").key == "feed:https://example.com/feed"


RIYADH = Rss(feeds=("https://example.com/feed.xml",), timezone="Asia/Riyadh")


def dated(*written: str, head: str = "") -> list[datetime | None]:
    """How the entries of a feed with these dates are dated, read by a service in Riyadh."""
    items = "".join(
        f"<item><title>خبر {n}</title><guid>u:{n}</guid><pubDate>{at}</pubDate></item>"
        for n, at in enumerate(written)
    )
    return [m.created_at for m in RIYADH.parse(feed(head + items), FEED, None).mentions]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("الأحد، 2 يناير 2022 10:00:00", datetime(2022, 1, 2, 7, tzinfo=UTC)),
        ("٥ تشرين الثاني ٢٠٢٦ ٢:٣٠ م", datetime(2026, 11, 5, 11, 30, tzinfo=UTC)),
        ("Sun, 02 Jan 2022 10:00:00", datetime(2022, 1, 2, 7, tzinfo=UTC)),
        ("05-11-2026 14:30 +0300", datetime(2026, 11, 5, 11, 30, tzinfo=UTC)),
        ("Thu, 05 Nov 2026 02:30:00 PM +0300", datetime(2026, 11, 5, 11, 30, tzinfo=UTC)),
        ("Thu, 05 Nov 2026 14:30:00 AST", datetime(2026, 11, 5, 11, 30, tzinfo=UTC)),
        ("1795167000", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("قبل يومين", None),
        ("10 جمادى الآخرة 1448 هـ", None),
    ],
)
def test_a_feeds_own_words_are_read_and_not_the_parsers_guess(
    written: str, utc: datetime | None
) -> None:
    assert dated(written) == [utc]


def test_a_feeds_zone_and_order_are_its_other_dates() -> None:
    built = "<lastBuildDate>Thu, 05 Nov 2026 15:00:00 +0400</lastBuildDate>"
    assert dated("05/11/2026 14:30", head=built) == [datetime(2026, 11, 5, 10, 30, tzinfo=UTC)]
    american = dated("11/05/2026 00:00 +0000", "11/20/2026 00:00 +0000")
    assert american == [datetime(2026, 11, day, tzinfo=UTC) for day in (5, 20)]


def test_a_json_feeds_dates_are_read_likewise() -> None:
    item = {"id": "1", "title": "خبر", "date_published": "05/11/2026 2:30 PM"}
    response = httpx.Response(200, headers={"date": DATE}, json={"items": [item]})
    (mention,) = RIYADH.parse(response, FEED, None).mentions
    assert mention.created_at == datetime(2026, 11, 5, 11, 30, tzinfo=UTC)

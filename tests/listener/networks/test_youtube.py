"""What only YouTube does: searches of two pages, threads, texts for numbers, reasons, pushes."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx

from listener.networks.base import Page, Read
from listener.records import Author, Credential, Engagement, Figure, Mention
from tests.listener.networks.pages.youtube import (
    CHANNEL,
    COMMENTS,
    IDS,
    OWN,
    THREAD,
    UPLOADS,
    VIDEO,
    WORDS,
    YOUTUBE,
)
from tests.listener.networks.recorded import QUERY, answer, body, of_json

SEEN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
KEY = Credential("youtube", {"key": "AIza-secret"})


def ask(read: Read, *, since: str | None = None, page: str | None = None) -> httpx.Request:
    return YOUTUBE.request(read, credential=KEY, since=since, page=page)


def test_the_fields_of_two_recorded_videos() -> None:
    first, second = YOUTUBE.parse(answer("youtube/videos.json"), WORDS, IDS).mentions
    assert first == Mention(
        "youtube",
        "D-lhorsDlUQ",
        first.text,
        datetime(2019, 3, 21, 20, 37, 49, tzinfo=UTC),
        url="https://www.youtube.com/watch?v=D-lhorsDlUQ",
        author=Author("youtube", "UC_x5XG1OV2P6uZZ5FSM9Ttw", None, "Google Developers"),
        language="en",
        media=("video",),
        engagement=Engagement(402, 17, None, 23511, SEEN),
    )
    assert first.text.startswith("What are Actions on Google (Assistant on Air)\nIn the first")
    assert second.id == "ovdbrdCIP7U"
    assert second.engagement == Engagement(None, None, None, 8120, SEEN)  # hidden, never 0


def test_the_fields_of_two_recorded_comments() -> None:
    page = YOUTUBE.parse(answer("youtube/threads_replies.json"), VIDEO, None)
    thread = "UgydxWWoeA7F1OdqypJ4AaABAg"
    watch = "https://www.youtube.com/watch?v=D-lhorsDlUQ&lc="
    assert page.mentions == (
        Mention(
            "youtube",
            thread,
            "Actions.ai",
            datetime(2019, 6, 23, 8, 24, 24, tzinfo=UTC),
            url=watch + thread,
            author=Author("youtube", "UCe9i1nJCcevTa6KJa55KYog", None, "Loren Robilio"),
            kind="comment",
            parent_id="D-lhorsDlUQ",
            thread_id="D-lhorsDlUQ",
            engagement=Engagement(0, 3, as_of=SEEN),
        ),
        Mention(
            "youtube",
            f"{thread}.8wWQ3tdHcFx8xcDheui-qb",
            "#",
            datetime(2019, 7, 20, 20, 22, 27, tzinfo=UTC),
            url=f"{watch}{thread}.8wWQ3tdHcFx8xcDheui-qb",
            author=Author("youtube", "UCsl2A_QzcSnFD2hpCyVwXxA", None, "Dian Anggraeni"),
            kind="reply",
            parent_id=thread,
            thread_id="D-lhorsDlUQ",
            engagement=Engagement(1, as_of=SEEN),
        ),
    )
    assert page.more == (Read("replies", f"D-lhorsDlUQ/{thread}", QUERY),)


def test_replies_beyond_those_of_a_thread_know_their_video() -> None:
    first = YOUTUBE.parse(answer("youtube/replies.json"), THREAD, None).mentions[0]
    assert first.parent_id == "Ugw5zYU6n9pmIgAZWvN4AaABAg"
    assert first.thread_id == "D-lhorsDlUQ"
    assert first.url == f"https://www.youtube.com/watch?v=D-lhorsDlUQ&lc={first.id}"
    assert ask(THREAD).url.params["parentId"] == "Ugw5zYU6n9pmIgAZWvN4AaABAg"
    # No mark: an order is not promised, so every page of them is read each time.
    assert YOUTUBE.parse(answer("youtube/replies.json"), THREAD, None).newest is None


def test_a_handle_that_is_shown_as_the_name_is_known_as_one() -> None:
    raw = body("youtube/threads_last.json")
    raw["items"][0]["snippet"]["topLevelComment"]["snippet"]["authorDisplayName"] = "@نورة-q7"
    author = YOUTUBE.parse(of_json(raw), VIDEO, None).mentions[0].author
    assert author is not None
    assert (author.handle, author.name) == ("نورة-q7", "@نورة-q7")


def test_what_the_own_channel_answers_is_an_own_post() -> None:
    raw = body("youtube/threads_replies.json")
    reply = raw["items"][0]["replies"]["comments"][0]["snippet"]
    reply["authorChannelId"]["value"] = CHANNEL
    page = YOUTUBE.parse(of_json(raw), COMMENTS, None)
    assert [mention.kind for mention in page.mentions] == ["comment"]
    assert [mention.kind for mention in page.own_posts] == ["reply"]
    watched = YOUTUBE.parse(of_json(raw), Read("mentions", CHANNEL), None)
    assert (len(watched.mentions), watched.own_posts) == (2, ())


def test_a_comment_without_an_author_is_kept() -> None:
    raw = body("youtube/threads_last.json")
    said = raw["items"][0]["snippet"]["topLevelComment"]["snippet"]
    del said["authorDisplayName"], said["authorChannelId"]
    assert YOUTUBE.parse(of_json(raw), VIDEO, None).mentions[0].author is None


def test_plain_text_is_asked_for_and_taken_as_it_stands() -> None:
    raw = body("youtube/threads_last.json")
    said = raw["items"][0]["snippet"]["topLevelComment"]["snippet"]
    said["textDisplay"] = "أكتب &amp; كما هي، 3 < 5"
    assert YOUTUBE.parse(of_json(raw), VIDEO, None).mentions[0].text == "أكتب &amp; كما هي، 3 < 5"
    for read in (VIDEO, COMMENTS, THREAD):
        assert ask(read).url.params["textFormat"] == "plainText"


def test_a_search_gives_ids_and_their_videos_are_its_next_page() -> None:
    page = YOUTUBE.parse(answer("youtube/search_first.json"), WORDS, None)
    assert page == Page(older="videos:gQ_1zX-F_No,i2hewkFijuY,_Z56nIAQj7Q:CBkQAA")
    request = ask(WORDS, page=page.older)
    assert request.url.path == "/youtube/v3/videos"
    assert request.url.params["id"] == "gQ_1zX-F_No,i2hewkFijuY,_Z56nIAQj7Q"
    videos = YOUTUBE.parse(answer("youtube/videos.json"), WORDS, f"{IDS}CBkQAA")
    assert videos.older == "CBkQAA"
    assert videos.newest is not None
    again = ask(WORDS, page=videos.older)
    assert (again.url.path, again.url.params["pageToken"]) == ("/youtube/v3/search", "CBkQAA")


def test_an_escaped_title_of_a_search_is_never_taken_for_the_text() -> None:
    raw = body("youtube/search_first.json")
    assert "&amp;" in raw["items"][1]["snippet"]["title"]
    assert YOUTUBE.parse(of_json(raw), WORDS, None).mentions == ()
    told = body("youtube/videos.json")
    told["items"][0]["snippet"]["title"] = "مراجعة & تجربة &quot;رشفان&quot;"  # as somebody wrote
    video = YOUTUBE.parse(of_json(told), WORDS, IDS).mentions[0]
    assert video.text.splitlines()[0] == "مراجعة & تجربة &quot;رشفان&quot;"


def test_comments_are_asked_for_where_a_video_has_a_count_of_them() -> None:
    page = YOUTUBE.parse(answer("youtube/videos.json"), WORDS, IDS)
    assert page.more == (Read("replies", "D-lhorsDlUQ", QUERY),)  # the other's are turned off
    uploads = YOUTUBE.parse(answer("youtube/videos.json"), UPLOADS, IDS)
    assert (uploads.more, uploads.newest) == ((), None)  # read each time, for their numbers


def test_figures_are_texts_and_a_hidden_number_is_no_figure() -> None:
    read = Read("figures", CHANNEL, OWN)
    page = YOUTUBE.parse(answer("youtube/channel.json"), read, None)
    assert page.figures == (
        Figure("رشفان", "youtube", CHANNEL, "followers", 11819219, SEEN),
        Figure("رشفان", "youtube", CHANNEL, "views", 5812690272, SEEN, "lifetime"),
        Figure("رشفان", "youtube", CHANNEL, "posts", 31266, SEEN, "lifetime"),
    )
    hidden = body("youtube/channel.json")
    hidden["items"][0]["statistics"] |= {"hiddenSubscriberCount": True, "subscriberCount": "0"}
    measures = {f.measure for f in YOUTUBE.parse(of_json(hidden), read, None).figures}
    assert measures == {"views", "posts"}


def test_a_channel_that_is_not_there_is_doubted_by_name() -> None:
    page = YOUTUBE.parse(
        answer("youtube/channel_unknown.json"), Read("figures", "rashfann", OWN), None
    )
    assert page.doubt == "no channel is called rashfann; check its id or handle"


def test_who_wrote_is_told_by_the_channels() -> None:
    snippet = {"title": "نورة", "customUrl": "@noura"}
    item = {"id": CHANNEL, "snippet": snippet, "statistics": {"subscriberCount": "1230"}}
    hidden = {"id": "UC2", "snippet": {"title": "x", "customUrl": "oldname"}}
    hidden |= {"statistics": {"subscriberCount": "0", "hiddenSubscriberCount": True}}
    told = YOUTUBE.parse_authors(of_json({"items": [item, hidden, None, {"id": None}]}))
    assert told == {
        CHANNEL: Author("youtube", CHANNEL, "noura", "نورة", 1230),
        "UC2": Author("youtube", "UC2", None, "x", None),
    }

"""Telegram: messages, channels' posts and their comments, offsets, what is pushed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from listener.networks.base import BadPage, Read, Refused, Wait
from listener.networks.pushing import Pushes
from listener.networks.telegram import KINDS, Telegram
from listener.records import Account, Author, Credential, Figure, Mention, Query
from tests.listener.networks.contract import Refusal
from tests.listener.networks.pages.telegram import MEMBERS, TELEGRAM, UPDATES, error
from tests.listener.networks.recorded import answer, body, of_json

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
TOKEN = Credential("telegram", {"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"})
GROUP, CHANNEL, TALK = "-1001790000001", "-1001790000002", "-1001790000003"


def at(minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 22, 18, minute, second, tzinfo=UTC)


def test_a_message_and_a_channels_post_field_by_field() -> None:
    page = TELEGRAM.parse(answer("telegram/updates.json"), UPDATES, None)
    assert page.mentions[:2] == (
        Mention(
            "telegram", f"{GROUP}:119", "☕️😍🥰🌿 قهوة #رشفان، ممتازة، شكرًا @rashfan!", at(0),
            "https://t.me/coffee_lovers/119",
            Author("telegram", "714862471", "noura_d", "نورة الدوسري"), "message",
            hashtags=("رشفان",), mentions=("rashfan", "coffee_lovers"),
        ),
        Mention(
            "telegram", f"{CHANNEL}:41", "فرع جديد في حي الياسمين #رشفان@rashfan", at(1),
            "https://t.me/rashfan/41", Author("telegram", CHANNEL, "rashfan", "رشفان"), "post",
            hashtags=("رشفان",), media=("photo",),
        ),
    )  # fmt: skip
    assert page.mentions[2].text == "Rashfan is closed today, reopening at 8"  # as edited


def test_comments_belong_to_the_channels_post_and_an_unnamed_admin_is_the_group() -> None:
    page = TELEGRAM.parse(answer("telegram/updates_group.json"), UPDATES, None)
    copied, asked, told, passed_on = page.mentions
    assert (copied.id, copied.kind) == (f"{CHANNEL}:41", "post")  # Telegram's own copy of it
    assert copied.author == Author("telegram", CHANNEL, "rashfan", "رشفان")
    assert (asked.kind, asked.parent_id, asked.thread_id) == (
        "comment", f"{CHANNEL}:41", f"{TALK}:7",
    )  # fmt: skip
    assert (told.kind, told.parent_id) == ("reply", f"{TALK}:8")
    assert told.author == Author("telegram", TALK, None, "نقاش رشفان")
    assert (passed_on.kind, passed_on.url) == ("repost", "https://t.me/c/1790000003/10")
    assert asked.mentions == (TALK,)  # in a group, all speak to it


def test_a_walk_begins_without_an_offset_and_confirms_only_what_was_a_page() -> None:
    def asked(since: str | None, page: str | None) -> dict[str, object]:
        request = TELEGRAM.request(UPDATES, credential=TOKEN, since=since, page=page)
        assert request.url.path.endswith("/getUpdates")
        return json.loads(request.content)  # type: ignore[no-any-return]

    page = TELEGRAM.parse(answer("telegram/updates.json"), UPDATES, None)
    assert page.older == "633291231"
    assert asked(page.newest, page.older)["offset"] == 633291231
    for since in (None, page.newest, "633291230", "update 633291230"):
        assert "offset" not in asked(since, None)  # whatever is remembered of earlier walks
    assert asked(None, None)["allowed_updates"] == list(KINDS)


def test_updates_that_say_nothing_are_confirmed_too() -> None:
    raw = {"ok": True, "result": [{"update_id": 5, "my_chat_member": {}}, {"message": {}}, 7]}
    page = TELEGRAM.parse(of_json(raw), UPDATES, None)
    assert (page.mentions, page.older, page.skipped) == ((), "6", 2)


def test_only_the_chats_of_the_section_are_read() -> None:
    for name in ("@Coffee_Lovers", GROUP):
        page = Telegram(chats=(name,)).parse(answer("telegram/updates.json"), UPDATES, None)
        assert {m.id.partition(":")[0] for m in page.mentions} == {GROUP}
        assert (page.older, page.skipped) == ("633291231", 0)


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "hashtag", "offset": -1, "length": 3},
        {"type": "hashtag", "offset": "0", "length": 3},
        {"type": "hashtag", "offset": 10**9, "length": 3},
        {"type": "mention"},
        {"type": "text_mention", "user": 7},
        None,
    ],
)
def test_an_entity_that_cannot_be_read_is_left_out(entity: object) -> None:
    raw = body("telegram/updates.json")
    raw["result"][0]["message"]["entities"] = [entity]
    page = TELEGRAM.parse(of_json(raw), UPDATES, None)
    assert page.mentions[0].hashtags == ()
    assert page.mentions[0].mentions == ("coffee_lovers",)


def test_a_refusal_tells_what_to_do() -> None:
    def told(status: int, words: str) -> str:
        trouble = TELEGRAM.trouble(Refusal(status, None, error(status, words)).response(), NOW)
        assert isinstance(trouble, Refused)
        return trouble.why

    hooked = "Conflict: can't use getUpdates method while webhook is active"
    assert "deleteWebhook" in told(409, hooked)
    assert "a bot of its own" in told(409, "Conflict: terminated by other getUpdates request")
    assert "Forbidden: bot was kicked" in told(403, "Forbidden: bot was kicked")


@pytest.mark.parametrize("seconds", [None, "5", -1, 10**9])
def test_how_long_to_wait_is_believed_within_bounds(seconds: object) -> None:
    refusal = Refusal(
        429, None, error(429, "Too Many Requests", parameters={"retry_after": seconds})
    )
    trouble = TELEGRAM.trouble(refusal.response(), NOW)
    assert isinstance(trouble, Wait)
    assert trouble.seconds == (86_400 if seconds == 10**9 else None)


def test_a_200_that_is_no_answer_is_no_page() -> None:
    for value in ({"ok": False, "description": "x"}, {"ok": True, "result": {}}, {"result": []}):
        with pytest.raises(BadPage):
            TELEGRAM.parse(of_json(value), UPDATES, None)
    with pytest.raises(BadPage):
        TELEGRAM.parse(of_json({"ok": True, "result": "many"}), MEMBERS, None)


def test_members_are_followers_of_an_own_chat() -> None:
    page = TELEGRAM.parse(answer("telegram/members.json"), MEMBERS, None)
    assert page.figures == (Figure("رشفان", "telegram", "rashfan", "followers", 15230, NOW),)
    for written, chat in (("rashfan", "@rashfan"), ("@rashfan", "@rashfan"), (TALK, TALK)):
        read = Read("figures", written, Query("رشفان", ""))
        request = TELEGRAM.request(read, credential=TOKEN, since=None, page=None)
        assert json.loads(request.content) == {"chat_id": chat}


def test_where_telegram_pushes_nothing_is_polled() -> None:
    accounts = [Account("رشفان", "rashfan")]
    assert [r.kind for r in TELEGRAM.reads([], [], accounts)] == ["mentions", "figures"]
    assert [r.kind for r in Telegram(push=True).reads([], [], accounts)] == ["figures"]


def test_what_is_pushed_is_the_message_itself() -> None:
    assert isinstance(TELEGRAM, Pushes)
    (update, *_) = body("telegram/updates.json")["result"]
    push = TELEGRAM.pushed(json.dumps(update).encode(), [])
    assert [m.id for m in push.page.mentions] == [f"{GROUP}:119"]
    assert push.of == UPDATES
    assert push.page.older is None  # nothing is confirmed by it
    for none in (b"", b"[]", b"{}", b"<html>", b'{"update_id":"x"}', b"[" * 9000):
        with pytest.raises(BadPage):
            TELEGRAM.pushed(none, [])


def test_a_push_shows_the_token_that_telegram_was_given_and_never_the_secret() -> None:
    secret = "a secret with spaces/؟"
    (request,) = TELEGRAM.subscribing("https://us.example/push/telegram", secret, [],
                                      credential=TOKEN)  # fmt: skip
    asked = json.loads(request.content)
    assert (request.url.path.rpartition("/")[2], asked["url"]) == (
        "setWebhook", "https://us.example/push/telegram",
    )  # fmt: skip
    shown = asked["secret_token"]
    assert secret not in request.content.decode()
    header = "x-telegram-bot-api-secret-token"
    assert TELEGRAM.signed({header: shown}, b"", secret)
    for wrong in ({}, {header: ""}, {header: secret}, {header: shown[:-1]}, {header: "م"}):
        assert not TELEGRAM.signed(wrong, b"", secret)
    (back,) = TELEGRAM.subscribing(None, secret, [], credential=TOKEN)
    assert back.url.path.endswith("/deleteWebhook")


def test_a_bot_is_tried_without_touching_its_updates() -> None:
    probes = TELEGRAM.probes([Account("x", "rashfan")], credential=TOKEN)
    assert [(p.kind, p.request.url.path.rpartition("/")[2]) for p in probes] == [
        ("sign-in", "getMe"), ("figures", "getChatMemberCount"),
    ]  # fmt: skip

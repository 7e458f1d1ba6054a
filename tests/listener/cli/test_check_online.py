"""`rasid check --online` as its user meets it: over loopback servers, in both languages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from listener.cli import main
from listener.cli.online_rows import to_mend
from listener.cli.showing_online import lines
from listener.cli.trying_online import try_all
from listener.cli.wrapping import columns
from listener.collecting.tried import NetworkTried, State, Tried
from listener.networks.about import ReadKind
from listener.settings import Settings
from listener.settings.load import load
from listener.words import Words, words
from listener.words.bidi import is_rtl
from tests.upstream import serving

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECRET = "s3cret-of-mastodon"
TOML = """
[service]
language = "{language}"
data = "data"
[[brands]]
name = "رشفان"
keywords = ["رشفان"]
hashtags = ["قهوة"]
[channels.care]
kind = "console"
[[routes]]
name = "all"
channel = "care"
{networks}
"""


def written(folder: Path, networks: str, language: str = "en") -> Path:
    config = folder / "rasid.toml"
    config.write_text(TOML.format(language=language, networks=networks), encoding="utf-8")
    return config


async def check(config: Path, *more: str, **env: str) -> Result:
    def invoke() -> Result:
        arguments = ["--config", str(config), "check", "--online", *more]
        return CliRunner().invoke(main, arguments, env={"M_TOKEN": SECRET, **env})

    return await asyncio.to_thread(invoke)


def bluesky(_request: web.Request) -> web.Response:
    return web.json_response({"posts": []})


def mastodon(request: web.Request) -> web.Response:
    if "search" in request.path or "verify" in request.path:
        error = f"The access token {SECRET} is invalid"
        return web.json_response({"error": error}, status=401)
    return web.json_response([])


def handled(answer: Callable[[web.Request], web.Response]) -> Any:
    async def handle(request: web.Request) -> web.StreamResponse:
        return answer(request)

    return handle


async def test_where_all_works_it_says_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with serving(handled(bluesky)) as url:
        config = written(tmp_path, f'[networks.bluesky]\napi_url = "{url}"')
        found = await check(config)
    assert found.exit_code == 0, found.output
    assert "works: search by words, hashtags" in found.stdout
    assert "1 network was tried: nothing to mend" in found.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["rasid.toml"]


async def test_a_dead_token_is_told_with_its_place_and_never_itself(tmp_path: Path) -> None:
    async with serving(handled(mastodon)) as url:
        section = f'[networks.mastodon]\napi_url = "{url}"\ntoken = "env:M_TOKEN"'
        english = await check(written(tmp_path, section))
        arabic = await check(written(tmp_path, section, "ar"))
        plain = await check(written(tmp_path, section), "--json")
    assert english.exit_code == arabic.exit_code == plain.exit_code == 1
    told = " ".join(english.stdout.split())
    assert "works: hashtags" in told
    assert "to mend: search by words The network refuses the token" in told
    assert "networks.mastodon.token (env:M_TOKEN)" in told
    assert "the network says: HTTP 401: The access token *** is invalid" in told
    assert "رفضت الشبكة رمز الوصول" in arabic.stdout
    assert "ماستودون" in arabic.stdout
    for answer in (english, arabic, plain):
        assert SECRET not in answer.output
        assert SECRET not in answer.stderr
    (row,) = json.loads(plain.stdout)["networks"]
    assert (row["network"], row["listening"], row["read_here"]) == ("mastodon", "yes", True)
    states = {each["kind"]: (each["state"], each["to_mend"]) for each in row["tried"]}
    dead = ("token", True)
    assert states == {"hashtag": ("works", False), "search": dead}


async def test_networks_are_asked_side_by_side_and_a_silent_one_keeps_none_waiting(
    tmp_path: Path,
) -> None:
    async def silent(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        raise AssertionError

    async with serving(silent) as dead, serving(handled(bluesky)) as good:
        config = written(
            tmp_path,
            f'[networks.bluesky]\napi_url = "{good}"\n[networks.mastodon]\napi_url = "{dead}"\n'
            f'[networks.hackernews]\napi_url = "{dead}"\n[networks.rss]\nfeeds = ["{dead}/feed"]',
        )
        steps: list[tuple[int, int]] = []

        def step(done: int, of: int) -> None:
            steps.append((done, of))

        async with asyncio.timeout(20):
            tried = await try_all(load(config), step=step, patience=0.5)
    states = {each.network: {one.state for one in each.tried} for each in tried}
    assert states == {
        "bluesky": {"works"}, "mastodon": {"silent"}, "hackernews": {"silent"}, "rss": {"silent"},
    }  # fmt: skip
    assert steps == [(done, 4) for done in range(5)]


async def test_what_offers_no_listening_is_no_error_and_no_zero(tmp_path: Path) -> None:
    config = written(
        tmp_path,
        '[networks.snapchat]\ntoken = "env:M_TOKEN"\n[networks.webhook]\nsecret = "env:M_TOKEN"',
    )
    found = await check(config)
    assert found.exit_code == 0, found.output
    told = " ".join(found.stdout.split())
    assert "listening is not offered by the network" in told
    assert "rasid import FILE, or POST /mentions" in told
    assert "what comes here is sent to POST /mentions" in told
    rows = json.loads((await check(config, "--json")).stdout)["networks"]
    assert [(row["network"], row["listening"]) for row in rows] == [
        ("snapchat", "no"), ("webhook", "handed in"),
    ]  # fmt: skip


async def test_a_secret_that_is_not_there_asks_nobody(tmp_path: Path) -> None:
    asked: list[str] = []

    def counting(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response([])

    async with serving(handled(counting)) as url:
        settings = load(
            written(tmp_path, f'[networks.mastodon]\napi_url = "{url}"\ntoken = "env:NONE"')
        )
        tried = await try_all(settings, step=lambda _done, _of: None)
        assert [each.state for each in tried[0].tried] == ["works"]  # it reads without, too
        wrong = await check(written(tmp_path, "[[routes]]\nwrong = 1"))
    assert wrong.exit_code == 1
    assert "asked once the errors in the file are mended" in wrong.stdout


def test_what_has_to_be_mended_decides_how_it_ends() -> None:
    def ends(state: State) -> bool:
        return to_mend([NetworkTried("bluesky", (Tried("search", state),))])

    well = {state for state in get_args(State) if not ends(state)}
    assert well == {"works", "later", "skipped", "unsure", "nothing"}


def shown(tried: Tried, said: Words, **network: Any) -> list[str]:
    one = NetworkTried("mastodon", (tried,), **{"signed": True, **network})
    settings = Settings.model_validate({"networks": {"mastodon": {"token": "env:M_TOKEN"}}})
    return lines([one], ["webhook"], settings, said, now=NOW, isolate=True)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("state", get_args(State))
def test_every_way_of_ending_has_words_that_fit_a_terminal(language: str, state: State) -> None:
    said = words("ar" if language == "ar" else "en")
    tried = Tried(
        "search", state, "rashfan", why="HTTP 400", costs=("0.05 USD",), host="h.example",
        seconds=600, skew=timedelta(hours=1),
    )  # fmt: skip
    for signed in (True, False):
        page = shown(tried, said, signed=signed)
        assert max(map(columns, page)) <= 80
        assert not any("{" in line for line in page)
        if language == "ar":
            assert all(is_rtl(line.strip(" \u200f")[0]) or "\u200f" in line for line in page)
    assert len(page) >= 5


@pytest.mark.parametrize("kind", ["sign-in", "stream", *get_args(ReadKind)])
def test_every_kind_of_read_has_a_name_in_both_languages(kind: str) -> None:
    english = shown(Tried(kind, "works"), words("en"))
    arabic = shown(Tried(kind, "works"), words("ar"))
    assert any("works: " in line for line in english)
    assert any("يعمل: " in line for line in arabic)


def test_a_networks_own_words_on_what_to_get_are_told_in_the_readers_language() -> None:
    tried = Tried("mentions", "right", arabic="اطلب المراجعة", english="ask for the review")
    assert any("ask for the review" in line for line in shown(tried, words("en")))
    assert any("اطلب المراجعة" in line for line in shown(tried, words("ar")))
    busy = Tried("mentions", "later", arabic="اطلب المراجعة", english="ask for the review")
    assert not any("ask for the review" in line for line in shown(busy, words("en")))


@pytest.mark.parametrize(
    ("left", "renews", "said"),
    [
        (timedelta(days=30), False, "the token is good until 22 December 2026"),
        (timedelta(days=5), False, "the token ends soon"),
        (timedelta(hours=5), False, "the token ends within a day"),
        (timedelta(hours=1), True, "the token renews itself"),
    ],
)
def test_until_when_the_token_is_good_is_said(left: timedelta, renews: bool, said: str) -> None:
    page = shown(Tried("search", "works"), words("en"), until=NOW + left, renews=renews)
    assert said in " ".join(" ".join(page).split())


def test_what_is_the_same_for_several_is_said_once_and_many_that_work_are_counted() -> None:
    bad = [Tried(kind, "token", why="HTTP 401") for kind in ("search", "hashtag", "mentions")]
    good = [Tried("feed", "works", f"https://x/{n}") for n in range(12)]
    network = NetworkTried("mastodon", (*bad, *good), signed=True)
    page = lines([network], [], Settings(), words("en"), now=NOW, isolate=False)
    assert "  to mend: search by words, hashtags, mentions of your account" in page
    assert "  works: feeds (12)" in page
    assert sum("HTTP 401" in line for line in page) == 1


def test_a_clock_that_is_off_is_told_where_every_server_says_so() -> None:
    hour = timedelta(hours=1)
    off = [NetworkTried("mastodon", (Tried("search", "works", skew=hour),))]
    page = lines(off, [], Settings(), words("en"), now=NOW, isolate=False)
    assert any("clock of this machine is off by 1 hour" in line for line in page)
    fine = NetworkTried("bluesky", (Tried("search", "works", skew=timedelta(0)),))
    page = lines([*off, fine], [], Settings(), words("en"), now=NOW, isolate=False)
    assert not any("clock" in line for line in page)

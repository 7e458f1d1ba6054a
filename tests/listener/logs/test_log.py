"""Logs: no secret, no terminal escape, no endless line, no flood."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from listener.logs.repeats import RepeatFilter, Repeats
from listener.logs.safety import HIDDEN, Safety
from listener.logs.setup import forget, hide, set_up

T0 = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged; the logging of the test run itself is put back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    loggers = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = [(one, one.level) for one in loggers]
    out = io.StringIO()
    yield out
    root.handlers[:], root.level = before, level
    for one, was in levels:
        one.setLevel(was)
    structlog.reset_defaults()


def logged(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_libraries_and_our_own_lines_go_through_one_handler(stream: io.StringIO) -> None:
    set_up(as_json=True, stream=stream)
    set_up(as_json=True, stream=stream)  # again: no line twice
    logging.getLogger("listener.collecting.fetch").info(
        "GET %s", "https://h/x?access_token=abc123&q=زين"
    )
    logging.getLogger("httpx").info("HTTP Request: GET https://h")
    logging.getLogger("slack_sdk.web").warning("Authorization: Bearer xoxb-1-2")
    structlog.get_logger("alerts").warning("paused", channel="care", token="xoxb-3-4")
    first, second, third = logged(stream)
    assert first["event"] == f"GET https://h/x?access_token={HIDDEN}&q=زين"
    assert (first["logger"], first["level"]) == ("listener.collecting.fetch", "info")
    assert str(first["timestamp"]).endswith("Z")
    assert second["event"] == f"Authorization: {HIDDEN}"
    assert (third["channel"], third["token"]) == ("care", HIDDEN)


def test_a_token_that_was_renewed_long_ago_is_let_go(stream: io.StringIO) -> None:
    set_up(as_json=True, stream=stream, secrets=["kept secret"])
    hide(["old/token"])
    forget(["old/token", "never hidden"])
    logging.getLogger("listener").info("old/token, kept secret")
    assert logged(stream)[0]["event"] == f"old/token, {HIDDEN}"


def test_known_secrets_are_hidden_wherever_they_stand(stream: io.StringIO) -> None:
    set_up(as_json=True, stream=stream, secrets=["s3cr/et value"])
    hide(["another one", "abc", ""])  # three letters would blot out ordinary words
    log = logging.getLogger("listener")
    log.info("s3cr/et value, s3cr%2Fet%20value, s3cr/et%20value, another one, abcdef")
    try:
        raise ValueError("s3cr/et value")
    except ValueError:
        log.exception("failed with %r", {"deep": ["another one"]})
    assert "s3cr" not in stream.getvalue()
    assert "another" not in stream.getvalue()
    lines = logged(stream)
    assert lines[0]["event"] == f"{HIDDEN}, {HIDDEN}, {HIDDEN}, {HIDDEN}, abcdef"
    assert str(lines[1]["exception"]).endswith(f"ValueError: {HIDDEN}")


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SECRETVALUE",
        "authorization=SECRETVALUE",
        "{'Authorization': 'Basic SECRETVALUE=='}",
        'headers {"authorization": "token-SECRETVALUE"}',
        "Proxy-Authorization: SECRETVALUE",
        "sent with bearer SECRETVALUE",
        "xoxb-12-SECRETVALUE",
        "xapp-1-A-SECRETVALUE",
        "https://user:SECRETVALUE@host/x",
        "postgresql+asyncpg://rasid:SECRETVALUE@db/rasid",
        "redis://:SECRETVALUE@r:6379",
        "https://h/?key=SECRETVALUE&q=1",
        "https://h/?a=1&api_key=SECRETVALUE",
        "https://h/?client_secret=SECRETVALUE#x",
        "https://h/cb?code=SECRETVALUE",
        "https://hooks.slack.com/services/T0/B0/SECRETVALUE",
        "https://api.telegram.org/bot123:SECRETVALUE/getUpdates",
        "eyJhbGciOiJIUzI1NiJ9.eyJSECRETVALUE.SECRETVALUE",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    shown = Safety().text(text)
    assert "SECRETVALUE" not in shown
    assert HIDDEN in shown


def test_ordinary_words_stay() -> None:
    for text in ("the key=value pairs", "token expired", "q=زين&lang=ar", "a basic plan", "25:00"):
        assert Safety().text(text) == text


def test_fields_are_bounded_and_harmless() -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError("no")

    event = Safety()(
        None,
        "",
        {
            "event": "a\x1b[31mb\u202e\nc\x9b",
            "long": "x" * 100_000,
            "list": list(range(1000)),
            "deep": {"a": {"b": {"c": {"d": {"e": 1}}}}},
            "bytes": b"\xff\x00",
            "broken": Broken(),
            "password": "x",
            "token": None,
            "n": 5,
            "headers": {"Authorization": "Bearer x", "Cookie": "y", "accept": "z"},
        },
    )
    assert event["event"] == "a\ufffd[31mb\ufffd\\nc\ufffd"
    assert len(event["long"]) < 2_050
    assert event["long"].endswith("… (+12000)")
    assert len(event["list"]) == 50
    assert event["deep"] == {"a": {"b": {"c": {"d": "{'e': 1}"}}}}
    assert event["broken"] == "<Broken that cannot be shown: RuntimeError>"
    assert (event["password"], event["token"], event["n"]) == (HIDDEN, None, 5)
    assert event["headers"] == {"Authorization": HIDDEN, "Cookie": HIDDEN, "accept": "z"}


@given(st.text(min_size=4, max_size=20), st.text(max_size=30), st.text(max_size=30))
def test_a_known_secret_never_comes_through(secret: str, before: str, after: str) -> None:
    shown = Safety([secret]).text(f"{before}{secret}{after}", lines=True)
    if secret not in HIDDEN and secret not in before + HIDDEN + after:
        assert secret not in shown


def test_repeated_warnings_are_summed_up() -> None:
    repeats = Repeats(first=2, window=timedelta(minutes=10))
    said = [repeats.bounded("k", T0 + timedelta(seconds=i)) for i in range(42)]
    assert said == ["", ""] + [None] * 40
    assert repeats.bounded("other", T0) == ""
    assert repeats.bounded("k", T0 + timedelta(minutes=10)) == " … 40 more in the last 10 min"
    assert repeats.bounded("k", T0 + timedelta(minutes=11)) == ""
    assert repeats.bounded("k", T0 - timedelta(hours=1)) == ""  # the clock was set back


def test_repeats_remember_a_bounded_number_of_keys() -> None:
    repeats = Repeats(first=1, most=10)
    for i in range(100):
        repeats.bounded(f"k{i}", T0)
    assert repeats.bounded("k99", T0) is None
    assert repeats.bounded("k0", T0) == ""  # forgotten, so it is new


def test_floods_are_held_back_by_the_handler_and_tracebacks_are_not() -> None:
    kept = RepeatFilter(Repeats(first=2, window=timedelta(minutes=10)))

    def record(level: int, seconds: float, *args: object, trace: bool = False) -> logging.LogRecord:
        exc_info = (ValueError, ValueError("x"), None) if trace else None
        made = logging.LogRecord("n", level, "f", 1, "skipped item %s", args, exc_info)
        made.created = T0.timestamp() + seconds
        return made

    assert [kept.filter(record(logging.WARNING, i, i)) for i in range(4)] == [
        *(True, True, False, False)
    ]
    assert all(kept.filter(record(logging.INFO, i, i)) for i in range(50))
    assert all(kept.filter(record(logging.ERROR, i, i, trace=True)) for i in range(50))
    later = record(logging.WARNING, 600, 7)
    assert kept.filter(later)
    assert later.getMessage() == "skipped item 7 … 2 more in the last 10 min"


def test_people_get_lines_without_colours_where_there_is_no_terminal(stream: io.StringIO) -> None:
    set_up(stream=stream)
    logging.getLogger("listener").warning("unreachable", extra={"network": "mastodon"})
    logging.getLogger("listener").debug("not asked for")
    line = stream.getvalue()
    assert "unreachable" in line
    assert "network=mastodon" in line
    assert "\x1b" not in line
    assert line.count("\n") == 1
    set_up(stream=stream, verbose=True)
    logging.getLogger("listener").debug("asked for")
    assert "asked for" in stream.getvalue().splitlines()[-1]


def test_the_flood_of_one_network_does_not_hide_another() -> None:
    kept = RepeatFilter(Repeats(first=2, window=timedelta(minutes=10)))

    def said(network: str, number: int) -> bool:
        args = (network, number)
        record = logging.LogRecord("listener", logging.WARNING, "", 0, "%s: HTTP %d", args, None)
        record.created = T0.timestamp()
        return kept.filter(record)

    assert [said("rss", 500 + i) for i in range(4)] == [True, True, False, False]
    assert said("mastodon", 500)

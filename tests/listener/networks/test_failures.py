"""Waiting times in all their shapes, and what each status means."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from listener.networks.base import Broken, Refused, Wait
from listener.networks.failures import MAX_WAIT, of_exception, pause, trouble, wait_seconds

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "999999999"}, MAX_WAIT),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 20:01:30 GMT"}, 90),
        ({"retry-after": "Sun, 22 Nov 2026 19:00:00 GMT"}, 0),
        ({"x-rate-limit-reset": str(EPOCH + 120)}, 120),  # X
        ({"x-ratelimit-reset": str(EPOCH + 40)}, 40),  # GitHub
        ({"ratelimit-reset": str(EPOCH + 15)}, 15),  # Bluesky
        ({"x-ratelimit-reset": str((EPOCH + 15) * 1000)}, 15),  # epoch milliseconds
        ({"x-ratelimit-reset": "287"}, 287),  # Reddit: seconds from now
        ({"x-ratelimit-reset": "2026-11-22T20:05:00.725062Z"}, 300.725062),  # Mastodon
        ({"x-ratelimit-reset": "tomorrow"}, None),
        ({"retry-after": "soon", "x-ratelimit-reset": "9"}, 9),
        ({}, None),
    ],
)
def test_wait_seconds(headers: dict[str, str], seconds: float | None) -> None:
    limited = httpx.Response(429, headers=headers)
    assert wait_seconds(limited, NOW) == (None if seconds is None else pytest.approx(seconds))
    assert trouble(limited, NOW) == Wait(wait_seconds(limited, NOW), "HTTP 429")


def test_the_servers_own_clock_is_preferred() -> None:
    # Our clock is an hour slow: by it the wait would be an hour and a half a minute.
    headers = {"date": "Sun, 22 Nov 2026 21:00:00 GMT", "x-rate-limit-reset": str(EPOCH + 3630)}
    assert wait_seconds(httpx.Response(429, headers=headers), NOW) == 30


def test_without_any_clock_an_absolute_reset_means_back_off() -> None:
    response = httpx.Response(429, headers={"x-rate-limit-reset": str(EPOCH)})
    assert trouble(response) == Wait(None, "HTTP 429")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"error": "The access token is invalid"}, "sign-in"),
        (400, {"error": "ExpiredToken", "message": "Token has expired"}, "sign-in"),
        (400, {"error": "InvalidRequest", "message": "bad cursor"}, "page token"),
        (400, {"error": {"message": "Invalid pageToken value", "code": 400}}, "page token"),
        (400, {"error": "BadQueryString"}, "query"),
        (422, {"title": "Unprocessable"}, "query"),
        (403, {"error": "This action is not allowed"}, "not allowed"),
        (402, {}, "not allowed"),
        (404, [], "gone"),
        (410, None, "gone"),
    ],
)
def test_refusals_are_told_apart(status: int, body: object, kind: str) -> None:
    found = trouble(httpx.Response(status, json=body), NOW)
    assert isinstance(found, Refused)
    assert found.kind == kind


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520])
def test_what_passes_waits(status: int) -> None:
    assert isinstance(trouble(httpx.Response(status), NOW), Wait)
    told = trouble(httpx.Response(status, headers={"retry-after": "4"}), NOW)
    assert isinstance(told, Wait)
    assert told.seconds == 4


def test_a_403_that_is_a_limit_waits() -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(EPOCH + 60)}
    assert trouble(httpx.Response(403, headers=headers), NOW) == Wait(60.0, "HTTP 403")
    headers = {"x-ratelimit-remaining": "12", "x-ratelimit-reset": str(EPOCH + 60)}
    assert isinstance(trouble(httpx.Response(403, headers=headers), NOW), Refused)


@pytest.mark.parametrize("status", [200, 201, 204, 304])
def test_no_trouble(status: int) -> None:
    assert trouble(httpx.Response(status), NOW) is None


def test_a_redirect_names_the_new_address() -> None:
    moved = trouble(httpx.Response(301, headers={"location": "https://new.example/feed"}), NOW)
    assert isinstance(moved, Broken)
    assert "https://new.example/feed" in moved.why


def test_a_long_error_text_is_cut_and_stays_one_line() -> None:
    said = trouble(httpx.Response(500, json={"error": "x\n" * 5000}), NOW)
    assert isinstance(said, Wait)
    assert len(said.why) < 250
    assert "\n" not in said.why


def test_an_answer_that_used_up_the_limit_asks_for_a_pause() -> None:
    spent = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-22T20:00:20Z"}
    assert pause(httpx.Response(200, headers=spent), NOW) == 20
    left = {"x-ratelimit-remaining": "3.0", "x-ratelimit-reset": "20"}
    assert pause(httpx.Response(200, headers=left), NOW) is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectTimeout("x"), Wait),
        (httpx.ReadTimeout("x"), Wait),
        (httpx.ConnectError("refused"), Wait),
        (httpx.RemoteProtocolError("half"), Wait),
        (httpx.UnsupportedProtocol("ftp"), Refused),
        (httpx.InvalidURL("no"), Refused),
        (httpx.TooManyRedirects("loop"), Broken),
        (httpx.DecodingError("gzip"), Broken),
        (RuntimeError("?"), Broken),
    ],
)
def test_exceptions(error: Exception, kind: type) -> None:
    assert isinstance(of_exception(error), kind)


def test_a_certificate_error_says_what_to_set() -> None:
    found = of_exception(httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"))
    assert "SSL_CERT_FILE" in found.why

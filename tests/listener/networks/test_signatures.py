"""Signatures of pushes, against published examples, and challenges as Meta and WebSub send them."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from listener.networks import signatures, websub

# docs.github.com, "Validating webhook deliveries": the header is the same as Meta's.
GITHUB = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
GITHUB_SECRET, GITHUB_BODY = "It's a Secret to Everybody", b"Hello, World!"
# RFC 2202 and RFC 4231, test case 2 of each.
JEFE, NOTHING = "Jefe", b"what do ya want for nothing?"
RFC = [
    "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
]
TOPIC = "https://www.youtube.com/xml/feeds/videos.xml?channel_id=UC1"


def test_the_documented_example_of_x_hub_signature_256_is_taken() -> None:
    headers = {"x-hub-signature-256": GITHUB}
    assert signatures.signed_by_meta(headers, GITHUB_BODY, GITHUB_SECRET)


@pytest.mark.parametrize("given", RFC)
def test_the_published_vectors_of_hmac_are_taken(given: str) -> None:
    assert signatures.signed_by(given, NOTHING, JEFE)
    assert signatures.signed_by(given.upper(), NOTHING, JEFE)  # hex has no case


@pytest.mark.parametrize(
    ("given", "body", "secret"),
    [
        (GITHUB, b"Hello, World! ", GITHUB_SECRET),
        (GITHUB, GITHUB_BODY, "another"),
        (GITHUB, GITHUB_BODY, ""),
        (GITHUB[:-1], GITHUB_BODY, GITHUB_SECRET),
        (GITHUB.removeprefix("sha256="), GITHUB_BODY, GITHUB_SECRET),
        ("sha256=", GITHUB_BODY, GITHUB_SECRET),
        ("md5=" + "0" * 32, GITHUB_BODY, GITHUB_SECRET),
        ("sha256=ممممم", GITHUB_BODY, GITHUB_SECRET),
        ("", GITHUB_BODY, GITHUB_SECRET),
        (None, GITHUB_BODY, GITHUB_SECRET),
    ],
)
def test_whatever_does_not_fit_is_refused(given: str | None, body: bytes, secret: str) -> None:
    assert not signatures.signed_by(given, body, secret)


def test_the_sha_1_header_alone_is_not_enough_from_meta() -> None:
    assert signatures.signed_by(RFC[0], NOTHING, JEFE)
    assert not signatures.signed_by_meta({"x-hub-signature": RFC[0]}, NOTHING, JEFE)
    assert not signatures.signed_by_meta({"x-hub-signature-256": RFC[0]}, NOTHING, JEFE)


def test_a_signature_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(
        "listener.networks.signatures.hmac.compare_digest",
        lambda a, b: compared.append((a, b)) or False,  # type: ignore[func-returns-value]
    )
    assert not signatures.signed_by(GITHUB, GITHUB_BODY, GITHUB_SECRET)
    assert not signatures.same("a", "a")
    assert len(compared) == 2


def test_metas_documented_challenge_is_sent_back_to_who_knows_the_token() -> None:
    asked = {
        "hub.mode": "subscribe",
        "hub.challenge": "1158201444",
        "hub.verify_token": "meatyhamhock",
    }
    assert signatures.hub_challenge(asked, "meatyhamhock") == "1158201444"
    assert signatures.hub_challenge(asked, "another") is None
    assert signatures.hub_challenge({**asked, "hub.mode": "unsubscribe"}, "meatyhamhock") is None
    assert signatures.hub_challenge({**asked, "hub.challenge": ""}, "meatyhamhock") is None
    assert signatures.hub_challenge({**asked, "hub.challenge": "1" * 5000}, "meatyhamhock") is None
    assert signatures.hub_challenge({}, "") is None


def test_a_token_tells_nothing_of_the_secret_and_differs_by_purpose() -> None:
    token = signatures.verify_token("app secret")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)  # also what Telegram's secret_token takes
    assert token == signatures.verify_token("app secret")
    assert token not in (signatures.verify_token("other"), websub.hub_secret("app secret"))


def test_a_hub_is_asked_as_websub_says_and_never_told_the_secret() -> None:
    lease = timedelta(days=5)
    request = websub.subscribing(
        "https://hub.example/", TOPIC, "https://us.example/push/y", "s3cret", lease=lease
    )
    form = {key: value[0] for key, value in parse_qs(request.content.decode()).items()}
    assert (request.method, str(request.url)) == ("POST", "https://hub.example/")
    assert form == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": "https://us.example/push/y",
        "hub.verify": "async",
        "hub.secret": websub.hub_secret("s3cret"),
        "hub.lease_seconds": "432000",
    }
    assert "s3cret" not in request.content.decode()
    back = websub.subscribing(
        "https://hub.example/", TOPIC, "https://us.example/push/y", "s3cret", lease=lease,
        mode="unsubscribe",
    )  # fmt: skip
    assert "hub.secret" not in parse_qs(back.content.decode())


def test_a_hub_is_answered_for_our_topics_only() -> None:
    asked = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "4711"}
    assert websub.challenge(asked, {TOPIC}) == "4711"
    assert websub.challenge(asked, {TOPIC + "x"}) is None
    assert websub.challenge({**asked, "hub.mode": "denied"}, {TOPIC}) is None
    assert websub.challenge({**asked, "hub.challenge": ""}, {TOPIC}) is None
    # Nobody else may end what we asked for; what we want no longer may end.
    assert websub.challenge({**asked, "hub.mode": "unsubscribe"}, {TOPIC}) is None
    assert websub.challenge({**asked, "hub.mode": "unsubscribe"}, set()) == "4711"


def test_what_a_hub_pushes_is_signed_with_the_secret_it_was_given() -> None:
    import hashlib
    import hmac

    body = "<feed>فيديو</feed>".encode()
    made = "sha1=" + hmac.new(websub.hub_secret("s").encode(), body, hashlib.sha1).hexdigest()
    assert websub.signed({"x-hub-signature": made}, body, "s")
    assert not websub.signed({"x-hub-signature": made}, body + b" ", "s")
    assert not websub.signed({"x-hub-signature": made}, body, "t")
    assert not websub.signed({}, body, "s")

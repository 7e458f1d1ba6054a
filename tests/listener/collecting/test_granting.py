"""What a token endpoint is asked, flow by flow, and what its answers mean."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from listener.collecting.granting import NotGrantedError, asking, granted
from listener.networks.base import Broken, Refused, Wait
from listener.networks.oauth import OAuth

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URL = "https://id.example/token"
VALUES = {"token": "t", "refresh_token": "r", "client_id": "app", "client_secret": "s3cret/+"}


def form(request: httpx.Request) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(request.read().decode()).items()}


@pytest.mark.parametrize(
    ("oauth", "wanted"),
    [
        (OAuth(token_url=URL), {"grant_type": "refresh_token", "refresh_token": "r"}),
        (
            OAuth(token_url=URL, flow="client_credentials", scope="read"),
            {"grant_type": "client_credentials", "scope": "read"},
        ),
        (
            OAuth(token_url=URL, sign_in="client_secret_post"),
            {
                "grant_type": "refresh_token",
                "refresh_token": "r",
                "client_id": "app",
                "client_secret": "s3cret/+",
            },
        ),
        (
            OAuth(token_url=URL, sign_in="none", more={"resource": "x"}),
            {
                "grant_type": "refresh_token",
                "refresh_token": "r",
                "client_id": "app",
                "resource": "x",
            },
        ),
        (
            OAuth(token_url=URL, id_name="client_key"),
            {
                "grant_type": "refresh_token",
                "refresh_token": "r",
                "client_key": "app",
                "client_secret": "s3cret/+",
            },
        ),
    ],
)
def test_each_flow_asks_as_its_networks_document_it(oauth: OAuth, wanted: dict[str, str]) -> None:
    request = asking(oauth, URL, VALUES, NOW)
    assert (request.method, str(request.url), form(request)) == ("POST", URL, wanted)
    basic = request.headers.get("authorization", "").removeprefix("Basic ")
    in_head = oauth.sign_in == "client_secret_basic" and oauth.id_name == "client_id"
    assert base64.b64decode(basic) == (b"app:s3cret/+" if in_head else b"")


def test_an_exchange_shows_the_token_in_hand() -> None:
    oauth = OAuth(token_url=URL, flow="exchange", grant="th_refresh_token")
    request = asking(oauth, URL, VALUES, NOW)
    assert request.method == "GET"
    assert dict(request.url.params) == {"grant_type": "th_refresh_token", "access_token": "t"}


def test_a_path_is_under_the_networks_address() -> None:
    assert OAuth(token_url="/oauth/token").url("http://x/api/") == "http://x/api/oauth/token"
    assert OAuth(token_url=URL).url("http://x/api") == URL


@pytest.mark.parametrize(
    ("body", "lasts"),
    [
        ({"expires_in": 3600}, 3600),
        ({"expires_in": "60"}, 60),
        ({"expires_in": 0}, None),
        ({"expires_in": -5}, None),
        ({"expires_in": "soon"}, None),
        ({"expires_in": True}, 1),
        ({"expires_in": 1e300}, None),
        ({"expires_in": 1e11}, 3650 * 86400),
        ({}, None),
    ],
)
def test_when_a_token_ends(body: dict[str, object], lasts: float | None) -> None:
    response = httpx.Response(200, json={"access_token": "n", **body})
    answer = granted(response, OAuth(token_url=URL), "x", NOW, None)
    assert answer.tokens == {"token": "n"}
    assert answer.expires_at == (NOW + timedelta(seconds=lasts) if lasts else None)
    declared = OAuth(token_url=URL, lasts=timedelta(days=60))
    if not body:
        assert granted(response, declared, "x", NOW, None).expires_at == NOW + timedelta(days=60)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_grant", "error_description": "r was revoked"}, Refused),
        (401, {"error": "invalid_client"}, Refused),
        (403, "<html>no</html>", Refused),
        (200, {"error": "invalid_grant"}, Refused),  # GitHub answers so
        (400, {"error": {"message": "Session expired", "code": 190}}, Refused),  # Meta
        (400, {"error": "temporarily_unavailable"}, Wait),
        (429, {}, Wait),
        (502, "<html>", Wait),
        (200, {"token_type": "bearer"}, Broken),
        (200, {"access_token": 7}, Broken),
        (200, [], Broken),
        (200, "[" * 100_000, Broken),
        (302, "", Broken),
    ],
)
def test_what_an_answer_without_a_token_means(status: int, body: object, kind: type) -> None:
    text = {"text": body} if isinstance(body, str) else {"json": body}
    response = httpx.Response(status, **text)  # type: ignore[arg-type]
    with pytest.raises(NotGrantedError) as caught:
        granted(response, OAuth(token_url=URL), "x", NOW, re.compile("revoked"))
    assert isinstance(caught.value.trouble, kind)
    assert "revoked" not in caught.value.trouble.why
    if kind is Refused:
        assert "networks.x.refresh_token" in caught.value.trouble.why


def account(key: RSAKey, **more: str) -> str:
    """A service account's file as Google gives it."""
    pem = key.as_pem(private=True).decode()
    return json.dumps(
        {"type": "service_account", "client_email": "r@x.iam", "private_key": pem} | more
    )


def test_a_service_account_signs_for_its_token_and_shows_nothing_else() -> None:
    key = RSAKey.generate_key(2048)
    oauth = OAuth(token_url=URL, flow="assertion", scope="reviews")
    request = asking(oauth, URL, {"service_account": account(key, private_key_id="k1")}, NOW)
    sent = form(request)
    assert sent.keys() == {"grant_type", "assertion"}
    assert sent["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    token = jwt.decode(sent["assertion"], key)
    assert token.header == {"typ": "JWT", "alg": "RS256", "kid": "k1"}
    now = int(NOW.timestamp())
    assert token.claims == {
        "iss": "r@x.iam", "aud": URL, "scope": "reviews", "iat": now, "exp": now + 600,
    }  # fmt: skip
    assert "PRIVATE" not in request.read().decode()


@pytest.mark.parametrize("key", ["", "{", "[]", "7", '{"private_key": "x", "client_email": "y"}'])
def test_what_is_no_service_account_is_refused_and_never_told(key: str) -> None:
    oauth = OAuth(token_url=URL, flow="assertion")
    with pytest.raises(NotGrantedError) as raised:
        asking(oauth, URL, {"service_account": key}, NOW)
    assert isinstance(raised.value.trouble, Refused)
    assert (
        raised.value.trouble.why == "service_account: it is no service account's key (a JSON file)"
    )


def test_a_session_is_asked_for_by_a_password_in_json_and_tells_its_token_by_another_name() -> None:
    oauth = OAuth(
        token_url=URL, flow="session", token_name="accessJwt",
        more={"identifier": "rashfan.example"}, lasts=timedelta(minutes=90),
    )  # fmt: skip
    asked = asking(oauth, URL, {"password": "app-pass", "refresh_token": "old"}, NOW)
    assert asked.method == "POST"
    assert json.loads(asked.read()) == {"identifier": "rashfan.example", "password": "app-pass"}
    answer = httpx.Response(200, json={"accessJwt": "a", "refreshJwt": "r", "did": "did:plc:x"})
    given = granted(answer, oauth, "bluesky", NOW, None)
    assert (given.tokens, given.expires_at) == ({"token": "a"}, NOW + timedelta(minutes=90))
    wrong = httpx.Response(
        401, json={"error": "AuthenticationRequired", "message": "Invalid identifier or password"}
    )
    with pytest.raises(NotGrantedError, match="Invalid identifier or password") as caught:
        granted(wrong, oauth, "bluesky", NOW, None)
    assert "networks.bluesky.password" in caught.value.trouble.why

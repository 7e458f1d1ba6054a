"""Who may push, at which address, and what `check` says of it; with Bluesky made to push."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from listener.checking.pushes import findings
from listener.collecting.sources import sources_of
from listener.networks import about
from listener.networks.about import Console
from listener.networks.bluesky import Bluesky
from listener.networks.signatures import verify_token
from listener.settings.brands import brands_of
from listener.settings.load import inspect
from listener.settings.pushing import callback, is_public_address
from tests.pushing import Calling

CONSOLE = Console(
    "لوحة التطبيق ← الإشعارات: {address} والرمز {token}", "App → Webhooks: {address}, token {token}"
)


@pytest.fixture
def pushes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Bluesky, "about", replace(about("bluesky"), pushes=CONSOLE))
    for name in ("challenge", "signed", "pushed", "subscribing", "lease"):
        monkeypatch.setattr(Bluesky, name, getattr(Calling, name), raising=False)
    about.cache_clear()
    yield
    about.cache_clear()


def inspected(tmp_path: Path, public: str = "", section: str = "", language: str = "en") -> Any:
    path = tmp_path / "rasid.toml"
    path.write_text(
        f"""[service]
language = "{language}"
{public}
[[brands]]
name = "رشفان"
keywords = ["رشفان"]
[channels.here]
kind = "console"
[[routes]]
name = "all"
channel = "here"
[networks.bluesky]
{section}
""",
        encoding="utf-8",
    )
    return inspect(path)


def said(found: Any) -> list[tuple[str, str, str]]:
    return [(f.level, f.code, f.path) for f in found]


PUBLIC = 'public = "https://listen.example.org/rasid/"'
SECRET = 'secret = "env:PUSH_SECRET"'


@pytest.mark.parametrize(
    ("text", "well"),
    [
        ("https://listen.example.org", True),
        ("https://listen.example.org:8443/rasid", True),
        ("http://listen.example.org", False),
        ("listen.example.org", False),
        ("https://", False),
        ("https://u:p@listen.example.org", False),
        ("https://listen.example.org/?a=1", False),
        ("https://listen.example.org:99999", False),
        ("https://[::1", False),
    ],
)
def test_a_public_address_is_one_that_networks_can_call(text: str, well: bool) -> None:
    assert is_public_address(text) is well


@pytest.mark.usefixtures("pushes")
def test_with_an_address_and_a_secret_it_pushes_and_check_says_what_to_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUSH_SECRET", "s3cret-of-app")
    settings = inspected(tmp_path, PUBLIC, SECRET).settings
    place = "https://listen.example.org/rasid/push/bluesky"
    assert callback(settings, "bluesky") == place
    [source] = sources_of(settings, brands_of(settings))
    assert source.pushing is not None
    assert (source.pushing.callback, source.pushing.secret()) == (place, "s3cret-of-app")
    [found] = findings(settings, {})
    assert said([found]) == [("note", "push_console", "networks.bluesky")]
    assert place in found.message
    assert verify_token("s3cret-of-app") in found.message
    assert "s3cret" not in found.message
    arabic = inspected(tmp_path, PUBLIC, SECRET, language="ar").settings
    assert "لوحة التطبيق" in findings(arabic, {})[0].say("ar")[0]


@pytest.mark.usefixtures("pushes")
@pytest.mark.parametrize(
    ("public", "section", "level", "code"),
    [
        (PUBLIC, "", "warning", "push_missing"),
        ("", SECRET, "warning", "push_missing"),
        ("", "", "note", "push_possible"),
        (PUBLIC, f"{SECRET}\npush = false", None, None),
        ("", "push = false", None, None),
    ],
)
def test_what_is_missing_where_it_could_push_is_said(
    tmp_path: Path, public: str, section: str, level: str | None, code: str | None
) -> None:
    settings = inspected(tmp_path, public, section).settings
    assert callback(settings, "bluesky") is None
    assert [(f.level, f.code) for f in findings(settings, {})] == ([(level, code)] if code else [])
    [source] = sources_of(settings, brands_of(settings))
    assert source.pushing is not None
    assert source.pushing.callback is None


@pytest.mark.usefixtures("pushes")
@pytest.mark.parametrize(
    ("public", "section", "code", "key"),
    [
        (PUBLIC, "push = true", "push_lacks", "networks.bluesky.secret"),
        ("", f"{SECRET}\npush = true", "push_lacks", "service.public"),
        ('public = "http://listen.example.org"', "", "public", ""),
    ],
)
def test_what_cannot_work_is_an_error(
    tmp_path: Path, public: str, section: str, code: str, key: str
) -> None:
    found = inspected(tmp_path, public, section).findings
    [wrong] = [f for f in found if f.level == "error"]
    assert wrong.code == code
    assert key in wrong.message


def test_a_network_that_never_pushes_takes_no_such_key(tmp_path: Path) -> None:
    found = inspected(tmp_path, PUBLIC, f"push = true\n{SECRET}").findings
    assert {f.path for f in found if f.code == "unknown_option"} == {
        "networks.bluesky.push", "networks.bluesky.secret",
    }  # fmt: skip
    well = inspected(tmp_path, PUBLIC).settings
    assert findings(well, {}) == []
    [source] = sources_of(well, brands_of(well))
    assert source.pushing is None

"""What a network does not offer, and what its terms bound, is said by `rasid check`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from listener.checking import unoffered
from listener.checking.check import check, report
from listener.networks import about
from listener.networks.about import About
from listener.settings import Settings, keeping
from listener.words import Language

BOUND = replace(about("bluesky"), keep=timedelta(days=30), terms="https://b.example/terms")


def settings(**more: object) -> Settings:
    return Settings.model_validate(more)


def test_a_network_without_listening_is_noted_unless_it_is_off() -> None:
    found = settings(networks={"snapchat": {}, "pinterest": {"enabled": False}, "bluesky": {}})
    (note,) = unoffered.findings(found, {"networks.snapchat": 7})
    assert (note.path, note.level, note.line) == ("networks.snapchat", "note", 7)
    assert "not offered by the network" in note.message
    assert "rasid import" in note.hint
    assert list(unoffered.unoffered(found)) == ["snapchat"]


def test_what_is_read_anyway_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unoffered, "BUILT", ("snapchat",))
    found = settings(networks={"snapchat": {}})
    assert unoffered.unoffered(found) == {"snapchat": True}
    (note,) = unoffered.findings(found, {})
    assert "only your own account's figures are read" in note.message


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(name: str) -> About:
        return BOUND if name == "bluesky" else about(name)

    monkeypatch.setattr(keeping, "about", told)


@pytest.mark.parametrize(
    ("keep", "retention", "code", "level"),
    [
        ("60d", "13 months", "kept_too_long", "warning"),
        ("30d", "13 months", None, None),
        ("7d", "13 months", None, None),
        (None, "13 months", "kept_shorter", "note"),
        (None, "20d", None, None),
    ],
)
@pytest.mark.usefixtures("bound")
def test_a_keep_longer_than_the_terms_is_a_warning_with_their_page(
    keep: str | None, retention: str, code: str | None, level: str | None
) -> None:
    section = {"keep": keep} if keep else {}
    found = settings(
        retention={"mentions": retention}, networks={"bluesky": section, "mastodon": section}
    )
    told = keeping.findings(found, {"networks.bluesky.keep": 9})
    assert [(f.code, f.level) for f in told] == ([(code, level)] if code else [])
    for finding in told:
        assert "https://b.example/terms" in finding.hint
        assert "30d" in finding.message


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.usefixtures("bound")
def test_the_command_says_both_in_both_languages(tmp_path: Path, language: Language) -> None:
    (tmp_path / "rasid.toml").write_text(
        f'[service]\nlanguage = "{language}"\n[[brands]]\nname = "a"\nkeywords = ["رشفان"]\n'
        '[networks.bluesky]\nkeep = "60d"\n[networks.snapchat]\ntoken = "env:HOME"\n',
        encoding="utf-8",
    )
    checked = check(tmp_path / "rasid.toml")
    codes = {finding.code for finding in checked.findings}
    assert {"kept_too_long", "unoffered_figures"} <= codes
    text = report(checked)
    assert "30d" in text
    assert ("لا تتيح قراءة" if language == "ar" else "not offered by the network") in text


@pytest.mark.parametrize(
    ("span", "text"),
    [(timedelta(hours=24), "24h"), (timedelta(hours=48), "48h"), (timedelta(days=30), "30d")],
)
def test_a_span_is_written_as_one_writes_keep(span: timedelta, text: str) -> None:
    assert keeping.written(span) == text

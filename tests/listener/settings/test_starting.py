"""What `rasid init` writes loads without a finding, whatever the brand is called."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.arabic import fold, words
from listener.checking.check import check
from listener.cli.init import init
from listener.matching.matcher import Matcher
from listener.records import Mention
from listener.settings import brands_of, inspect, load
from listener.settings.idle import idle_notes
from listener.settings.starting import (
    InitAnswers,
    StartError,
    brand_name,
    hashtag_name,
    start,
    toml_text,
)

TRICKY = st.text(
    st.one_of(
        st.sampled_from("\"\\'\n\r\t#[]{}=$%زينةىaZ5 🙂\u202e\u200f\u200b\u2028\x00\x1b\x85\ud800"),
        st.characters(),
    ),
    max_size=40,
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(TRICKY, TRICKY, st.sampled_from(["ar", "en"]))
def test_the_files_load_without_a_finding(
    tmp_path: Path, brand: str, hashtag: str, language: Literal["ar", "en"]
) -> None:
    try:
        name = brand_name(brand)
    except StartError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert not words(fold(brand)), said
        return
    tag = hashtag_name(hashtag)
    path = start(tmp_path, InitAnswers(name, (tag,) if tag else (), language), force=True)
    inspected = inspect(path)
    assert inspected.findings == ()
    assert inspected.settings is not None
    found = inspected.settings
    assert idle_notes(found, inspected.lines) == []  # nothing that does nothing
    assert found.brands[0].name == name
    assert found.brands[0].keywords == (name,)
    assert set(found.brands[0].hashtags) >= ({tag} if tag else set())
    assert found.service.language == language
    matcher = Matcher(brands_of(found))
    mention = Mention(network="x", id="1", text=name, created_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert [hit.brand for hit in matcher.match(mention)] == [name]


@given(st.text())
def test_any_text_is_one_toml_string(text: str) -> None:
    sound = text.encode("utf-8", "ignore").decode("utf-8")
    assert tomllib.loads(f"k = {toml_text(sound)}") == {"k": sound}


def test_names_are_cleaned() -> None:
    assert brand_name("  زين\u200f \n السعودية ") == "زين السعودية"
    assert hashtag_name("#عالم جميل") == "عالم_جميل"
    assert hashtag_name("# ") is None
    assert hashtag_name("a-b!c") == "abc"
    for nothing in ("", " \n", "🙂", "!!", "\u200f"):
        with pytest.raises(StartError, match="letter or a digit"):
            brand_name(nothing)
    with pytest.raises(StartError, match="at most"):
        brand_name("a" * 101)


def test_what_it_listens_to_needs_no_secret(tmp_path: Path) -> None:
    start(tmp_path, InitAnswers("زين"))
    found = load(tmp_path / "rasid.toml")
    assert set(found.networks) == {"mastodon", "bluesky", "hackernews"}
    assert {channel.kind for channel in found.channels.values()} == {"console"}
    assert found.networks["bluesky"].options["stream"].startswith("wss://")
    assert found.storage.database == "sqlite"


def test_nothing_is_replaced_without_force(tmp_path: Path) -> None:
    (tmp_path / "rasid.toml").write_text("mine")
    with pytest.raises(StartError, match="--force"):
        start(tmp_path, InitAnswers("زين"))
    assert (tmp_path / "rasid.toml").read_text() == "mine"
    start(tmp_path, InitAnswers("زين"), force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["rasid.toml"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_remarks_are_in_the_language_asked_for(
    tmp_path: Path, language: Literal["ar", "en"]
) -> None:
    for slack in (None, "#care"):
        path = start(tmp_path, InitAnswers("Acme", (), language, slack=slack), force=True)
        remarks = [line for line in path.read_text().splitlines() if line.startswith("# ")]
        arabic = [line for line in remarks if any("\u0621" <= c <= "\u064a" for c in line)]
        assert len(remarks) > 5
        assert (len(arabic) > len(remarks) / 3) if language == "ar" else not arabic


def test_the_command_asks_or_is_told(tmp_path: Path) -> None:
    runner = CliRunner()
    told = tmp_path / "told"
    flags = ["--brand", "زين", "--hashtag", "#عالم جميل", "--folder", str(told), "--yes"]
    result = runner.invoke(init, flags)
    assert result.exit_code == 0, result.output
    assert load(told / "rasid.toml").brands[0].hashtags == ("عالم_جميل",)
    assert load(told / "rasid.toml").service.language == "ar"
    again = runner.invoke(init, flags)
    assert again.exit_code == 1
    assert "--force" in again.output
    asked = tmp_path / "asked"
    result = runner.invoke(init, ["--folder", str(asked)], input="en\n!!\nAcme\n\n")
    assert result.exit_code == 0, result.output
    assert load(asked / "rasid.toml").brands[0].name == "Acme"
    assert load(asked / "rasid.toml").service.language == "en"
    assert runner.invoke(init, ["--yes"]).exit_code == 2
    mute = runner.invoke(init, ["--folder", str(tmp_path / "mute"), "--language", "en"], input="")
    assert mute.exit_code == 2
    assert "nobody is there to answer; say it all at once: --brand NAME" in mute.output
    assert not (tmp_path / "mute").exists()
    assert runner.invoke(init, ["--yes", "--brand", "🙂"]).exit_code == 1
    nowhere = runner.invoke(init, ["--yes", "--brand", "a", "--timezone", "Riyadh"])
    assert nowhere.exit_code == 1
    assert "Asia/Riyadh" in nowhere.output


def test_everything_asked_for_stands_in_the_file_and_is_used(tmp_path: Path) -> None:
    flags = ["--yes", "--brand", "زين السعودية", "--spelling", "Zain KSA, zain",
             "--spelling", "زين السعوديه",
             "--hashtag", "#زين، عالم جميل", "--account", "x:@ZainKSA, mastodon:zain",
             "--competitor", "stc", "--competitor", "موبايلي, STC", "--slack", "care",
             "--operators", "#rasid", "--language", "ar", "--folder", str(tmp_path)]  # fmt: skip
    done = CliRunner().invoke(init, flags)
    assert done.exit_code == 0, done.output
    assert "SLACK_BOT_TOKEN" in done.output
    found = load(tmp_path / "rasid.toml")
    own, *rivals = found.brands
    assert own.keywords == ("زين السعودية", "Zain KSA", "zain")  # one spelling folds to the name
    assert own.hashtags == ("زين", "عالم_جميل", "زين_السعودية", "Zain_KSA")
    assert [(a.network, a.handle) for a in own.accounts] == [("x", "ZainKSA"), ("mastodon", "zain")]
    assert own.competitors == ("stc", "موبايلي")
    assert [(rival.name, rival.role) for rival in rivals] == [
        ("stc", "competitor"), ("موبايلي", "competitor"),
    ]  # fmt: skip
    assert own.summary is not None
    assert own.summary.channel == "care"
    assert found.service.operators == "operators"
    assert found.channels["care"].channel == "#care"
    assert found.channels["operators"].channel == "#rasid"
    assert {route.channel for route in found.routes} == {"care", None}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--account", "ZainKSA"], "NETWORK:HANDLE"),
        (["--account", "mastodan:zain"], "did you mean mastodon?"),
        (["--competitor", "🙂"], "letter or a digit"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told(tmp_path: Path, flags: list[str], said: str) -> None:
    flags = ["--yes", "--brand", "a", "--folder", str(tmp_path), *flags]
    done = CliRunner().invoke(init, flags)
    assert (done.exit_code, said in done.output) == (1, True), done.output
    assert list(tmp_path.iterdir()) == []


def test_where_nobody_answers_the_options_to_give_are_named(tmp_path: Path) -> None:
    for answers in ("", "en\n"):
        done = CliRunner().invoke(init, ["--folder", str(tmp_path)], input=answers)
        assert done.exit_code == 2, done.output
        for flag in ("--brand", "--spelling", "--account", "--slack", "--yes"):
            assert flag in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ['O"Reilly Books', "a\\b c", "Ben & Jerry's ice", "شركة «نون» هنا"]
)
def test_hints_about_an_odd_name_are_toml_that_can_be_copied(tmp_path: Path, name: str) -> None:
    (tmp_path / "rasid.toml").write_text(
        f"[[brands]]\nname = {toml_text(name)}\nkeywords = [{toml_text(name)}]\n"
        "[networks.mastodon]\n",
        encoding="utf-8",
    )
    hints = [finding.hint for finding in check(tmp_path / "rasid.toml").findings]
    copied = [re.search(r"hashtags = \[.*?\]", hint) for hint in hints]
    tags = [tomllib.loads(found[0])["hashtags"] for found in copied if found]
    assert tags
    for [tag] in tags:
        assert hashtag_name(tag) == tag.removeprefix("#")

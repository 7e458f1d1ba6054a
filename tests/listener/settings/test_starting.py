"""What `rasid init` writes loads without a finding, whatever the brand is called."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.arabic import fold, words
from listener.cli.init import init
from listener.matching.matcher import Matcher
from listener.records import Mention
from listener.settings import brands_of, inspect, load
from listener.settings.plan import inspect_plan
from listener.settings.starting import (
    InitAnswers,
    StartError,
    brand_name,
    hashtag_name,
    start,
    toml_text,
)

TODAY = date(2026, 11, 22)
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
    answers = InitAnswers(name, hashtag_name(hashtag), language)
    paths = start(tmp_path, answers, today=TODAY, force=True)
    inspected = inspect(paths[0])
    assert inspected.findings == ()
    assert inspected.settings is not None
    assert inspect_plan(paths[1], inspected.settings).findings == ()
    found = inspected.settings
    assert found.brands[0].name == name
    assert found.brands[0].keywords == (name,)
    assert found.brands[0].hashtags == ((answers.hashtag,) if answers.hashtag else ())
    assert found.service.language == language
    assert found.storms.enabled
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
    start(tmp_path, InitAnswers("زين"), today=TODAY)
    found = load(tmp_path / "rasid.toml")
    assert set(found.networks) == {"mastodon", "bluesky", "hackernews"}
    assert {channel.kind for channel in found.channels.values()} == {"console"}
    assert found.storage.database == "sqlite"


def test_nothing_is_replaced_without_force(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("mine")
    with pytest.raises(StartError, match="--force"):
        start(tmp_path, InitAnswers("زين"), today=TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]
    assert (tmp_path / "plan.toml").read_text() == "mine"
    start(tmp_path, InitAnswers("زين"), today=TODAY, force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.toml", "rasid.toml"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_remarks_are_in_the_language_asked_for(
    tmp_path: Path, language: Literal["ar", "en"]
) -> None:
    for path in start(tmp_path, InitAnswers("Acme", None, language), today=TODAY):
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
    assert "say it: --brand NAME --hashtag NAME; or --brand NAME --yes" in mute.output
    assert "--language" not in mute.output.partition("say it")[2]
    assert not (tmp_path / "mute").exists()
    assert runner.invoke(init, ["--yes", "--brand", "🙂"]).exit_code == 1
    nowhere = runner.invoke(init, ["--yes", "--brand", "a", "--timezone", "Riyadh"])
    assert nowhere.exit_code == 1
    assert "Asia/Riyadh" in nowhere.output

"""`rasid check`: what it finds, in which language, and what it says of a pasted text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from click.testing import CliRunner

from classifiers.labels import Label, Probabilities
from listener.checking.check import check, report
from listener.checking.explain import Explained, Outcome, explain, explanation
from listener.cli.call import Call
from listener.cli.check import check as check_command
from listener.cli.check import decider
from listener.matching.matcher import Matcher
from listener.records import Brand, Mention
from listener.settings import brands_of, load
from tests.listener.settings.conftest import DATA, GOOD

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRETS = [
    *("MASTODON_TOKEN", "X_BEARER_TOKEN", "YOUTUBE_API_KEY", "WEBHOOK_SECRET"),
    *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "MAIL_URL"),
]


class Angry:
    """A classifier that finds every text an angry complaint."""

    name = model = "angry"

    def classify(self, texts: Sequence[str]) -> list[Label]:
        sure = Probabilities(0.9, 0.06, 0.04)
        return [Label("ar", "glf", "negative", sure, "complaint", True, "urgent") for _ in texts]


@pytest.fixture
def example() -> Path:
    return DATA / "rasid.toml"


@pytest.fixture(autouse=True)
def set_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "set")


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rasid.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_both_examples_pass_with_every_secret_set(example: Path) -> None:
    checked = check(example)
    assert checked.exit_code == 0
    assert [file.path.name for file in checked.files] == ["rasid.toml", "plan.toml"]
    assert {f.level for f in checked.findings} == {"note"}


def test_unset_secrets_are_errors_with_their_lines(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SECRETS:
        monkeypatch.delenv(name)
    checked = check(example)
    assert checked.exit_code == 1
    missing = {f.values["name"] for f in checked.findings if f.level == "error"}
    assert missing == {f"env:{name}" for name in SECRETS if name != "MASTODON_TOKEN"}
    rows = example.read_text(encoding="utf-8").splitlines()
    for finding in checked.findings:
        if "name" in finding.values:
            assert finding.line is not None
            assert finding.values["name"] in rows[finding.line - 1]
    assert checked.usable is not None  # enough to explain a text with


def test_common_words_are_warned_of_where_no_context_helps(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    warned = check(path, is_common=lambda word: word == "زين")
    assert [(f.path, f.code, f.level) for f in warned.findings] == [
        ("brands[0].keywords[0]", "common_word", "warning")
    ]
    assert warned.exit_code == 0
    assert check(path, is_common=lambda word: False).findings == ()
    helped = GOOD.replace('keywords = ["زين"]', 'keywords = ["زين"]\ncontext = ["شبكة"]')
    assert check(written(tmp_path, helped)).findings == ()
    assert check(written(tmp_path, GOOD)).findings  # زين is in the real list


def test_a_plan_is_checked_when_it_is_there(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("زين", "Acme"))
    assert check(path).findings == ()
    (tmp_path / "plan.toml").write_text('[[goals]]\nname = "a"\n')
    checked = check(path)
    assert checked.exit_code == 1
    assert {f.code for f in checked.findings} == {"needed", "few_goals", "idle_plan"}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_report_is_in_the_language_of_the_service(
    tmp_path: Path, language: Literal["ar", "en"]
) -> None:
    text = GOOD.replace('language = "en"', f'language = "{language}"').replace("2m", "0s")
    checked = check(written(tmp_path, text), is_common=lambda word: False)
    shown = report(checked).splitlines()
    assert len(shown) == 4
    arabic = ["\u0621" <= line.lstrip()[0] <= "\u064a" for line in shown]
    assert arabic == [language == "ar"] * 4
    assert "networks.mastodon.every" in shown[1]
    assert "\u2068" not in report(checked)
    assert "\u2068networks.mastodon.every\u2069" in report(checked, isolate=True)


def test_all_is_well(tmp_path: Path) -> None:
    checked = check(written(tmp_path, GOOD), is_common=lambda word: False)
    assert report(checked).splitlines()[-1] == "all is well; start with: rasid run"


def test_a_text_is_explained_down_to_its_route(example: Path) -> None:
    settings = load(example)
    brands = brands_of(settings)
    explained = explain(
        "شبكة زين سيئة اليوم #عالم_جميل",
        brands,
        matcher=Matcher(brands),
        classifier=Angry(),
        decide=decider(settings),
        now=NOW,
    )
    assert explained.outcomes == {
        "زين": Outcome(
            "matched_route",
            "needs an answer",
            "care",
            (("angry and far-reaching", "followers"),),
        )
    }
    shown = explanation(explained, language="ar").splitlines()
    assert shown[0].startswith("التصنيف: سلبي (بثقة 0.90)، شكوى، يحتاج إلى رد، عاجل")
    assert all("\u0621" <= line.lstrip()[0] <= "\u064a" for line in shown)
    assert "care" in shown[-1]
    english = explanation(explained, language="en")
    assert "not the route angry and far-reaching: followers does not hold" in english
    assert "it alerts by the route needs an answer in care" in english


def test_an_untested_language_is_said_to_be_one() -> None:
    for language, spoken in (("ur", "ur"), ("mixed", "mixed"), ("ar", None)):
        label = replace(Angry().classify([""])[0], language=language, dialect=None)
        english = explanation(Explained(label, ()), language="en")
        arabic = explanation(Explained(label, ()), language="ar").splitlines()
        said = f"the sentiment of this language is untested: {spoken}"
        assert (said in english) == (spoken is not None)
        assert (f"لم يُختبر تصنيف المشاعر في هذه اللغة: {spoken}" in arabic) == (spoken is not None)


def test_a_name_without_its_context_is_explained(example: Path) -> None:
    brands = brands_of(load(example))
    explained = explain(
        "زين والله",
        brands,
        matcher=Matcher(brands),
        classifier=Angry(),
        decide=lambda *_, **__: Outcome("no_route"),
        now=NOW,
    )
    assert explained.outcomes == {}
    shown = explanation(explained, language="en")
    assert "it does not match زين" in shown
    assert "no context word is near it" in shown
    assert "stc" not in shown


def test_a_text_cannot_drive_the_terminal() -> None:
    brand = Brand("a", keywords=("\u202ea\u202c b",))
    explained = explain(
        "\x1b]0;x\x07 a b",
        [brand],
        matcher=Matcher([brand]),
        classifier=Angry(),
        decide=lambda *_, **__: Outcome("no_route"),
        now=NOW,
    )
    shown = explanation(explained, language="en")
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


class Doubtful(Angry):
    """Sure of nothing: neither of the dialect nor that a response is needed."""

    needs_at = 0.45

    def classify(self, texts: Sequence[str]) -> list[Label]:
        unsure = {"intent": "question", "needs_response": False, "needs_probability": 0.3}
        spoken = {"dialect": "irq", "dialect_probability": 0.6}
        return [replace(label, **unsure, **spoken) for label in super().classify(texts)]


def test_a_text_to_the_own_account_is_said_to_be_one(tmp_path: Path) -> None:
    """Where that decides; the dialect and the need of a response come with how sure they are."""
    plain = 'name = "all"\n'
    asks = 'name = "all"\nmatch = { needs_response = true }\n'
    account = '[[brands]]\naccounts = [{ network = "mastodon", handle = "@ours" }]\n'
    assert plain in GOOD
    text = GOOD.replace(plain, asks).replace("[[brands]]\n", account)
    settings = load(written(tmp_path, text))
    brands = brands_of(settings)
    for said, directed in (("زين @ours وين الطلب", True), ("زين وين الطلب", False)):
        explained = explain(
            said,
            brands,
            matcher=Matcher(brands),
            classifier=Doubtful(),
            decide=decider(settings, needs_at=0.45),
            now=NOW,
        )
        [outcome] = explained.outcomes.values()
        assert (outcome.reason == "matched_route") is directed
        english = explanation(explained, language="en")
        arabic = explanation(explained, language="ar").splitlines()
        assert "language ar/irq (0.60)" in english
        assert "probability that it needs a response: 0.30, threshold 0.45" in english
        assert ("it speaks to your own account, which decided" in english) is directed
        assert any("موجّه إلى حسابك" in line for line in arabic) is directed
        assert all("\u0621" <= line.lstrip()[0] <= "\u064a" for line in arabic)


def test_the_decision_is_that_of_alerts(example: Path) -> None:
    settings = load(example)
    decide = decider(settings)
    mention = Mention(network="", id="", text="x", created_at=NOW)
    label = Angry().classify(["x"])[0]
    assert decide(mention, Brand("stc", role="competitor"), label, now=NOW).reason == (
        "not_own_brand"
    )
    assert decide(mention, Brand("زين"), label, now=NOW).channel == "care"


def test_the_command(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("2m", "0s"))
    result = CliRunner().invoke(check_command, ["--json"], obj=Call(config=path))
    assert result.exit_code == 1
    rows = json.loads(result.output)
    assert [(row["level"], row["path"], row["code"]) for row in rows] == [
        ("warning", "brands[0].keywords[0]", "common_word"),
        ("error", "networks.mastodon.every", "every"),
    ]
    missing = CliRunner().invoke(check_command, [], obj=Call(config=tmp_path / "none.toml"))
    assert missing.exit_code == 1
    assert "rasid init" in missing.output


def test_check_says_which_reads_are_asked_for_too_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = "\n".join(f"https://site{n}.example/feed" for n in range(900))
    (tmp_path / "feeds.txt").write_text(addresses, encoding="utf-8")
    rss = '[networks.rss]\nevery = "60s"\nfeeds = ["feeds.txt"]\n'
    path = written(tmp_path, f"{GOOD}\n{rss}")
    rows = json.loads(CliRunner().invoke(check_command, ["--json"], obj=Call(path)).output)
    (row,) = [row for row in rows if row["code"] == "too_often"]
    assert (row["path"], row["level"]) == ("networks.rss.every", "warning")
    assert "900" in row["message"]
    assert "60s" in row["message"]
    assert "every" in row["hint"]
    crowd = {"network": "rss", "reads": 900, "late": 700, "every_seconds": 60}
    measured = [{**crowd, "takes_seconds": 400.0}]
    monkeypatch.setattr("listener.cli.late_reads._measured", lambda settings: measured)
    rows = json.loads(CliRunner().invoke(check_command, ["--json"], obj=Call(path)).output)
    (row,) = [row for row in rows if row["code"].startswith("too_")]
    assert row["code"] == "too_late"  # what was measured is said in place of what was reckoned
    assert "7m" in row["message"]

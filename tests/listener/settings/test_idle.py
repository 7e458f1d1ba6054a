"""What does nothing yet is said by `rasid check` and marked in docs/config.md, and only that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from listener.checking.check import check, report
from listener.settings.idle import IDLE, IDLE_CHANNELS, idle_keys
from listener.settings.load import inspect
from listener.settings.model import ChannelSettings, Settings
from tests.listener.settings.conftest import GOOD

PAGE = (Path(__file__).parents[3] / "docs" / "config.md").read_text(encoding="utf-8")
MARK = r"\*\(not yet\)\*"
PLACES = {
    "[retention]": "retention.",
    "[networks.NAME]": "networks.*.",
    "[classifiers] sentiment": "classifiers.sentiment.",
    "[classifiers] intent": "classifiers.intent.",
    "[[routes]]": "routes[].",
}


def marked() -> set[str]:
    found = set()
    for title, body in re.findall(r"^## (.+?)\n(.*?)(?=^#|\Z)", PAGE, re.S | re.M):
        if re.match(rf"\s*{MARK}", body):
            found.add(title.strip("[]"))
        for key in re.findall(rf"^\| `([^`]+)` \|.*{MARK} \|$", body, re.M):
            if title in PLACES:  # of [channels.KEY] it is two kinds, not the key
                found.add(PLACES[title] + key)
    return found


def test_the_page_marks_the_same_keys() -> None:
    assert marked() == set(IDLE)
    kinds = re.search(r"^\| `kind` \| \*needed\* \| (`slack`.*) \|$", PAGE, re.M)
    assert kinds is not None
    assert tuple(re.findall(rf"`(\w+)` {MARK}", kinds[1])) == IDLE_CHANNELS
    assert re.search(rf"^# plan.toml\n\n{MARK}", PAGE, re.M)


def test_every_idle_key_is_a_key(example: Path) -> None:
    written = set(inspect(example).lines)
    for key in IDLE:
        found = re.escape(key).replace(r"\[\]", r"\[\d+\]").replace(r"\*", r"\w+")
        assert any(re.fullmatch(found, path) for path in written), key
    kinds = ChannelSettings.model_fields["kind"].annotation
    assert set(IDLE_CHANNELS) < set(getattr(kinds, "__args__", ()))


def test_the_example_asks_for_nearly_all(example: Path) -> None:
    inspected = inspect(example)
    assert inspected.settings is not None
    keys = idle_keys(inspected.settings, inspected.lines)
    # written as it acts in any case
    assert keys == [key for key in IDLE if key != "routes[].hours"]
    said = [f for f in check(example).findings if f.code.startswith("idle")]
    assert {f.level for f in said} == {"note"}
    assert [f.code for f in said if f.code == "idle"] == ["idle"]  # one, whatever is written
    assert "channels.mail" in {f.path for f in said if f.code == "idle_channel"}


@pytest.mark.parametrize(
    ("more", "keys"),
    [
        ("", []),
        ('hours = "configured"\n', ["routes[].hours"]),
        ('hours = "always"\nwait = "30s"\n', ["routes[].wait"]),
        ("[storms]\nenabled = false\n", []),
        ("[storms]\nenabled = true\n", ["storms"]),
        ("[review]\nsample = 5\n", ["review"]),
    ],
)
def test_only_what_asks_for_something(tmp_path: Path, more: str, keys: list[str]) -> None:
    path = tmp_path / "rasid.toml"
    path.write_text(GOOD.replace('hours = "always"\n', "") + more, encoding="utf-8")
    inspected = inspect(path)
    assert inspected.settings is not None
    assert idle_keys(inspected.settings, inspected.lines) == keys


@pytest.mark.parametrize("language", ["ar", "en"])
def test_it_is_said_in_one_line_and_does_not_fail(tmp_path: Path, language: str) -> None:
    path = tmp_path / "rasid.toml"
    text = GOOD.replace('language = "en"', f'language = "{language}"')
    path.write_text(text + "[storms]\nenabled = true\n", encoding="utf-8")
    checked = check(path, is_common=lambda _word: False)
    assert checked.exit_code == 0
    assert [f.code for f in checked.findings] == ["idle"]
    assert "rasid run" in report(checked).splitlines()[-1]  # a note is nothing to mend
    assert "storms" in report(checked)


def test_a_plan_is_checked_and_not_measured(tmp_path: Path) -> None:
    (tmp_path / "rasid.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "plan.toml").write_text("", encoding="utf-8")
    plan = check(tmp_path / "rasid.toml").files[1]
    assert "idle_plan" in {f.code for f in plan.findings}


def test_settings_without_a_file_are_named() -> None:
    assert idle_keys(Settings(), {}) == []

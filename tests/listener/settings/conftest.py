from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from listener.settings import Inspected, inspect

DATA = Path(__file__).parent / "data"

GOOD = """\
[service]
timezone = "Africa/Cairo"
language = "en"

[[brands]]
name = "زين"
keywords = ["زين"]

[people.noura]
name = "نورة"

[networks.mastodon]
every = "2m"

[channels.console]
kind = "console"

[[routes]]
name = "all"
channel = "console"
hours = "always"
"""


@pytest.fixture
def examined(tmp_path: Path) -> Callable[[str], Inspected]:
    """Writes a rasid.toml and inspects it."""

    def examine(text: str) -> Inspected:
        path = tmp_path / "rasid.toml"
        path.write_text(text, encoding="utf-8")
        return inspect(path)

    return examine


@pytest.fixture
def example() -> Path:
    return DATA / "rasid.toml"


@pytest.fixture
def named_secrets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every secret that the example names is set."""
    names = [
        *("MASTODON_TOKEN", "X_BEARER_TOKEN", "YOUTUBE_API_KEY", "WEBHOOK_SECRET"),
        *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "MAIL_URL"),
    ]
    for name in names:
        monkeypatch.setenv(name, f"the value of {name}")
    return names

"""Secrets that are missing, and where the database, the queue and the sockets are."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from listener.settings import (
    MissingSecret,
    MissingSecretError,
    Settings,
    database_url,
    known_values,
    load,
    missing_secrets,
    redis_url,
    socket_path,
)
from listener.settings.model import Service, Storage


def test_with_every_secret_set_nothing_is_missing(example: Path, named_secrets: list[str]) -> None:
    assert missing_secrets(load(example)) == []
    assert sorted(known_values(load(example))) == sorted(
        f"the value of {name}" for name in named_secrets
    )


def test_exactly_the_missing_names(
    example: Path, named_secrets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in named_secrets:
        monkeypatch.delenv(name)
    missing = missing_secrets(load(example))
    assert {m.name for m in missing} == {f"env:{name}" for name in named_secrets}
    assert len(missing) == len(named_secrets)  # two channels share one token
    assert [m.name for m in missing if m.optional] == ["env:MASTODON_TOKEN"]
    monkeypatch.setenv("MASTODON_TOKEN", "m")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "t")
    assert {m.name for m in missing_secrets(load(example))} == {
        *("env:X_BEARER_TOKEN", "env:YOUTUBE_API_KEY", "env:WEBHOOK_SECRET"),
        *("env:SLACK_APP_TOKEN", "env:MAIL_URL"),
    }


def test_a_network_that_is_off_needs_no_secret_and_files_start_at_the_file(tmp_path: Path) -> None:
    path = tmp_path / "rasid.toml"
    path.write_text(
        '[storage]\ndatabase = "file:db-url"\n[[brands]]\nname = "a"\nkeywords = ["a"]\n'
        '[networks.x]\nenabled = false\ntoken = "env:RASID_NOT_SET"\n'
        '[networks.reddit]\nclient_id = "file:id"\nclient_secret = "env:RASID_NOT_SET"\n'
        'user_agent = "linux:rasid:1 (by /u/x)"\n'
    )
    (tmp_path / "id").write_text("abc")
    found = load(path)
    assert missing_secrets(found) == [
        MissingSecret("storage.database", "file:db-url"),
        MissingSecret("networks.reddit.client_secret", "env:RASID_NOT_SET"),
    ]
    with pytest.raises(MissingSecretError, match="file:db-url"):
        database_url(found)
    (tmp_path / "db-url").write_text("postgresql+asyncpg://db/rasid\n")
    assert database_url(found) == "postgresql+asyncpg://db/rasid"


@pytest.mark.parametrize("folder", ["data", "بيانات", "a b?c#d%20e", "q&x=1;y"])
def test_the_embedded_database_is_in_the_data_folder(tmp_path: Path, folder: str) -> None:
    found = Settings(service=Service(data=tmp_path / folder))
    assert make_url(database_url(found)).database == str(tmp_path / folder / "rasid.db")


def test_the_queue_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    redis = pytest.importorskip("redis.connection")
    found = Settings(service=Service(data=Path("/srv/بيانات راصد")))
    url = redis_url(found)
    assert url is not None
    assert redis.parse_url(url)["path"] == "/srv/بيانات راصد/redis.sock"
    assert redis_url(Settings(storage=Storage(redis="none"))) is None
    monkeypatch.setenv("RASID_TEST_REDIS", "redis://r:6379/1")
    named = Settings(storage=Storage(redis="env:RASID_TEST_REDIS"))
    assert redis_url(named) == "redis://r:6379/1"


def test_a_long_socket_path_goes_to_a_private_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/tmp")
    assert socket_path(Path("/srv/data"), "redis.sock") == Path("/srv/data/redis.sock")
    deep = tmp_path / ("ا" * 60)  # 120 bytes
    path = socket_path(deep, "redis.sock")
    try:
        assert len(os.fsencode(path)) <= 100
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert socket_path(deep, "redis.sock") == path
        path.parent.chmod(0o755)
        with pytest.raises(PermissionError, match="private"):
            socket_path(deep, "redis.sock")
        path.parent.rmdir()
        path.parent.symlink_to(tmp_path)
        with pytest.raises(PermissionError, match="private"):
            socket_path(deep, "redis.sock")
    finally:
        if path.parent.is_symlink():
            path.parent.unlink()
        elif path.parent.exists():
            path.parent.rmdir()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(1, 200), st.sampled_from(["a", "ا", "🙂"]))
def test_every_socket_path_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int, letter: str
) -> None:
    runtime = Path("/tmp") / f"rasid-test-{os.getpid()}"
    runtime.mkdir(exist_ok=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    path = socket_path(Path("/srv") / (letter * length), "redis.sock")
    assert len(os.fsencode(path)) <= 100
    if path.is_relative_to(runtime):
        path.parent.rmdir()
    runtime.rmdir()

"""Each of thirty operating faults is one sentence that says what to do, and never a traceback."""

from __future__ import annotations

import fnmatch
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from listener.cli import main
from listener.store import session, trouble
from listener.words import catalog
from tests.listener.cli.operating_faults import DATABASE, FAULTS, PLACES, OperatingFault, Place

TOML = """
[service]
timezone = "Asia/Riyadh"
language = "{language}"
data = "data"
listen = "127.0.0.1:0"
[storage]
database = "sqlite"
redis = "none"
[classifiers]
sentiment = {{ tier = "fast" }}
[[brands]]
name = "رشفان"
keywords = ["رشفان"]
[channels.care]
kind = "console"
[[routes]]
name = "all"
channel = "care"
"""
ROW = '{"id": "%d", "text": "رشفان: النت مقطوع %s"}\n'

every_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(session, "LOOK_SECONDS", 1)
    monkeypatch.setattr(session, "BUSY_MS", 1)
    monkeypatch.setattr(trouble, "PAUSES", (0.01,))
    monkeypatch.setenv(DATABASE, "")
    monkeypatch.setenv("RASID_TEST_QUEUE", "")
    monkeypatch.chdir(tmp_path)


@contextmanager
def _made(fault: OperatingFault, place: Place) -> Iterator[dict[str, str]]:
    making = fault.made(place)
    if making is None or isinstance(making, dict):
        yield making or {}
        return
    yield next(making)
    next(making, None)


def _told(
    fault: OperatingFault, folder: Path, template: Path, language: str
) -> tuple[Result, dict[str, str]]:
    place = Place(folder, template)
    (folder / "rasid.toml").write_text(TOML.format(language=language), encoding="utf-8")
    (folder / "row.jsonl").write_text(ROW % (1, ""), encoding="utf-8")
    rows = "".join(ROW % (n, "x" * 2000) for n in range(300))
    (folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    with _made(fault, place) as values:
        found = CliRunner().invoke(main, fault.command)
    return found, {"file": str(place.file), "folder": str(folder), **PLACES, **values}


@every_fault
def test_a_fault_is_one_sentence(
    fault: OperatingFault, tmp_path: Path, sqlite_template: Path
) -> None:
    found, values = _told(fault, tmp_path, sqlite_template, "en")
    assert isinstance(found.exception, SystemExit), found.exception
    assert found.exit_code == 1
    said = found.stderr.splitlines()[-1]
    expected = fault.says.format(**values)
    parts = [part.replace("[", "[[]") for part in expected.split("*")]
    assert fnmatch.fnmatchcase(said, "*".join(parts)), f"{said}\n{expected}"
    assert "Traceback" not in found.output
    assert "hunter2" not in found.output


@every_fault
def test_in_an_arabic_service_the_sentence_is_arabic(
    fault: OperatingFault, tmp_path: Path, sqlite_template: Path
) -> None:
    found, _values = _told(fault, tmp_path, sqlite_template, "ar")
    said = found.stderr.splitlines()[-1]
    assert found.exit_code == 1
    assert said.startswith("خطأ: "), said
    arabic = sum("\u0621" <= c <= "\u064a" for c in said)
    assert arabic > 20, said


def test_there_are_thirty_of_them_and_each_fault_has_its_words() -> None:
    from listener.store.faults import FAULTS as KNOWN

    assert len(FAULTS) >= 30
    for language in ("ar", "en"):
        for fault in KNOWN:
            assert catalog(language).get(f"fault.{fault}"), (language, fault)


def test_verbose_shows_where_it_came_from(
    tmp_path: Path, sqlite_template: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "rasid.toml").write_text(TOML.format(language="en"), encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rasid.db").write_text("no pages")
    with caplog.at_level(logging.DEBUG):
        assert CliRunner().invoke(main, ["--verbose", "status"]).exit_code == 1
    assert any(record.exc_info for record in caplog.records)
    assert os.environ[DATABASE] == ""

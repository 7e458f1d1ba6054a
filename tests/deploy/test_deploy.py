"""The deployment files, by the tools that read them; a missing tool is a skip with its reason."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from listener.settings import installed, load
from listener.settings.places import database_url, redis_url
from listener.settings.secrets import named_secrets
from listener.settings.starting import InitAnswers, start

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROCESSES = ("collect", "label", "alert", "count", "serve")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], text=True, capture_output=True)


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units as they would be installed, with a program that is there and a user that is."""
    made = []
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        text = unit.read_text().replace("/opt/rasid/.venv/bin/rasid", "/bin/true")
        text = re.sub(r"^(User|Group)=.*", r"\1=root", text, flags=re.M)
        copy = tmp_path / unit.name.replace("@.", "@collect.")
        copy.write_text(text)
        made.append(copy)
    return made


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_reads_the_units_without_a_word(units: list[Path]) -> None:
    services = [unit for unit in units if unit.suffix == ".service"]
    assert len(services) == 2
    for unit in services:
        found = run("systemd-analyze", "verify", unit)  # a bad key is a word on stderr, code 0
        about = [line for line in found.stderr.splitlines() if "rasid" in line.lower()]
        assert (about, found.returncode) == ([], 0)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_finds_the_units_well_confined(units: list[Path]) -> None:
    for unit in (unit for unit in units if unit.suffix == ".service"):
        found = run("systemd-analyze", "security", "--offline=true", "--threshold=25", unit)
        assert found.returncode == 0, found.stdout[-300:]


def keys(unit: Path) -> dict[str, str]:
    lines = [line for line in unit.read_text().splitlines() if re.match(r"\w+=", line)]
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize("unit", ["rasid.service", "rasid@.service"])
def test_what_init_writes_runs_under_the_units_as_it_is(
    unit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file where the unit reads one keeps its data where the unit may write, and nowhere else."""
    told = keys(DEPLOY / "systemd" / unit)
    [config] = re.findall(r"--config (\S+)", told["ExecStart"])
    state = Path("/var/lib") / told["StateDirectory"]
    assert told["WorkingDirectory"] == str(state)
    assert (told["ProtectSystem"], "ReadWritePaths" in told) == ("strict", False)
    assert told["EnvironmentFile"] == f"-{Path(config).parent / 'secrets.env'}"
    written = start(tmp_path, InitAnswers("رشفان", slack="#care"))
    monkeypatch.setattr(installed, "ETC", tmp_path)  # as if it lay in /etc/rasid
    assert (Path(config).parent, Path(config).name) == (Path("/etc/rasid"), written.name)
    settings = load(written)
    assert settings.service.data == state
    assert settings.storage.database == "sqlite"
    secrets = {named.secret.name for named in named_secrets(settings)}
    assert secrets == {"env:SLACK_BOT_TOKEN", "env:SLACK_APP_TOKEN"}  # the environment file's


def test_what_init_writes_runs_in_the_containers_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    shared = compose["x-rasid"]
    for name, value in shared["environment"].items():
        monkeypatch.setenv(name, str(value))
    mounts = dict(volume.split(":")[:2] for volume in shared["volumes"])
    assert mounts["./rasid.toml"] == str(installed.ETC / "rasid.toml")
    assert mounts["state"] == str(installed.STATE)
    image = (DEPLOY / "Containerfile").read_text()
    assert f"RASID_CONFIG={installed.ETC / 'rasid.toml'}" in image
    monkeypatch.setattr(installed, "ETC", tmp_path)
    settings = load(start(tmp_path, InitAnswers("رشفان")))
    assert settings.service.data == installed.STATE
    port = compose["services"]["serve"]["ports"][0].rpartition(":")[2]
    assert settings.service.listen == f"0.0.0.0:{port}"
    assert database_url(settings).startswith("postgresql+asyncpg://rasid:")
    assert redis_url(settings) == "redis://redis:6379/0"


def test_what_the_file_says_counts_before_its_place() -> None:
    environment = {"RASID_LISTEN": "0.0.0.0:1", "RASID_DATABASE": "env:A"}
    data = {"service": {"listen": "127.0.0.1:2", "data": "here"}, "storage": {"redis": "none"}}
    assert installed.with_defaults(data, installed.ETC, environment) == {
        "service": {"listen": "127.0.0.1:2", "data": "here"},
        "storage": {"redis": "none", "database": "env:A"},
    }
    assert installed.with_defaults({"brands": []}, Path("/home/a"), {}) == {"brands": []}


def test_the_compose_file_is_one_by_its_schema() -> None:
    tool = Path(sys.executable).parent / "check-jsonschema"
    found = run(tool, "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")
    assert found.returncode == 0, found.stdout


def test_every_process_is_in_every_form_of_deployment() -> None:
    compose = (DEPLOY / "compose.yaml").read_text()
    target = (DEPLOY / "systemd" / "rasid.target").read_text()
    for name in PROCESSES:
        assert f"[run, {name}]" in compose
        assert f"rasid@{name}.service" in target


def test_the_image_copies_and_runs_what_is_in_the_tree() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "deploy/install_torch.py" in text
    assert (DEPLOY / "install_torch.py").exists()
    assert re.search(r"^USER 10001$", text, flags=re.M)


def test_every_dependency_has_the_version_it_was_tested_with() -> None:
    """CI, the image and `make install` take the same constraints."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    extras = project["optional-dependencies"].values()
    wanted += [Requirement(line) for extra in extras for line in extra]
    lines = (DEPLOY / "constraints.txt").read_text().splitlines()
    locked = {name: Version(v) for name, _, v in (x.partition("==") for x in lines if "==" in x)}
    for each in wanted:
        name = canonicalize_name(each.name)
        if name == "torch" or (each.marker and not each.marker.evaluate()):
            continue
        assert locked[name] in each.specifier, each
    assert "PIP_CONSTRAINT = deploy/constraints.txt" in (ROOT / "Makefile").read_text()
    assert "deploy/constraints.txt" in (DEPLOY / "Containerfile").read_text()

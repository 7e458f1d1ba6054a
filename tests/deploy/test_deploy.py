"""The deployment files, by the tools that read them; a missing tool is a skip with its reason."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

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

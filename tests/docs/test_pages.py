from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.networks_page import CONFIG, PAGE, config, page

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_the_networks_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.docs.networks_page"


def test_the_networks_options_are_what_the_code_says() -> None:
    text = CONFIG.read_text(encoding="utf-8")
    assert text == config(text), "python -m tests.docs.networks_page"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_within_the_tree_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (path.parent / target).exists(), target


def test_every_invariant_names_tests_that_are_there() -> None:
    lines = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if re.match(r"\d+\. ", line)]
    assert len(rules) >= 20
    for rule in rules:
        tests = re.findall(r"`(tests/[\w/]+\.py)`", rule)
        assert tests, rule
        assert [test for test in tests if not (ROOT / test).exists()] == []

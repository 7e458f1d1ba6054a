"""`rasid networks`: readable on a terminal of 80 columns, and "no" is said as the network's."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from listener.cli import main
from listener.cli.showing_networks import NOT_OFFERED, lines
from listener.cli.wrapping import columns, wrapped
from listener.networks import HANDED_IN, NETWORKS, about
from listener.networks.capabilities import capabilities


def _blocks() -> dict[str, str]:
    answer = CliRunner().invoke(main, ["networks"])
    assert answer.exit_code == 0
    return {block.split()[0]: block for block in answer.output.split("\n\n")}


def test_every_network_has_a_block_that_fits_eighty_columns() -> None:
    blocks = _blocks()
    assert set(blocks) == {*NETWORKS, *HANDED_IN}
    lines = [line for block in blocks.values() for line in block.split("\n")]
    assert max(columns(line) for line in lines if "://" not in line) <= 80  # those are copied whole


def test_where_no_listening_is_offered_it_says_so_and_what_to_do() -> None:
    for name, block in _blocks().items():
        assert (NOT_OFFERED in block) is (not about(name).listens), name
    silent = _blocks()["snapchat"]
    assert "read anyway  own figures, reach" in silent
    assert "rasid import FILE, or POST /mentions" in silent
    assert "0 mentions" not in silent


def test_scripts_get_all_of_it() -> None:
    answer = CliRunner().invoke(main, ["networks", "--json"])
    rows = {row["name"]: row for row in json.loads(answer.output)}
    assert rows["snapchat"]["listening"] == "no"
    assert rows["hackernews"]["listening"] == "yes"
    for name in ("hackernews", "rss", "webhook", "import", "lemmy", "stackexchange", "github",
                 "trustpilot"):  # fmt: skip
        assert rows[name]["delay"], name
        assert rows[name]["duty"], name


@pytest.mark.parametrize("kept", ["", "30 days"])
def test_how_long_a_post_is_kept_unread_is_said_where_terms_bound_it(kept: str) -> None:
    row = {**capabilities()[0], "keep": kept, "note": "w" * 200}
    shown = lines(row)
    assert any("at most 30 days unless it is read again" in line for line in shown) is bool(kept)
    assert any(line.endswith("w" * 200) for line in shown)  # an address is not cut in two


def test_marks_of_direction_and_vowels_take_no_column() -> None:
    assert columns("\u2068مُهِم\u2069") == 3
    text = " ".join(["كلمةٌ"] * 40)
    broken = wrapped(text, first="  ", rest="    ", width=40)
    assert all(columns(line) <= 40 for line in broken)
    assert " ".join(" ".join(broken).split()) == text
    assert all(line.startswith("    ") for line in broken[1:])
    assert wrapped("", first="- ") == ["- "]

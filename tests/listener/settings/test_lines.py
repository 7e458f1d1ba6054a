"""Lines of keys: every path that the parser knows has the line where it was written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from listener.settings.key_lines import Loc, lines_of, nearest

NAMES = st.sampled_from(["a", "b", "c-d", "e_1", '"زين"', '"x.y"', "'q\"'"])
HEADERS = ["[[t]]", "[t.u]", "[[t.v]]", '[ "n"."o" ]', "[m]"]
SIMPLE = [
    *("1", "true", '"x # y"', "'a]b'", '"\\"}"', "2027-02-22"),
    *('"""a\n"b"\n"""', "'''x'\ny'''", '""""q""""'),
]
BREAKS = st.sampled_from(["", "\n", " # ] } , \" '\n", "\n\n"])


@st.composite
def values(draw: st.DrawFn, depth: int = 0) -> str:
    simple = st.sampled_from(SIMPLE)
    kind = draw(st.integers(0, 4 if depth < 2 else 1))
    if kind == 2:
        items = draw(st.lists(values(depth + 1), max_size=3))
        return "[" + ",".join(draw(BREAKS) + item + draw(BREAKS) for item in items) + "]"
    if kind == 3:
        keys = draw(st.lists(NAMES, max_size=3, unique=True))
        return "{" + ", ".join(f"{key} = {draw(values(depth + 2))}" for key in keys) + "}"
    return draw(simple)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = []
    for header in draw(st.lists(st.sampled_from(HEADERS), max_size=6)):
        lines.append(header + draw(BREAKS))
        keys = draw(st.lists(NAMES, max_size=3, unique=True))
        lines += [f"{key} = {draw(values())}{draw(BREAKS)}" for key in keys]
    return "\n".join(lines) + "\n"


def paths(data: Any, at: Loc = ()) -> Iterator[Loc]:
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*at, key))


@given(documents())
def test_every_path_has_a_line_and_no_other_does(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a table written twice
    lines = lines_of(text)
    assert set(lines) == set(paths(data))
    rows = text.split("\n")
    for loc, line in lines.items():
        name = loc[-1]
        if isinstance(name, str):
            assert name in rows[line - 1]


def test_lines_of_tables_lists_and_what_is_not_there() -> None:
    text = '[[brands]]\nname = "a"\nkeywords = [\n  "x",\n  "y"\n]\n[[brands]]\nname = "b"\n'
    lines = lines_of(text)
    assert lines["brands", 0, "keywords", 1] == 5
    assert lines["brands", 1] == 7
    assert lines["brands", 1, "name"] == 8
    assert nearest(lines, ("brands", 1, "query")) == 7
    assert nearest(lines, ("nothing",)) is None

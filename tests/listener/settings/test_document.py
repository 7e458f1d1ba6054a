"""Mistakes of writing: the line, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listener.settings import errors, inspect
from listener.settings.document import read_document


def read(tmp_path: Path, text: str | bytes) -> list[tuple[int | None, str]]:
    path = tmp_path / "rasid.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [(finding.line, finding.code) for finding in read_document(path).findings]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ('a = 1\nزين = "x"\n', 2, "toml_bare_key"),
        ('[people.نورة]\nname = "x"\n', 1, "toml_bare_key"),
        ('[a]\nb.زين = "x"\n', 2, "toml_bare_key"),
        ('café = "x"\n', 1, "toml_bare_key"),
        ("k = { زين = 1 }\n", 1, "toml_bare_key"),
        ("\n\nname = زين\n", 3, "toml_bare_value"),
        ("name = noura # her\n", 1, "toml_bare_value"),
        ("channel = #customer-care\n", 1, "toml_bare_value"),
        ("names = [زين, stc]\n", 1, "toml_bare_value"),
        ("name = “زين”\n", 1, "toml_curly"),
        ("name = «زين»\n", 1, "toml_curly"),
        ('a = 1\nname = "زين\nb = 2\n', 2, "toml_open_quote"),
        ("a = 1\na = 2\n", 2, "toml_twice"),
        ("[a]\n[b]\n[a]\n", 3, "toml_twice"),
        ("a = [1,\n2\n", None, "toml_end"),
        ("a 1\n", 1, "toml_syntax"),
    ],
)
def test_each_mistake_of_writing(tmp_path: Path, text: str, line: int | None, code: str) -> None:
    found = read(tmp_path, text)
    assert code in {c for _, c in found}
    if line is not None:
        assert found[0] == (line, code)


def test_what_only_lacks_quotes_is_read_on(tmp_path: Path) -> None:
    path = tmp_path / "rasid.toml"
    path.write_text("[people.نورة]\nname = نورة الأولى # هي\n[b]\nx = “y”\n", encoding="utf-8")
    document = read_document(path)
    assert document.data == {"people": {"نورة": {"name": "نورة الأولى"}}, "b": {"x": "y"}}
    assert [f.line for f in document.findings] == [1, 2, 4]
    assert 'put it in quotes: "نورة"' in document.findings[0].hint


def test_files_that_are_no_text(tmp_path: Path) -> None:
    assert read(tmp_path, b"a = 1\nb = '\xff'\n") == [(2, "not_utf8")]
    assert read(tmp_path, b"\xef\xbb\xbfa = 1\r\nb = 2\r\n") == []
    assert read(tmp_path, "a = " + "[" * 100_000) in ([(None, "too_deep")], [(1, "toml_end")])
    assert read_document(tmp_path).findings[0].code == "unreadable"
    assert read_document(tmp_path / "none").findings[0].code == "no_file"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.binary(max_size=80),
        st.text(st.sampled_from("ab=[]{}\"'\\\n.,#زين 1“”«»"), max_size=60).map(str.encode),
    )
)
def test_no_file_makes_it_crash(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "rasid.toml"
    path.write_bytes(raw)
    inspected = inspect(path)
    assert errors(inspected.findings)  # none of these names a brand
    for finding in inspected.findings:
        assert finding.say("ar")[0]
        assert finding.say("en")[0]

"""What `rasid check` and `rasid status` say of budgets, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest

from listener.cli import budget_findings
from listener.cli.showing_budgets import show_budgets
from listener.collecting.planning import planned
from listener.collecting.source import Source
from listener.networks.allowance import Allowance, Cost
from listener.networks.base import Read
from listener.settings import Settings
from listener.settings.budgets import Cap, cap, caps
from listener.words import words
from tests.listener.collecting.paid import A_DAY, TAGS, USD, paid

UNTIL = "2026-12-01T00:00:00+00:00"
ONE: dict[str, Any] = {
    "network": "x", "allowance": "usd", "unit": "USD", "used": 12.345, "reserved": 0, "most": 50,
    "per": "month", "until": UNTIL, "planned": None, "stretched": [], "left_out": [],
    "stopped_until": None,
}  # fmt: skip


def found(
    monkeypatch: pytest.MonkeyPatch,
    allowances: dict[str, Allowance],
    cost: Cost,
    reads: Sequence[Read],
    limits: Sequence[Cap] = (),
) -> list[tuple[str, str, dict[str, str]]]:
    kind = paid(allowances, lambda read, page: [cost])
    source = planned(Source(kind(), reads, every=timedelta(minutes=30), caps=limits))  # type: ignore[arg-type]
    monkeypatch.setattr(budget_findings, "sources_of", lambda *_: [source])
    return [(f.code, f.level, dict(f.values)) for f in budget_findings.findings(Settings(), {})]


def test_a_price_that_nothing_bounds_is_told_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ((code, level, values),) = found(
        monkeypatch, {"usd": USD}, Cost("usd", 1.5), [Read("search", "a")]
    )
    assert (code, level, values["unit"]) == ("budget_none", "note", "USD")


def test_a_budget_below_what_one_request_may_take_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ((code, level, values),) = found(
        monkeypatch, {"usd": USD}, Cost("usd", 1.5), [Read("search", "a")], [Cap(1, "USD", "day")]
    )
    assert (code, level, values["least"], values["most"]) == ("budget_small", "warning", "1.5", "1")


def test_tags_that_are_never_asked_for_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = [Read("hashtag", tag) for tag in "abcde"]
    kind = paid({"tags": TAGS}, lambda read, page: [Cost("tags", item=read.target)])
    source = planned(Source(kind(), reads))  # type: ignore[arg-type]
    monkeypatch.setattr(budget_findings, "sources_of", lambda *_: [source])
    (finding,) = budget_findings.findings(Settings(), {})
    assert (finding.code, finding.level, finding.values["texts"]) == (
        "budget_things", "warning", "d, e",
    )  # fmt: skip
    assert [read.target for read in source.reads] == ["a", "b", "c"]


def test_what_is_polled_less_often_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = [Read("search", f"{n}") for n in range(4)]
    ((code, level, values),) = found(monkeypatch, {"units": A_DAY}, Cost("units", 5), reads)
    assert (code, level) == ("budget_stretched", "note")
    assert (values["reads"], values["every"]) == ("4", "30m")


def test_all_that_is_found_has_words_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("none", "small", "things", "stretched", "unit", "uncounted"):
        for language in ("ar", "en"):
            from listener.words import finding_words

            message, hint = finding_words.say(f"budget_{code}", {}, language)
            assert message
            assert hint


@pytest.mark.parametrize(
    ("budget", "english", "arabic"),
    [
        (
            ONE,
            "X, budget: 12.345 of 50 USD used until 1 December 2026, 03:00",
            "ميزانية القراءة من إكس: استُهلك 12.345 من 50 (دولار أمريكي) "
            "وتتجدد 1 ديسمبر 2026، 03:00",
        ),
        (
            {**ONE, "stopped_until": UNTIL, "used": 50},
            "X, budget used up: 50 of 50 USD; reading goes on 1 December 2026, 03:00",
            "نفدت ميزانية القراءة من إكس: استُهلك 50 من 50 (دولار أمريكي) "
            "وتُستأنف القراءة 1 ديسمبر 2026، 03:00",
        ),
        (
            {**ONE, "unit": "requests", "until": None, "per": 86_400.0},
            "X, budget: 12.345 of 50 requests used in the last 1 day",
            "ميزانية القراءة من إكس: استُهلك 12.345 من 50 (طلب) خلال آخر يوم",
        ),
    ],
)
def test_status_says_what_is_used_of_how_much_until_when(
    capsys: pytest.CaptureFixture[str], budget: dict[str, Any], english: str, arabic: str
) -> None:
    riyadh = timezone(timedelta(hours=3))
    for language, line in (("en", english), ("ar", arabic)):
        show_budgets([budget], words(language), riyadh)
        assert capsys.readouterr().out.replace("\u200f", "").strip() == line


def test_status_says_what_is_stretched_once_and_names_what_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stretched = [{"kind": "search", "reads": 8, "every_seconds": 1800, "to_seconds": 10_800}]
    budget = {**ONE, "planned": 7000, "stretched": stretched, "left_out": ["a", "b"]}
    show_budgets([budget, budget], words("en"), UTC)
    lines = capsys.readouterr().out.splitlines()
    assert lines.count("  planned for polls in such a period: 7000") == 2
    assert sum("every 180m" in line for line in lines) == 1
    assert lines[-2:] == [
        "  8 reads of kind search are polled every 180m instead of every 30m",
        "  2 are never asked for, the network allows no more: a; b",
    ]


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [("50 USD", 50, "USD"), ("0.5USD", 0.5, "USD"), (" 9000 units ", 9000, "units")],
)
def test_a_budget_is_a_number_and_what_is_counted(text: str, amount: float, unit: str) -> None:
    assert cap("per_month", text) == Cap(amount, unit, "month")


@pytest.mark.parametrize("text", ["", "much", "50", "USD 50", "50 usd!", "-5 USD", "1e3 USD"])
def test_what_is_no_budget_bounds_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        cap("per_day", text)
    assert caps({"per_day": text}) == ()

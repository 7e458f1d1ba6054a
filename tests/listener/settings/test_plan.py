"""plan.toml: the example is right, and every mistake is found where it stands."""

# ruff: noqa: E501  (one mistake a line)
from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from listener.settings import SettingsError, load
from listener.settings.findings import errors
from listener.settings.plan import inspect_plan, load_plan, plan_beside
from listener.settings.plan_model import change_ratio
from tests.listener.settings.conftest import DATA


def test_the_example_has_no_finding(example: Path) -> None:
    settings = load(example)
    path = plan_beside(example)
    assert inspect_plan(path, settings).findings == ()
    plan = load_plan(path, settings)
    assert plan.goals[0].target.at_least == 3
    assert plan.goals[0].target.each is not None
    assert plan.goals[0].target.each.after == timedelta(days=7)
    assert plan.mix[0].shares == {"promotes": 0.33, "ideas": 0.33, "personal": 0.34}
    assert plan.mix[0].rules["personal"].hashtag == "فريقنا"
    assert plan.periods[0].holds(date(2026, 3, 19))
    assert not plan.periods[0].holds(date(2026, 3, 20))
    assert plan.experiments[0].a == {"media": "video"}


@pytest.mark.parametrize(
    ("right", "wrong", "path", "code"),
    [
        ('brand = "زين"', 'brand = "زبن"', "goals[0].brand", "unknown_brand"),
        ('why = "engagement"', 'why = "fame"', "goals[0].why", "not_one_of"),
        ('why = "engagement"', "", "goals[0].why", "needed"),
        ('measure = "posts"', 'measure = "post"', "goals[0].measure", "unknown_measure"),
        ('media = "photo" }', 'medium = "photo" }', "goals[0].where.medium", "match_key"),
        ('media = "photo" }', 'dialect = "iraqi" }', "goals[0].where.dialect", "match_choice"),
        ("at_least = 3, each", "each", "goals[0].target.each.after", ""),
        ("{ at_least = 400 }", "{ }", "goals[3].target", "target_none"),
        ("{ at_least = 400 }", "{ at_least = 4, at_most = 3 }", "goals[3].target.at_least", "target_bounds"),
        ("{ at_least = 400 }", '{ at_least = 4, change = "+1%" }', "goals[3].target", "target_mixed"),
        ("{ at_least = 400 }", '{ at_least = "4" }', "goals[3].target.at_least", "not_number"),
        ('change = "+10%", ', "", "goals[1].target", "target_pair"),
        ('"+10%"', '"10"', "goals[1].target.change", "change"),
        ('"last month"', '"last moon"', "goals[1].target.against", "against"),
        ('per = "week"', 'per = "fortnight"', "goals[0].per", "not_one_of"),
        ('owner = "noura"', 'owner = "nora"', "goals[0].owner", "unknown_person"),
        ('start = "2026-12-01"', 'start = "2027-12-01"', "goals[0].until", "dates_order"),
        ('start = "2026-12-01"', 'start = "1/12/2026"', "goals[0].start", "day"),
        ("personal = 0.34 }", "personal = 0.44 }", "mix[0].shares", "shares"),
        ("personal = 0.34 }", "personal = 2 }", "mix[0].shares.personal", "not_between"),
        ("rules = { promotes", "rules = { promos", "mix[0].rules.promos", "rule_share"),
        ('to = "2026-03-19"', 'to = "2025-03-19"', "periods[0].to", "dates_order"),
        ('b = { media = "photo" }', 'b = { media = "video" }', "experiments[0].b", "same_sides"),
        ("[[mix]]", "[[mixx]]", "mixx", "unknown_key"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_finding(
    tmp_path: Path, example: Path, right: str, wrong: str, path: str, code: str
) -> None:
    text = (DATA / "plan.toml").read_text(encoding="utf-8")
    assert right in text
    plan = tmp_path / "plan.toml"
    plan.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    found = inspect_plan(plan, load(example)).findings
    assert [(f.path, f.code) for f in found] == ([(path, code)] if code else [])
    if code:
        assert found[0].line
        with pytest.raises(SettingsError):
            load_plan(plan, load(example))


def test_fewer_than_three_goals_is_a_warning(tmp_path: Path, example: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("")
    found = inspect_plan(plan, load(example)).findings
    assert [(f.code, f.level) for f in found] == [("few_goals", "warning")]
    assert errors(found) == []
    assert load_plan(plan, load(example)).goals == ()


def test_changes() -> None:
    assert change_ratio("+10%") == pytest.approx(1.1)
    assert change_ratio("-5%") == pytest.approx(0.95)
    with pytest.raises(ValueError, match="needed"):
        change_ratio("10")

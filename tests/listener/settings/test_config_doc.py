"""docs/config.md describes every key with its default, and no key that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from listener.networks import BUILT, about
from listener.networks.capabilities import every_text
from listener.settings import model, plan_model
from listener.settings.checks_plan import MEASURES
from listener.settings.checks_routes import MATCH_KEYS
from listener.settings.networks import NAMES
from tests.listener.settings.described import default_of, option_default

PAGE = (Path(__file__).parents[3] / "docs" / "config.md").read_text(encoding="utf-8")
SECTIONS = {
    "[service]": model.Service,
    "[storage]": model.Storage,
    "[retention]": model.Retention,
    "[[brands]]": model.BrandSettings,
    "[[brands.accounts]]": model.AccountSettings,
    "summary of a brand": model.BrandSummary,
    "[people.KEY]": model.PersonSettings,
    "[networks.NAME]": model.NetworkSettings,
    "[classifiers] sentiment": model.SentimentSettings,
    "[classifiers] intent": model.IntentSettings,
    "[classifiers] relevance": model.RelevanceSettings,
    "[classifiers] bias": model.BiasSettings,
    "[channels.KEY]": model.ChannelSettings,
    "[[routes]]": model.Route,
    "escalate of a route": model.Escalation,
    "[hours]": model.Hours,
    "[[hours.periods]]": model.HoursPeriod,
    "[[quiet]]": model.Quiet,
    "[storms]": model.Storms,
    "[[replies]]": model.Reply,
    "[review]": model.Review,
    "[summary]": model.SummaryTimes,
    "[[goals]]": plan_model.Goal,
    "target of a goal": plan_model.Target,
    "each of a target": plan_model.Each,
    "[[mix]]": plan_model.Mix,
    "rules of a mix": plan_model.MixRule,
    "[[periods]]": plan_model.Period,
    "[[experiments]]": plan_model.Experiment,
}


def rows(title: str) -> dict[str, str]:
    """Key to default, as the table of the section says."""
    section = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^#|\Z)", PAGE, re.S | re.M)
    assert section, f"no section {title}"
    found = re.findall(r"^\| `([^`]+)` \| (.*?) \| (.+) \|$", section[1], re.M)
    assert all(len(meaning) > 3 for _, _, meaning in found)
    return {key: default for key, default, _ in found}


@pytest.mark.parametrize("title", SECTIONS)
def test_every_key_and_its_default(title: str) -> None:
    fields = SECTIONS[title].model_fields
    assert rows(title) == {
        field.alias or name: default_of(field) for name, field in fields.items() if name != "days"
    }


def test_every_model_has_a_section() -> None:
    parents = {"Part", "_Days", "Settings", "Classifiers", "Plan"}
    models = {
        found
        for module in (model, plan_model)
        for name, found in vars(module).items()
        if isinstance(found, type)
        and issubclass(found, BaseModel)
        and found is not BaseModel
        and name not in parents
    }
    assert models == set(SECTIONS.values())


@pytest.mark.parametrize("network", NAMES)
def test_every_option_of_every_network(network: str) -> None:
    known = about(network)
    title = f"networks.{network}" + ("" if network in (*BUILT, "webhook") else " (not yet)")
    needs = {key: "*needed*" if need == "needed" else "–" for key, need in known.secrets.items()}
    options = {key: option_default(option) for key, option in known.options.items()}
    assert rows(title) == needs | options
    assert f"Read every {every_text(known)} where" in PAGE or not known.every


def test_lists_that_a_value_is_chosen_from() -> None:
    for word in (*MATCH_KEYS, *MEASURES):
        assert f"`{word}`" in PAGE

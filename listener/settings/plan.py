"""plan.toml to a ``Plan``, read as rasid.toml is, and beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from listener.settings.checks_plan import check_plan
from listener.settings.document import read_document
from listener.settings.findings import Finding, SettingsError, errors, unique
from listener.settings.model import Settings
from listener.settings.plan_model import Goal, Plan, Target
from listener.settings.shapes import shape

PLAN_NAME = "plan.toml"


@dataclass(frozen=True, slots=True)
class InspectedPlan:
    """``plan`` is None where the shape is wrong; with it there may still be errors."""

    plan: Plan | None
    findings: tuple[Finding, ...]


def load_plan(path: Path, settings: Settings) -> Plan:
    """The plan in ``path``, whose brands and owners ``settings`` names.

    Raises SettingsError with all findings where there is at least one error.
    """
    inspected = inspect_plan(path, settings)
    if inspected.plan is None or errors(inspected.findings):
        raise SettingsError(path, inspected.findings, language=settings.service.language)
    return inspected.plan


def inspect_plan(path: Path, settings: Settings | None) -> InspectedPlan:
    """As ``load_plan``, with warnings and notes, and never raising for what is in the file.

    Without ``settings`` brands and owners are taken as they are.
    """

    document = read_document(path)
    plan = None
    if document.readable:
        shaped = shape(document, Plan, document.data)
        if shaped.value is not None:
            before = len(document.findings)
            check_plan(document, shaped.value, settings)
            document.findings[before:] = shaped.beside(document.findings[before:])
        plan = None if shaped.wrong else shaped.value
    ordered = sorted(document.findings, key=lambda f: f.line or 0)
    return InspectedPlan(plan, unique(ordered))


def plan_beside(config: Path) -> Path:
    """Where the plan of the configuration ``config`` is, whether it is there or not."""
    return config.absolute().parent / PLAN_NAME


__all__ = [
    "PLAN_NAME",
    "Goal",
    "InspectedPlan",
    "Plan",
    "Target",
    "inspect_plan",
    "load_plan",
    "plan_beside",
]

"""`rasid check`: everything that can be said of a configuration without asking any network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from listener.checking import terms
from listener.checking.models import findings as model_findings
from listener.checking.pushes import findings as push_findings
from listener.checking.unoffered import findings as unoffered_findings
from listener.checking.unread import findings as unread_findings
from listener.checking.unsearched import findings as unsearched_findings
from listener.matching.matcher import is_common_word
from listener.settings.findings import Finding, errors
from listener.settings.idle import idle_notes, idle_plan
from listener.settings.keeping import findings as kept_findings
from listener.settings.load import Inspected, inspect
from listener.settings.model import Settings
from listener.settings.plan import inspect_plan, plan_beside
from listener.settings.secrets import missing_secrets
from listener.words import check_words as words_check

Language = Literal["ar", "en"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file's findings, in the order of its lines."""

    path: Path
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """``settings`` is None where the file's shape is wrong."""

    settings: Settings | None
    files: tuple[FileReport, ...]
    language: Language

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for file in self.files for finding in file.findings)

    @property
    def exit_code(self) -> int:
        """1 where the service would not start as it should, else 0."""
        return 1 if errors(self.findings) else 0

    @property
    def usable(self) -> Settings | None:
        """The settings where nothing in their own file is wrong but a missing secret."""
        wrong = [f for f in errors(self.files[0].findings) if f.code != "missing_secret"]
        return None if wrong else self.settings


def check(
    config: Path,
    *,
    is_common: Callable[[str], bool] = is_common_word,
    more: Callable[[Settings, Mapping[str, int]], Sequence[Finding]] | None = None,
) -> Checked:
    """Reads ``config``, and the plan beside it if there is one. Never raises for what is in them.

    ``is_common`` tells everyday words. ``more``: what others know of settings without an error,
    given the lines of ``settings.load.Inspected``.
    """
    inspected = inspect(config)
    findings = list(inspected.findings)
    settings = inspected.settings
    if inspected.partial is not None:
        findings += _secrets(inspected, inspected.partial)
        findings += model_findings(inspected.partial, inspected.lines)
    if settings is not None:
        findings += _common(inspected, settings, is_common)
        findings += terms.findings(settings, inspected.lines)
        findings += idle_notes(settings, inspected.lines)
        findings += unsearched_findings(settings, inspected.lines)
        findings += unread_findings(settings, inspected.lines)
        findings += unoffered_findings(settings, inspected.lines)
        findings += kept_findings(settings, inspected.lines)
        findings += push_findings(settings, inspected.lines)
        if more is not None and not errors(inspected.findings):
            findings += more(settings, inspected.lines)
    files = [FileReport(config, _ordered(findings))]
    plan = plan_beside(config)
    if plan.exists():
        of_plan = inspect_plan(plan, settings).findings
        files.append(FileReport(plan, _ordered([*of_plan, idle_plan(plan.name)])))
    return Checked(settings, tuple(files), inspected.language)


def report(checked: Checked, *, language: Language | None = None, isolate: bool = False) -> str:
    """The findings for a person: each file, each finding on lines of its own, then a count.

    ``language`` is the service's when None; ``isolate`` marks the direction of quoted values, for
    a terminal that shows both.
    """
    language = language or checked.language
    lines: list[str] = []
    for file in checked.files:
        lines.append(words_check.say("file", language, isolate=isolate, name=file.path.name))
        for finding in file.findings:
            lines += _lines(finding, language, isolate)
    count = dict.fromkeys(("error", "warning", "note"), 0)
    for finding in checked.findings:
        count[finding.level] += 1
    summary = "count" if count["error"] or count["warning"] else "all_well"
    lines.append(
        words_check.say(
            summary,
            language,
            errors=str(count["error"]),
            warnings=str(count["warning"]),
            notes=str(count["note"]),
        )
    )
    return "\n".join(lines)


def _lines(finding: Finding, language: Language, isolate: bool) -> list[str]:
    message, hint = finding.say(language, isolate=isolate)
    key = finding.level if finding.line is None else f"{finding.level}_line"
    head = words_check.say(
        key, language, isolate=isolate, path=finding.path, line=str(finding.line)
    )
    return [f"  {head} {message}", *([f"    {hint}"] if hint else [])]


def _secrets(inspected: Inspected, settings: Settings) -> list[Finding]:
    return [
        Finding(
            missing.path,
            "missing_optional" if missing.optional else "missing_secret",
            inspected.lines.get(missing.path),
            {"name": missing.name},
            "note" if missing.optional else "error",
        )
        for missing in missing_secrets(settings)
    ]


def _common(
    inspected: Inspected, settings: Settings, is_common: Callable[[str], bool]
) -> list[Finding]:
    """Everyday words as keywords, where no context says when the brand is meant."""
    findings = []
    for i, brand in enumerate(settings.brands):
        for j, keyword in enumerate(() if brand.context else brand.keywords):
            if is_common(keyword):
                path = f"brands[{i}].keywords[{j}]"
                values = {"given": keyword, "brand": brand.name}
                line = inspected.lines.get(path)
                findings.append(Finding(path, "common_word", line, values, "warning"))
    return findings


def _ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """By line; what is said of the file as a whole comes first, but for notes: those come last."""
    return tuple(
        sorted(findings, key=lambda f: (f.line is None and f.level == "note", f.line or 0))
    )

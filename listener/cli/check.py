"""`rasid check`: is the configuration right, and what would it do with a pasted text?"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from alerts.deciding.decide import decide as alerts_decide
from alerts.deciding.dialects import sure_dialect
from alerts.deciding.directed import handles_in, is_directed, own_names
from alerts.deciding.facts import Facts
from classifiers.labels import NEEDS_AT, Classifier, Label, needs_threshold
from listener.checking.check import Checked, report
from listener.checking.check import check as check_files
from listener.checking.explain import Decide, Outcome, explain, explanation
from listener.cli.budget_findings import findings as budgets
from listener.cli.call import Call
from listener.cli.checking_online import as_rows, ask, show
from listener.cli.late_reads import findings as late_reads
from listener.cli.online_rows import to_mend
from listener.cli.sending import send_test
from listener.matching.matcher import Matcher
from listener.records import Brand, Mention
from listener.settings import MissingSecretError, Settings
from listener.settings.brands import brands_of
from listener.settings.findings import Finding


@click.command()
@click.option("--text", help="A text to explain: what matches, its label, its route.")
@click.option("--send", metavar="CHANNEL", help="Post one card there, marked as a test.")
@click.option("--online", is_flag=True, help="Try every network; nothing is stored.")
@click.option("--json", "as_json", is_flag=True, help="Findings as JSON.")
@click.option("--plain", is_flag=True, help="No direction marks.")
@click.pass_obj
def check(
    call: Call, text: str | None, send: str | None, online: bool, as_json: bool, plain: bool
) -> None:
    """Validate everything; no network is asked but with --online. Exit code 1 where something must
    be mended."""
    call.must_exist()
    checked = check_files(call.config, more=_more)
    isolate = sys.stdout.isatty() and not plain
    tried = ask(checked, quiet=as_json) if online else None
    if as_json:
        found: Any = _rows(checked)
        if online:
            found = {"findings": found, "networks": as_rows(checked, tried)}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo(report(checked, isolate=isolate))
        if online:
            show(checked, tried, isolate=isolate)
    if text is not None and not as_json:
        settings = checked.usable
        if settings is not None:
            click.echo(_explained(text, settings, isolate))
    if send is not None and checked.usable is not None:
        try:
            asyncio.run(send_test(checked.usable, send))
        except MissingSecretError as error:
            raise click.ClickException(f"{send}: {error} is not set") from None
    raise SystemExit(1 if tried is not None and to_mend(tried) else checked.exit_code)


def _more(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    return [*late_reads(settings, lines), *budgets(settings, lines)]


def _rows(checked: Checked) -> list[dict[str, Any]]:
    rows = []
    for file in checked.files:
        for finding in file.findings:
            message, hint = finding.say(checked.language)
            rows.append(
                {
                    "file": file.path.name,
                    "line": finding.line,
                    "path": finding.path,
                    "level": finding.level,
                    "code": finding.code,
                    "message": message,
                    "hint": hint,
                }
            )
    return rows


def _explained(text: str, settings: Settings, isolate: bool) -> str:
    brands = brands_of(settings)
    classifier = _classifier(settings)
    explained = explain(
        text,
        brands,
        matcher=Matcher(brands),
        classifier=classifier,
        decide=decider(settings, needs_at=needs_threshold(classifier)),
        now=datetime.now(UTC),
    )
    return explanation(explained, language=settings.service.language, isolate=isolate)


def _classifier(settings: Settings) -> Classifier:
    """The configured one; where it cannot be loaded (a machine without torch) the word list."""
    from classifiers import load
    from listener.cli.models import configured

    try:
        return configured(settings)
    except (ImportError, OSError, ValueError) as error:
        click.echo(f"{error}; the word list labels instead", err=True)
        return load("lexicon")


def decider(settings: Settings, *, needs_at: float = NEEDS_AT) -> Decide:
    """``alerts.deciding.decide`` over the routes of ``settings``, for a text in no store.
    needs_at: the threshold of the model that labels."""
    own = own_names(brands_of(settings))

    def decide(mention: Mention, brand: Brand, label: Label, *, now: datetime) -> Outcome:
        facts = Facts(
            mention_id=0,
            brand_id=0,
            brand=brand.name,
            brand_role=brand.role,
            revision=1,
            network=mention.network,
            native_id=mention.id,
            kind=mention.kind,
            created_at=mention.created_at or now,
            created_known=mention.created_at is not None,
            directed=is_directed(
                mention.kind,
                handles_in(mention.text, mention.mentions),
                own.get(brand.name, frozenset()),
                continues=mention.parent_id is not None,
            ),
            hashtags=mention.hashtags,
            language=label.language,
            dialect=sure_dialect(label.dialect, label.dialect_probability),
            sentiment=label.sentiment,
            probability=getattr(label.probabilities, label.sentiment),
            intent=label.intent,
            needs_response=label.needs_response,
            needs_probability=label.needs_probability,
            needs_at=needs_at,
            urgency=label.urgency,
        )
        decision = alerts_decide(
            facts,
            settings.routes,
            now=now,
            alert_within=settings.service.alert_within,
            min_confidence=settings.classifiers.sentiment.min_confidence,
        )
        tried = tuple((route, condition) for route, condition in decision.detail.get("tried", ()))
        shifted = decision.detail.get("directed", {}).get("shifted")
        return Outcome(decision.reason.value, decision.route, decision.channel, tried, shifted)

    return decide

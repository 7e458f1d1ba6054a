"""What the options said that every command takes, handed to it."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

import click

from listener.logs.setup import hide
from listener.settings import Settings
from listener.settings.document import read_document
from listener.settings.findings import SettingsError, errors
from listener.settings.load import inspect, load
from listener.settings.plan import PLAN_NAME, load_plan
from listener.settings.secrets import known_values, missing_secrets
from listener.words import Language

log = logging.getLogger(__name__)

ACCEPTED = "RASID_ACCEPTED"
"""Names the copy of rasid.toml that `rasid run` accepted, for the processes that it starts: one
that is started again must not meet a file that was refused since."""


@dataclass(slots=True)
class Call:
    config: Path

    @property
    def language(self) -> Language:
        """The service's, as far as the file can be read at all; else English, as all else is said
        that nobody could ask about."""
        try:
            data = read_document(self.config).data
        except OSError:
            return "en"
        service = data.get("service")
        if not data or not isinstance(service, dict):
            return "ar" if data else "en"
        return "en" if service.get("language") == "en" else "ar"

    def must_exist(self) -> None:
        """The end, with what to do, where there is no such file."""
        if not self.config.exists():
            raise click.ClickException(
                f"{self.config} is not there. Write one with: rasid init\n"
                "Or name yours with: rasid --config PATH …"
            )

    def settings(self) -> Settings:
        """The settings, or the end: every error on stderr, exit code 1."""
        self.must_exist()
        try:
            accepted = os.environ.get(ACCEPTED)
            settings = load(self.config, accepted=Path(accepted) if accepted else None)
        except SettingsError as error:
            click.echo(str(error), err=True)
            raise SystemExit(1) from None
        hide(known_values(settings))
        return settings

    def ready_settings(self) -> Settings:
        """The same, with every secret that is needed in its place; what is missing is told beside
        the errors, not after they were mended."""
        self.must_exist()
        accepted = os.environ.get(ACCEPTED)
        inspected = inspect(self.config, accepted=Path(accepted) if accepted else None)
        missing = _missing(inspected.partial) if inspected.partial is not None else []
        if missing:
            wrong = [f"  {finding}" for finding in errors(inspected.findings)]
            lines = [*wrong, *(f"  {line}" for line in missing)]
            click.echo(f"{self.config.name}: {len(lines)} to mend", err=True)
            for line in lines:
                click.echo(line, err=True)
            raise SystemExit(1)
        return self.settings()

    def reread(self) -> Settings | None:
        """The settings as the file has them now; None, with every error in the log, where they
        cannot be used: then those from before go on."""
        try:
            settings = load(self.config)
            plan = self.config.parent / PLAN_NAME
            if plan.exists():
                load_plan(plan, settings)
            wrong = _missing(settings)
        except SettingsError as error:
            wrong = [f"{error.path.name}: {finding}" for finding in errors(error.findings)]
        except OSError as error:
            wrong = [str(error)]
        if wrong:
            log.error("the new configuration is refused, the one before goes on; to mend:")
            for line in wrong:
                log.error("%s", line)
            return None
        hide(known_values(settings))
        return settings


def _missing(settings: Settings) -> list[str]:
    needed = (secret for secret in missing_secrets(settings) if not secret.optional)
    return [f"{secret.path}: {secret.name} is not set" for secret in needed]

"""What the options in front of the command said, handed to every command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from listener.log import hide
from listener.settings import Settings
from listener.settings.findings import SettingsError
from listener.settings.load import load
from listener.settings.secrets import known_values, missing_secrets


@dataclass(slots=True)
class Call:
    config: Path

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
            settings = load(self.config)
        except SettingsError as error:
            click.echo(str(error), err=True)
            raise SystemExit(1) from None
        hide(known_values(settings))
        return settings

    def ready_settings(self) -> Settings:
        """The same, with every secret that is needed in its place."""
        settings = self.settings()
        missing = [secret for secret in missing_secrets(settings) if not secret.optional]
        for secret in missing:
            click.echo(f"{secret.path}: {secret.name} is not set", err=True)
        if missing:
            raise SystemExit(1)
        return settings

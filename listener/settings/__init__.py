"""rasid.toml and plan.toml, read into frozen settings; every error at once, each with its path."""

from __future__ import annotations

from listener.settings.model import Settings
from listener.settings.values import MissingSecretError, Rate, Secret

__all__ = ["MissingSecretError", "Rate", "Secret", "Settings"]

"""rasid.toml and plan.toml, read into frozen settings; every error at once, each with its path."""

from __future__ import annotations

from listener.settings.brands import brands_of
from listener.settings.findings import Finding, SettingsError, errors
from listener.settings.load import Inspected, inspect, load
from listener.settings.model import Settings
from listener.settings.places import database_url, redis_url, socket_path
from listener.settings.secrets import MissingSecret, known_values, missing_secrets
from listener.settings.values import MissingSecretError, Rate, Secret

__all__ = [
    "Finding",
    "Inspected",
    "MissingSecret",
    "MissingSecretError",
    "Rate",
    "Secret",
    "Settings",
    "SettingsError",
    "brands_of",
    "database_url",
    "errors",
    "inspect",
    "known_values",
    "load",
    "missing_secrets",
    "redis_url",
    "socket_path",
]

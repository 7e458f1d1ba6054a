"""Which secrets the settings name, which are not there, and which are needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from listener.networks import about
from listener.settings.model import Settings
from listener.settings.networks import NAMES, SECRETS
from listener.settings.values import MissingSecretError, Secret


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """``path``: where the settings name it. ``optional``: what names it works without it too."""

    path: str
    secret: Secret
    optional: bool = False


@dataclass(frozen=True, slots=True)
class MissingSecret:
    """``name`` as it is written: ``env:NAME`` or ``file:PATH``."""

    path: str
    name: str
    optional: bool = False


def named_secrets(settings: Settings) -> list[NamedSecret]:
    """Every secret in use. A network that is not enabled uses none."""
    return list(_named(settings))


def missing_secrets(settings: Settings) -> list[MissingSecret]:
    """Those whose variable or file is absent or empty, each name once, as the files stand now.

    A name that one place needs and another could do without is needed.
    """
    missing: dict[str, MissingSecret] = {}
    for named in named_secrets(settings):
        if named.secret.present():
            continue
        before = missing.get(named.secret.name)
        if before is None or (before.optional and not named.optional):
            missing[named.secret.name] = MissingSecret(
                named.path, named.secret.name, named.optional
            )
    return list(missing.values())


def known_values(settings: Settings) -> list[str]:
    """The secrets themselves, for what must never print them (``listener.logs.setup``)."""
    values = []
    for named in named_secrets(settings):
        try:
            values.append(named.secret.reveal())
        except MissingSecretError:
            continue
    return sorted(set(values), key=len, reverse=True)


def storage_secret(settings: Settings, value: str) -> Secret:
    """``env:NAME`` or ``file:PATH`` in [storage]; a relative path starts at the file."""
    return Secret.parse(value, settings.path.parent if settings.path else Path())


def _named(settings: Settings) -> Iterator[NamedSecret]:
    storage = settings.storage
    for key, plain in (("database", ("sqlite",)), ("redis", ("embedded", "none"))):
        value = getattr(storage, key)
        if value not in plain:
            yield NamedSecret(f"storage.{key}", storage_secret(settings, value))
    for name, network in settings.networks.items():
        if not network.enabled or name not in NAMES:
            continue
        known = about(name)
        for key in SECRETS:
            secret = getattr(network, key)
            if secret is not None:
                optional = known.secrets.get(key, "optional") == "optional"  # else: it pushes
                yield NamedSecret(f"networks.{name}.{key}", secret, optional)
        for key, value in network.options.items():
            if isinstance(value, Secret):
                yield NamedSecret(f"networks.{name}.{key}", value, not known.options[key].needed)
    for name, channel in settings.channels.items():
        for key in ("token", "app_token", "signing_secret", "url"):
            secret = getattr(channel, key)
            if secret is not None:
                yield NamedSecret(f"channels.{name}.{key}", secret)

"""What the settings name for one network, read anew each time: a file may have been replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from listener.networks.oauth import NEEDED, OAuth
from listener.records import Credential


class NamedSecrets(Protocol):
    """``listener.settings.values.Secret``, or a value that is known."""

    def reveal(self) -> str:
        """Raises LookupError where it is not there."""
        ...


@dataclass(frozen=True, slots=True)
class KnownValues:
    """A value in hand."""

    value: str = field(repr=False)

    def reveal(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Seed:
    """``named``: by its key in the section (token, key, refresh_token, client_id, client_secret).
    ``oauth`` and ``token_url``: how it is renewed, where it is."""

    network: str
    named: Mapping[str, NamedSecrets]
    oauth: OAuth | None = None
    token_url: str = ""

    @classmethod
    def of(cls, credential: Credential) -> Seed:
        """A credential that never changes."""
        named = {key: KnownValues(value) for key, value in credential.values.items()}
        return cls(credential.network, named)

    @property
    def replaceable(self) -> bool:
        """Whether a value may change while we run: one from a file."""
        return any(
            getattr(secret, "name", "").startswith("file:") for secret in self.named.values()
        )

    def values(self, before: Mapping[str, str] | None = None) -> dict[str, str]:
        """What is there now. ``before``: what was there last; a file that is just being replaced
        keeps its value meanwhile."""
        revealed: dict[str, str] = {}
        for key, secret in self.named.items():
            try:
                revealed[key] = secret.reveal()
            except LookupError:
                if before is not None and key in before:
                    revealed[key] = before[key]
        return revealed

    def renews(self, values: Mapping[str, str]) -> bool:
        """Whether ``values`` are enough to renew a token with."""
        return self.oauth is not None and all(values.get(key) for key in NEEDED[self.oauth.flow])


def mark_of(values: Mapping[str, str]) -> str:
    """Names configured values without telling them: 16 hex digits."""
    return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]

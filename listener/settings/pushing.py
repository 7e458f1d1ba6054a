"""Which networks may push, and the address that they call: ``service.public`` + ``/push/NAME``."""

from __future__ import annotations

from urllib.parse import urlsplit

from listener.networks import about
from listener.settings.model import Settings
from listener.settings.networks import NAMES

PLACE = "/push/"
"""Where networks call us, below ``service.public``; their name follows."""


def is_public_address(text: str) -> bool:
    """Whether networks can call ``text``: https, a host, no sign-in, query or fragment. A path is
    what a proxy before us takes away."""
    try:
        parts = urlsplit(text.strip())
        odd = parts.username is not None or parts.query or parts.fragment
        return parts.scheme == "https" and bool(parts.hostname) and not odd and parts.port != 0
    except ValueError:
        return False


def offers(name: str) -> bool:
    """Whether the network ``name`` pushes at all."""
    return name in NAMES and about(name).pushes is not None


def lacking(settings: Settings, name: str) -> str | None:
    """The key without which the network ``name`` cannot push to us; None where it can."""
    if settings.service.public is None:
        return "service.public"
    section = settings.networks.get(name)
    return None if section is not None and section.secret is not None else f"networks.{name}.secret"


def callback(settings: Settings, name: str) -> str | None:
    """The address that the network ``name`` is to call; None where it is not to push, or cannot.
    Whether its secret has a value is looked at when a push comes."""
    section = settings.networks.get(name)
    if section is None or not section.enabled or section.push is False or not offers(name):
        return None
    if lacking(settings, name) is not None:
        return None
    return (settings.service.public or "").strip().rstrip("/") + PLACE + name

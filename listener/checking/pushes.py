"""What `check` says of networks that can push: the address to enter in their console, and what is
missing where they could."""

from __future__ import annotations

from collections.abc import Mapping

from listener.networks import BUILT, about
from listener.networks.signatures import verify_token
from listener.settings.findings import Finding, printable
from listener.settings.model import NetworkSettings, Settings
from listener.settings.pushing import callback, lacking, offers
from listener.settings.values import MissingSecretError


def findings(settings: Settings, lines: Mapping[str, int]) -> list[Finding]:
    """A note with the address, a warning with what is missing; one note for all where there is no
    public address. ``lines``: as of ``settings.load.Inspected``."""
    language, found, possible = settings.service.language, list[Finding](), list[str]()
    for name, section in settings.networks.items():
        if not section.enabled or section.push is False or name not in BUILT or not offers(name):
            continue
        called, at = about(name).called(language), f"networks.{name}"
        line = lines.get(at)
        address, lack = callback(settings, name), lacking(settings, name)
        if address is not None:
            found.append(_address(name, section, address, settings, line))
        elif section.push or (lack == "service.public" and section.secret is None):
            possible += [] if section.push else [called]  # push = true: an error of its own
        else:
            values = {"network": called, "key": lack or ""}
            found.append(Finding(at, "push_missing", line, values, "warning"))
    if possible:
        comma = "، " if language == "ar" else ", "
        values = {"networks": comma.join(map(printable, possible))}
        found.append(Finding("service", "push_possible", None, values, "note"))
    return found


def _address(
    name: str, section: NetworkSettings, address: str, settings: Settings, line: int | None
) -> Finding:
    language, known = settings.service.language, about(name)
    console = known.pushes
    where = (console.arabic if language == "ar" else console.english) if console else ""
    values = {"network": known.called(language), "address": address}
    if not where:
        return Finding(f"networks.{name}", "push_itself", line, values, "note")
    values["where"] = where.replace("{address}", address).replace("{token}", _token(section))
    return Finding(f"networks.{name}", "push_console", line, values, "note")


def _token(section: NetworkSettings) -> str:
    """The verify token; … while the secret that it is made of is not there (told by itself)."""
    try:
        return verify_token(section.secret.reveal()) if section.secret else "…"
    except MissingSecretError:
        return "…"

"""rasid.toml to ``Settings``, or to everything that is wrong with it at once."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from listener.networks import BUILT
from listener.settings.checks import check_brands, check_service
from listener.settings.checks_networks import check_networks
from listener.settings.checks_routes import check_channels, check_routes
from listener.settings.document import Document, read_document
from listener.settings.findings import Finding, SettingsError, errors, listed, place, unique
from listener.settings.installed import with_defaults
from listener.settings.model import Settings
from listener.settings.shapes import shape


@dataclass(frozen=True, slots=True)
class Inspected:
    """``settings`` is None where the shape is wrong; with it there may still be errors.
    ``partial``: them, or what could be made of the file without what is wrong (None: nothing), for
    what is said beside the errors.

    ``lines``: where each path, written as in findings, stands in the file, from 1.
    """

    settings: Settings | None
    findings: tuple[Finding, ...]
    language: Literal["ar", "en"]
    lines: Mapping[str, int] = field(default_factory=dict)
    partial: Settings | None = None


def load(path: Path, *, accepted: Path | None = None) -> Settings:
    """The settings in ``path``; paths in them are absolute, feed files are read into addresses.
    ``accepted``: a copy that is read in its place; relative paths start at ``path`` all the same.

    Raises SettingsError with all findings where there is at least one error.
    """
    inspected = inspect(path, accepted=accepted)
    if inspected.settings is None or errors(inspected.findings):
        raise SettingsError(path, inspected.findings, language=inspected.language)
    return inspected.settings


def inspect(
    path: Path, *, built: Collection[str] | None = None, accepted: Path | None = None
) -> Inspected:
    """As ``load``, with warnings and notes, and never raising for what is in the file. ``built``
    names the networks that can be read (those of this version when None)."""
    document = read_document(path, accepted=accepted)
    settings = partial = None
    if document.readable:
        settings, partial = _settings(document, built)
    ordered = sorted(document.findings, key=lambda f: f.line or 0)
    lines = {place(loc): line for loc, line in document.lines.items()}
    return Inspected(settings, unique(ordered), _language(document.data), lines, partial)


def _settings(
    document: Document, built: Collection[str] | None
) -> tuple[Settings | None, Settings | None]:
    data = with_defaults(document.data, document.base, os.environ)
    if "path" in data:  # the model's own field, not the user's
        keys = [name for name in Settings.model_fields if name != "path"]
        document.find(("path",), "unknown_key", key="path", known=listed(keys), near="")
        del data["path"]
    data["networks"] = check_networks(document, data.get("networks", {}), _built(built))
    shaped = shape(document, Settings, data)
    settings = shaped.value
    if settings is None:
        return None, None
    before = len(document.findings)
    service = settings.service
    service = service.model_copy(update={"data": (document.base / service.data.expanduser())})
    settings = settings.model_copy(update={"service": service, "path": document.path})
    check_service(document, settings)
    check_brands(document, settings)
    check_channels(document, settings)
    check_routes(document, settings)
    document.findings[before:] = shaped.beside(document.findings[before:])
    return (None if shaped.wrong else settings), settings


def _built(names: Collection[str] | None) -> Collection[str]:
    if names is not None:
        return names
    return (*BUILT, "webhook")


def _language(data: dict[str, Any]) -> Literal["ar", "en"]:
    service = data.get("service")
    language = service.get("language") if isinstance(service, dict) else None
    return "en" if language == "en" else "ar"

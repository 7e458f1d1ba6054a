"""What an installed service has from its place, where its file says nothing: so that one file runs
from a folder, under the shipped systemd units and in the shipped containers as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

ETC, STATE = Path("/etc/rasid"), Path("/var/lib/rasid")
"""A file in the former keeps its data in the latter (Filesystem Hierarchy Standard 3.0, 3.7, 5.8);
the former belongs to root, and to nobody else."""
FROM_ENVIRONMENT: Mapping[str, tuple[str, str]] = {
    "RASID_LISTEN": ("service", "listen"),
    "RASID_DATABASE": ("storage", "database"),
    "RASID_REDIS": ("storage", "redis"),
}
"""What deploy/compose.yaml sets. A key that the file has counts before them."""


def with_defaults(
    data: Mapping[str, Any], base: Path, environment: Mapping[str, str]
) -> dict[str, Any]:
    """``data`` of a file in the folder ``base`` with what its place adds; what is no table there is
    left for the model to refuse."""
    places = {"data": str(STATE)} if base == ETC else {}
    added: dict[str, dict[str, str]] = {"service": places, "storage": {}}
    for name, (table, key) in FROM_ENVIRONMENT.items():
        if environment.get(name):
            added[table][key] = environment[name]
    whole = dict(data)
    for table, values in added.items():
        written = whole.get(table, {})
        if values and isinstance(written, Mapping):
            whole[table] = {**values, **written}
    return whole

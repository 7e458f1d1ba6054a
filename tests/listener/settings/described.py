"""How docs/config.md writes the default of a setting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from listener.networks.options import Option


def default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "*needed*"
    return written(field.get_default(call_default_factory=True))


def option_default(option: Option) -> str:
    return "*needed*" if option.needed else written(option.default)


def written(value: Any) -> str:
    if value is None or value == () or value == {} or isinstance(value, BaseModel):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, timedelta):
        return f"`{_duration(value)}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{v}"' for v in value) + "]`"
    return f"`{value}`"


def _duration(value: timedelta) -> str:
    if value.days and value.days % 31 == 0:
        return f"{value.days // 31} months"
    if value.days and value == timedelta(days=value.days) and value.days > 2:
        return f"{value.days}d"
    if value.seconds % 3600:
        return f"{int(value.total_seconds())}s"
    return f"{int(value.total_seconds() // 3600)}h"

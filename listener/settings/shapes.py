"""Data to a model; what pydantic refuses is said in people's words, at the user's own paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from listener.settings.document import Document
from listener.settings.findings import Finding, listed, near, place

_M = TypeVar("_M", bound=BaseModel)

_CODES = {
    "missing": "needed",
    "string_type": "not_text",
    "int_type": "not_whole",
    "float_type": "not_number",
    "bool_type": "not_yes_no",
    "tuple_type": "not_list",
    "path_type": "not_text",
    "dict_type": "not_table",
    "model_type": "not_table",
    "model_attributes_type": "not_table",
    "greater_than_equal": "not_between",
    "less_than_equal": "not_between",
}
_MOST_ATTEMPTS = 20
_FILLINGS: Mapping[str, Any] = {
    **{"kind": "console", "after": "1h", "to": [], "why": "awareness", "target": {"at_least": 1}},
    **{"shares": {}, "a": {"media": "photo"}, "b": {"media": "video"}},
}
"""What stands in for a key that lacks, where a plain text would not do."""
_OWN = frozenset(
    {"duration", "duration_zero", "rate", "secret", "clock", "day", "span", "day_range"}
    | {"week_moment", "month_moment", "match_value", "change"}
)


@dataclass(frozen=True, slots=True)
class Shaped(Generic[_M]):
    """``value`` is what could be made of the data, with what is ``wrong`` left out or filled in,
    so that the rest can be checked in the same go; None where nothing could."""

    value: _M | None
    wrong: frozenset[str] = frozenset()

    def beside(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those that do not merely follow from what is wrong."""
        tables = {path.rpartition(".")[0] for path in self.wrong}
        return [
            finding
            for finding in findings
            if finding.path not in tables
            and not any(
                finding.path == path or finding.path.startswith((f"{path}.", f"{path}["))
                for path in self.wrong
            )
        ]


def shape(document: Document, model: type[_M], data: Mapping[str, Any]) -> Shaped[_M]:
    """Every mistake is noted in ``document.findings``."""
    wrong: set[str] = set()
    for attempt in range(_MOST_ATTEMPTS):
        try:
            value = model.model_validate(data, context={"base": document.base})
            return Shaped(value, frozenset(wrong))
        except ValidationError as error:
            data = deepcopy(data)
            for detail in error.errors(include_url=False, include_context=True):
                if attempt == 0:  # what comes later is our own doing
                    _note(document, model, detail)
                loc = _written(document, detail)
                wrong.add(place(loc))
                if not _mend(data, loc, detail["type"]):
                    return Shaped(None, frozenset(wrong))
    return Shaped(None, frozenset(wrong))


def _written(document: Document, detail: ErrorDetails) -> tuple[str | int, ...]:
    """Where it stands as users wrote it: day keys are gathered under "days" by the model."""
    loc = tuple(part for part in detail["loc"] if part != "[key]")
    return loc if loc in document.lines else tuple(part for part in loc if part != "days")


def _mend(data: Any, loc: tuple[str | int, ...], kind: str) -> bool:
    """Takes out what is wrong, or puts something in where it lacks; False where that fails."""
    if not loc:
        return False
    try:
        for part in loc[:-1]:
            data = data[part]
        if isinstance(data, list):
            data[cast(int, loc[-1])] = ""  # taking it out would move what follows
        elif kind == "missing":
            data[loc[-1]] = _FILLINGS.get(str(loc[-1]), "x")
        else:
            data.pop(loc[-1], None)
    except (KeyError, IndexError, TypeError, AttributeError):
        return False
    return True


def _note(document: Document, model: type[BaseModel], detail: ErrorDetails) -> None:
    loc = _written(document, detail)
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = _keys(model, loc[:-1])
        guess = near(str(loc[-1]), known)
        document.find(loc, "unknown_key", key=loc[-1], near=guess, known=listed(known))
    elif kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", '"').replace(" or ", ", ")
        guess = near(str(detail["input"]), [w.strip('" ') for w in expected.split(",")])
        document.find(loc, "not_one_of", given=detail["input"], known=expected, near=guess)
    elif kind == "missing":
        document.find(loc, "needed", key=loc[-1])
    elif kind in _OWN:
        guess = _day_guess(loc) if kind == "day_range" else ""
        document.find(loc, kind, key=loc[-1], near=guess)
    else:
        document.find(loc, _CODES.get(kind, "refused"), why=detail["msg"])


def _day_guess(loc: tuple[str | int, ...]) -> str:
    days = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    parts = [near(p.strip(), days) for p in str(loc[-1]).split("-")]
    return "-".join(parts) if all(parts) and len(parts) < 3 else near(str(loc[-1]), _HOURS_KEYS)


_HOURS_KEYS = ("closed", "periods", "name", "from", "to")


def _keys(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at ``loc`` of ``model``."""
    at: Any = model
    for part in loc:  # a list's number or a table's own name stays in the same model
        for name, field in at.model_fields.items():
            if (field.alias or name) == part:
                at = _model_in(field.annotation) or at
    return [
        field.alias or name
        for name, field in at.model_fields.items()
        if name not in ("path", "days")
    ]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for m in map(_model_in, get_args(annotation)) if m is not None), None)

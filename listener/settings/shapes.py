"""Data to a model; what pydantic refuses is said in people's words, at the user's own paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from listener.settings.document import Document
from listener.settings.findings import listed, near

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
_OWN = frozenset(
    {"duration", "duration_zero", "rate", "secret", "clock", "day", "span", "day_range"}
    | {"week_moment", "month_moment", "match_value", "change"}
)


def shape(document: Document, model: type[_M], data: Mapping[str, Any]) -> _M | None:
    """The model, or None with every mistake noted in ``document.findings``."""
    try:
        return model.model_validate(data, context={"base": document.base})
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=True):
            _note(document, model, detail)
    return None


def _note(document: Document, model: type[BaseModel], detail: ErrorDetails) -> None:
    loc = tuple(part for part in detail["loc"] if part != "[key]")
    # day keys are gathered under "days" by the model; users never wrote that word
    if "days" in loc and loc not in document.lines:
        loc = tuple(part for part in loc if part != "days")
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

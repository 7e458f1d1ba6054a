"""Labelled rows: what a measurement is made on.

``text`` and any of ``label`` (or ``sentiment``), ``intent`` and ``needs_response``, beside them
``lang``, ``dialect``, ``source``. Labels are negative, neutral, positive, or complaint,
not_complaint, spam, ham where a set tells one intent from all others; intents are INTENTS; the
need of a response is yes or no, true or false. ``lang`` is an ISO code or ar-Latn; where it is
missing, the language is told from the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from classifiers.labels import INTENTS, SENTIMENTS, evaluated
from classifiers.language.detect import detect

INTENT_LABELS = {"complaint": True, "not_complaint": False, "spam": True, "ham": False}
LABELS = (*SENTIMENTS, *INTENT_LABELS)
SAID = ("label", "sentiment", "intent", "needs_response")
"""Columns of which a file must have one; ``sentiment`` is another name of ``label``."""
YES = frozenset({"yes", "true", "1", "نعم"})
NO = frozenset({"no", "false", "0", "لا"})
GROUPS = ("source", "dialect", "lang")
LONGEST_NAME = 60
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*|mixed|other")
_VAGUE = frozenset({"mixed", "other"})

Row = Mapping[str, str]
"""``text``, ``label``, ``intent``, ``needs_response`` ("yes" or "no") and each of GROUPS, empty
where it is not known."""
Places = list[int]


def row_of(fields: Mapping[str, object]) -> dict[str, str]:
    """The row of what a file holds. Raises ValueError that says what is wrong."""
    text = fields.get("text")
    if not isinstance(text, str):
        raise ValueError('no "text"')
    label = _one_of("label", LABELS, fields.get("label") or fields.get("sentiment"))
    intent = _one_of("intent", INTENTS, fields.get("intent"))
    needs = _yes_or_no(fields.get("needs_response"))
    if not (label or intent or needs):
        raise ValueError('no "label", "intent" or "needs_response"')
    row = {"text": text, "label": label, "intent": intent, "needs_response": needs}
    for group in GROUPS:
        value = fields.get(group)
        row[group] = "" if value is None else _plain(str(value))
    row["lang"] = _code(row["lang"])
    return row


def needs_of(row: Row) -> bool | None:
    """Whether the row's text needs a response; None where the row does not say."""
    return {"yes": True, "no": False}.get(row.get("needs_response", ""))


def _one_of(column: str, names: Sequence[str], value: object) -> str:
    """The name that ``value`` is, empty where there is none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return ""
    name = value.strip().lower() if isinstance(value, str) else ""
    if name not in names:
        raise ValueError(f"{column} {_plain(str(value))!r} is none of {', '.join(names)}")
    return name


def _yes_or_no(value: object) -> str:
    word = "" if value is None else str(value).strip().lower()
    if not word:
        return ""
    if word not in YES | NO:
        raise ValueError(f"needs_response {_plain(str(value))!r} is neither yes nor no")
    return "yes" if word in YES else "no"


def _code(name: str) -> str:
    """``name`` as codes are written (AR_sa: ar-sa), empty where it is none ("Arabic")."""
    if not _CODE.fullmatch(name):
        return ""
    base, mark, rest = name.replace("_", "-").partition("-")
    return base.lower() + mark + rest


def _plain(text: str) -> str:
    """A name as a table may show it: no control or direction marks, no end in sight cut short."""
    return "".join(char if char.isprintable() else " " for char in text).strip()[:LONGEST_NAME]


@dataclass(slots=True)
class Split:
    """Places in ``rows`` by what may be claimed of them.

    tested: languages that the shipped models were measured in, and rows that name no language and
    whose text does not tell; untested: by language; langs: each row's language, given or told;
    detected: how many were told from the text.
    """

    tested: Places = field(default_factory=list)
    untested: dict[str, Places] = field(default_factory=dict)
    langs: list[str] = field(default_factory=list)
    detected: int = 0


def split(rows: Sequence[Row]) -> Split:
    """The same for every model: by the rows' own ``lang``, else by the words of the text."""
    parts = Split()
    for at, row in enumerate(rows):
        named = row.get("lang", "")
        language = named or detect(row["text"]).language
        parts.detected += not named
        parts.langs.append(language)
        if evaluated(language) or (not named and language in _VAGUE):
            parts.tested.append(at)
        else:
            parts.untested.setdefault(language, []).append(at)
    return parts


def groups(
    rows: Sequence[Row], langs: Sequence[str], places: Iterable[int]
) -> dict[str, dict[str, Places]]:
    """Each of GROUPS to value to places, values in order; a row without a value is in none."""
    result: dict[str, dict[str, Places]] = {group: {} for group in GROUPS}
    for at in places:
        for group in GROUPS:
            value = langs[at] if group == "lang" else rows[at].get(group, "")
            if value:
                result[group].setdefault(value, []).append(at)
    return {group: dict(sorted(values.items())) for group, values in result.items()}

"""What Meta's webhooks send: changes by account.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started: ``{object, entry: [{id,
time, changes: [{field, value}]}]}``; Threads' (https://developers.facebook.com/docs/threads/webhooks)
have ``values`` in place of ``entry``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from listener.networks import fields as f
from listener.networks.base import BadPage
from listener.records import Account, Query

Change = tuple[str | None, str, Mapping[str, object]]


def changes(body: bytes) -> Iterator[Change]:
    """Account id (None where it is not told), field and value of each change that can be read.
    Raises BadPage where the body is no push of Meta's."""
    try:
        pushed = json.loads(body)
    except (ValueError, RecursionError):
        raise BadPage("expected a push in JSON") from None
    found = []
    for whole in map(f.obj, pushed if isinstance(pushed, list) else [pushed]):
        if not isinstance(whole.get("entry"), list) and "values" not in whole:
            raise BadPage("expected a push with entries")
        for entry in map(f.obj, f.items(whole.get("entry"))):
            # Instagram's sign-in puts a change into the entry itself, Facebook's into a list.
            listed = [*f.items(entry.get("changes")), *([entry] if "field" in entry else [])]
            found += [(f.ident(entry.get("id")), f.obj(change)) for change in listed]
        values = whole.get("values")
        for change in values if isinstance(values, list) else [values]:
            found.append((None, f.obj(change)))
    for account, change in found:
        field, value = f.text(change.get("field")), f.obj(change.get("value"))
        if field and value:
            yield account, field, value


def account_of(
    told: str | None, accounts: Sequence[Account], default: str
) -> tuple[str, Query] | None:
    """Id and brand of the own account that a change is about; ``default``: the id of an account
    whose settings name none. None where it is not ours."""
    own = [(a.id or default, Query(a.brand, "")) for a in accounts if a.role == "own"]
    if told is None:
        return own[0] if own else None
    return next((known for known in own if known[0] == told), None)

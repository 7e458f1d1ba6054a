"""Lemmy: posts and comments as one server sees them. Not read yet: only declared.

API: https://join-lemmy.org/docs/contributors/04-api.html, ``api_url`` a server. Limits: by server,
for each address. Newer servers speak v4; ``ap_id`` is the same on every server.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import LIMIT

ABOUT = About(
    name="lemmy",
    english="Lemmy",
    arabic="ليمي",
    search="yes",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="no",
    reach="no",
    credential="none",
    quota="by server",
    price="free",
    history="all that the server holds",
    note="posts and comments as one server sees them",
    every=minutes(5),
    delay="what federation takes: minutes, as a rule",
    duty="follow deletions; each server has rules of its own",
    secrets={"token": "optional"},
    options={"limit": LIMIT},
)

"""GitHub: issues, pull requests and discussions. Not read yet: only declared.

API: https://docs.github.com/rest/search, ``api_url`` https://api.github.com. Limits: 30 searches a
minute with a token, 10 without; secondary limits are 403 with ``retry-after``.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import LIMIT

ABOUT = About(
    name="github",
    english="GitHub",
    arabic="غيت هب",
    search="yes",
    stream="no",
    hashtag="partial",
    replies="yes",
    own_figures="partial",
    reach="no",
    credential="token",
    quota="30 searches a minute",
    price="free",
    history="1,000 results a search",
    note="issues, pull requests and discussions; labels instead of hashtags",
    every=minutes(5),
    delay="seconds to minutes, until the search has it",
    duty="no spam to and no selling of what people show of themselves",
    terms="https://docs.github.com/site-policy/acceptable-use-policies",
    rate=0.5,
    secrets={"token": "optional"},
    options={"limit": LIMIT},
)

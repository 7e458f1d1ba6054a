"""What is not polled but handed in: the webhook and imported files (``listener.handed_in``).

Declared here because whoever asks what a source can tell asks for these, too.
"""

from __future__ import annotations

from listener.networks.about import NOT_POLLED, About
from listener.networks.options import Option

WEBHOOK = About(
    name="webhook",
    english="webhook",
    arabic="وارد من الربط الخارجي",
    search="partial",
    stream="yes",
    hashtag="partial",
    replies="partial",
    own_figures="no",
    reach="partial",
    credential="shared secret",
    quota="your own",
    price="free",
    history="whatever the sender has",
    note="whatever the sender has: POST /mentions",
    delay="none: stored as it comes",
    duty="what the terms of the sender's source ask",
    reach_by="what the sender says",
    every=NOT_POLLED,
    secrets={"secret": "needed"},
    options={"timed": Option("yes_no", "take only signatures that carry their time", False)},
)
IMPORT = About(
    name="import",
    english="imported file",
    arabic="ملف مستورد",
    search="partial",
    stream="no",
    hashtag="partial",
    replies="partial",
    own_figures="yes",
    reach="partial",
    credential="none",
    quota="your own",
    price="free",
    history="whatever the file has",
    note="whatever the file has: rasid import",
    delay="as old as the file",
    duty="what the terms of the file's source ask",
    reach_by="figures that you import",
    every=NOT_POLLED,
)

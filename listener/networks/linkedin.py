"""LinkedIn: notifications and comments of an administered page, figures. Only declared.

API: https://learn.microsoft.com/linkedin/marketing/community-management, ``api_url``
https://api.linkedin.com/rest. Limits: daily, for the app and the member, shown in the developer
portal. A new ``LinkedIn-Version`` each month; there is neither keyword nor hashtag search.
"""

from __future__ import annotations

from listener.networks.about import About, account_every
from listener.networks.options import OWN_ID, TOKEN, VERSION

ABOUT = About(
    name="linkedin",
    english="LinkedIn",
    arabic="لينكدإن",
    search="no",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="yes",
    reach="yes",
    credential="partner approval",
    quota="daily, by app",
    price="free for approved partners",
    history="60 days of notifications",
    note="only events of pages you administer; kept 60 days",
    every=account_every(30),
    rate=0.2,
    secrets=TOKEN,
    options={"organization": OWN_ID, "version": VERSION},
)

"""Facebook Pages, Graph API: posts that tag the own Page, comments, figures. Only declared.

API: https://developers.facebook.com/docs/graph-api/reference/page, ``api_url``
https://graph.facebook.com/v26.0. Limits: 4,800 calls x engaged users in 24 hours for a Page token.
There is no public search; ``from`` is often absent, and a page may be empty while a next is named.
"""

from __future__ import annotations

from listener.networks.about import About, account_every
from listener.networks.options import OWN_ID, TOKEN, VERSION

ABOUT = About(
    name="facebook",
    english="Facebook",
    arabic="فيسبوك",
    search="no",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="yes",
    reach="yes",
    credential="app review, Page token",
    quota="4,800 x engaged users in 24 h",
    price="free",
    history="about 600 posts of the Page a year",
    note="only posts that tag the own Page, and comments",
    every=account_every(15),
    secrets=TOKEN,
    options={"page": OWN_ID, "version": VERSION},
)

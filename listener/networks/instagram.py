"""Instagram, Graph API: hashtags, tags and comments on the own account, figures. Only declared.

API: https://developers.facebook.com/docs/instagram-platform, ``api_url``
https://graph.facebook.com/v26.0. Limits: 30 different hashtags in 7 days for an account, recent
media of the last 24 hours, in no order and without authors; there is no keyword search.
"""

from __future__ import annotations

from listener.networks.about import About, account_every
from listener.networks.options import OWN_ID, TOKEN, VERSION

ABOUT = About(
    name="instagram",
    english="Instagram",
    arabic="إنستغرام",
    search="no",
    stream="no",
    hashtag="partial",
    replies="yes",
    own_figures="yes",
    reach="yes",
    credential="app review, business account",
    quota="30 hashtags in 7 days; calls by the account's impressions",
    price="free",
    history="24 h by hashtag; own media all",
    note="hashtags of the last 24 h, without authors; own tags, @mentions and comments",
    every=account_every(15),
    secrets=TOKEN,
    options={"user": OWN_ID, "version": VERSION},
)

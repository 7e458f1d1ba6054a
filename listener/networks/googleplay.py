"""Google Play: reviews of own apps, of the last week. Not read yet: only declared.

API: https://developers.google.com/android-publisher/reply-to-reviews, ``api_url``
https://androidpublisher.googleapis.com. Limits: 200 reads an hour. Reviews without text are not
told; ``title<TAB>body`` is one text.
"""

from __future__ import annotations

from listener.networks.about import About, minutes
from listener.networks.options import Option

ABOUT = About(
    name="googleplay",
    english="Google Play",
    arabic="متجر غوغل بلاي",
    search="partial",
    stream="no",
    hashtag="no",
    replies="yes",
    own_figures="yes",
    reach="no",
    credential="service account",
    quota="200 reads an hour",
    price="free",
    history="one week",
    note="own app's reviews with text, of the last week",
    every=minutes(30),
    rate=0.05,
    secrets={"key": "needed"},
    options={"packages": Option("texts", "package names of own apps", needed=True)},
)

"""What each network offers a listener: one table, told plainly, "no" where it offers nothing.

``rasid networks`` prints it. An empty column of a network that offers no keyword search is "not
offered by the network", never "0 mentions". Sources: each network's own API documents, read in
November 2026.
"""

from __future__ import annotations

from listener.networks.base import Capabilities

# fmt: off
# search, stream, hashtag, replies, own_figures, reach / credential, quota / note
_ROWS: dict[str, tuple[str, str, str, str, str, str, str, str, str]] = {
    "x": (
        "yes", "yes", "yes", "yes", "yes", "yes",
        "bearer token", "paid: 0.005 USD a post read",
        "7 days back by search; reposts no longer come by keyword",
    ),
    "instagram": (
        "no", "no", "partial", "yes", "yes", "yes",
        "app review, business account", "30 hashtags in 7 days",
        "hashtags of the last 24 h, without authors; own tags, @mentions and comments",
    ),
    "facebook": (
        "no", "no", "no", "yes", "yes", "yes",
        "app review, Page token", "4,800 x engaged users in 24 h",
        "only posts that tag the own Page, and comments",
    ),
    "threads": (
        "yes", "no", "yes", "yes", "yes", "yes",
        "app review, user token", "2,200 searches in 24 h",
        "before approval it searches your own posts only",
    ),
    "linkedin": (
        "no", "no", "no", "yes", "yes", "yes",
        "partner approval", "daily, by app",
        "only events of pages you administer; kept 60 days",
    ),
    "youtube": (
        "yes", "no", "partial", "yes", "yes", "yes",
        "API key", "10,000 units a day; a search costs 100",
        "videos are searched, comments are not",
    ),
    "pinterest": (
        "no", "no", "no", "no", "yes", "yes",
        "OAuth token", "by category",
        "own pins only; the API has no comments",
    ),
    "snapchat": (
        "no", "no", "no", "no", "yes", "yes",
        "allowlist", "not published",
        "no listening is offered; own profile's figures only, the rest by import",
    ),
    "tiktok": (
        "no", "no", "no", "partial", "partial", "partial",
        "business account", "not published",
        "search is for non-profit researchers only, not for a brand",
    ),
    "reddit": (
        "yes", "no", "no", "yes", "no", "no",
        "OAuth client", "100 requests a minute",
        "free for non-commercial use; search finds posts, not comments",
    ),
    "bluesky": (
        "yes", "yes", "yes", "yes", "yes", "no",
        "none", "3,000 requests in 5 min",
        "search or the live stream of all posts; followers are looked up by author",
    ),
    "mastodon": (
        "partial", "partial", "yes", "partial", "yes", "no",
        "none (token for search)", "300 requests in 5 min",
        "hashtags as one server sees them; words only with a token on a searching server",
    ),
    "hackernews": (
        "yes", "no", "no", "yes", "no", "no",
        "none", "about 10,000 requests an hour",
        "stories and comments; no followers, no deletions told",
    ),
    "rss": (
        "partial", "no", "no", "partial", "no", "no",
        "none", "each site's own",
        "what the feed holds; Google Alerts feeds bring keyword search",
    ),
    "telegram": (
        "no", "no", "no", "partial", "partial", "no",
        "bot token", "30 messages/s",
        "only chats and channels the bot is in; nothing older than 24 h",
    ),
    "appstore": (
        "partial", "no", "no", "yes", "yes", "no",
        "none (own apps: key)", "500 reviews a country",
        "reviews of one app",
    ),
    "googleplay": (
        "partial", "no", "no", "yes", "yes", "no",
        "service account", "200 reads an hour",
        "own app's reviews with text, of the last week",
    ),
    "googlebusiness": (
        "partial", "no", "no", "yes", "yes", "no",
        "OAuth, access by request", "300 requests a minute",
        "reviews of own verified places",
    ),
    "trustpilot": (
        "partial", "no", "no", "yes", "yes", "no",
        "API key", "by contract",
        "reviews of one business",
    ),
    "lemmy": (
        "yes", "no", "no", "yes", "no", "no",
        "none", "by server",
        "posts and comments as one server sees them",
    ),
    "stackexchange": (
        "yes", "no", "yes", "yes", "no", "partial",
        "free key", "10,000 a day",
        "tags are the hashtags; views are shown; attribution is required",
    ),
    "github": (
        "yes", "no", "partial", "yes", "partial", "no",
        "token", "30 searches a minute",
        "issues, pull requests and discussions; labels instead of hashtags",
    ),
    "webhook": (
        "partial", "yes", "partial", "partial", "no", "partial",
        "shared secret", "your own",
        "whatever the sender has: POST /mentions",
    ),
    "import": (
        "partial", "no", "partial", "partial", "yes", "partial",
        "none", "your own",
        "whatever the file has: rasid import",
    ),
}
# fmt: on

OFFERED: dict[str, Capabilities] = {name: Capabilities(*row) for name, row in _ROWS.items()}

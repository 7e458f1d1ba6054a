"""Which fields of a post X is asked for, in either naming; for the reads and the stream.

https://docs.x.com/x-api/fundamentals/fields and .../expansions. What an expansion brings is billed
as if it had been read by itself.
"""

from __future__ import annotations

from listener.networks.x.posts import named

_POST = (
    "created_at", "lang", "public_metrics", "entities", "conversation_id", "referenced_tweets",
    "in_reply_to_user_id", "edit_history_tweet_ids", "note_tweet", "attachments", "withheld",
)  # fmt: skip


def fields(
    naming: str, *, authors: bool, referenced: bool, versions: bool = False
) -> dict[str, str]:
    """Parameters of a request for posts. ``authors``: who wrote them; ``referenced``: what they
    quote, carry on or answer; ``versions``: all versions of an edited post."""
    expansions = ["attachments.media_keys"]
    asked = [*_POST, "author_id"]
    if authors:
        expansions.append("author_id")
    if referenced:
        expansions.append(named("referenced_tweets.id", naming))
    if versions:
        expansions.append(named("edit_history_tweet_ids", naming))
    params = {
        named("tweet.fields", naming): ",".join(named(one, naming) for one in asked),
        "expansions": ",".join(expansions),
        "media.fields": "type,alt_text",
    }
    return params | ({"user.fields": "username,name,public_metrics"} if authors else {})

"""The schema's history. Frozen: a migration that was released is never edited."""

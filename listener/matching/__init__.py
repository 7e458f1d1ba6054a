"""Which brands a mention speaks of: reading it, finding terms in it, deciding by rules."""

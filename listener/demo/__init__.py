"""A week of an invented coffee chain, and servers that tell of it as the networks would."""

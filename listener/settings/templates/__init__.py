"""The files that ``rasid init`` writes, with ``$name`` where a value goes (a whole TOML value)."""

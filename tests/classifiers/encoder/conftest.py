"""Training and packing need the `label` extra; without torch these tests do not apply."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") and find_spec("transformers") else ["test_*.py"]

"""``python -m listener.demo --sites``: which further networks are served."""

from __future__ import annotations

from argparse import ArgumentTypeError

import pytest

from listener.demo.__main__ import _sites
from listener.demo.sites import SITES


def test_sites_are_named_with_commas_between_or_all_of_them() -> None:
    assert _sites("x, instagram,x") == ("x", "instagram")
    assert _sites("all") == SITES
    with pytest.raises(ArgumentTypeError, match="no site: nowhere"):
        _sites("x,nowhere")

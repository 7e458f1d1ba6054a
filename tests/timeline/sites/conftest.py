"""What a site shows is told by the collector's functions, whatever the database is: the stores have
tests of their own on both, and X, with all that is special (money, edits, a stream), is on both."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)

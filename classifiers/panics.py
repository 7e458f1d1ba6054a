"""Panics of Rust as errors of Python.

A tokenizer whose file is damaged panics, when it is read or at some text, and pyo3 raises that as
a BaseException: past every ``except Exception``, to the end of the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_panic() -> Iterator[None]:
    """Raises RuntimeError where what is inside panics."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # pyo3 exports no name to catch it by
            raise
        raise RuntimeError(f"panic: {error}") from None

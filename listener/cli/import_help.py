"""What `rasid import --help` says of the fields of a row."""

from __future__ import annotations

MANY = 50
"""Cards that an import sends without asking."""


def import_help() -> str:
    """The fields, a line each, for click's epilogue."""
    from listener.handed_in.record import FIELDS

    width = max(map(len, FIELDS))
    rows = "\n".join(f"  {name:<{width}}  {meaning}" for name, meaning in FIELDS.items())
    return (
        "\b\nFields of a row, as columns (Arabic headings are known) or keys:\n"
        f"{rows}\n\n"
        "\b\nCommas, semicolons or tabs; UTF-8, UTF-16 or windows-1256. Dates are day\n"
        "first. What is not understood in a field is unknown, and the row counts. A row of\n"
        "unknown time alerts nobody; rows without a field created_at are handed over to be\n"
        "seen and may alert, where the file holds at most ten of them.\n"
        "Ends with 1 where nothing was accepted."
    )

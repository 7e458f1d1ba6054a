"""Dates as people, sites and spreadsheets write them. What is not understood is None, never a guess
and never now."""

from listener.dates.written import month_first, time_written

__all__ = ["month_first", "time_written"]

"""Dates as people, sites and spreadsheets write them. What is not understood is None, never a guess
and never now."""

from listener.dates.written import month_first, says_its_zone, time_written

__all__ = ["month_first", "says_its_zone", "time_written"]

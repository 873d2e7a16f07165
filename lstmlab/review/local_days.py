"""Days where the reader is, for `schedule` and `plots`; where clocks are changed, a day has 23 or 25 hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta

DAY = timedelta(days=1)


def begin_of_day(now: datetime) -> datetime:
    """The last midnight on the reader's clock."""
    return datetime.combine(now.astimezone().date(), time()).astimezone()


def end_of_day(now: datetime) -> datetime:
    """The next midnight on the reader's clock: what is due at any hour of today is due now."""
    return datetime.combine(now.astimezone().date() + DAY, time()).astimezone()


def days_from(first: datetime, second: datetime) -> int:
    """By how many dates on the reader's calendar `second` is later; 1 for tomorrow, at whatever hour."""
    return (second.astimezone().date() - first.astimezone().date()).days

"""How long to wait before the next attempt."""

from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)


def wait_before(attempt: int) -> timedelta:
    """Return the wait before an attempt (from 2): doubled each time, at most LONGEST."""
    doublings = min(max(attempt - 2, 0), 10)  # 10 doublings are past LONGEST
    wait: timedelta = FIRST * 2**doublings
    return min(wait, LONGEST)

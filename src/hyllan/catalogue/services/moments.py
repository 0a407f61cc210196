"""When something that takes long changes a row: at that moment, not when it all began."""

import time
from datetime import datetime, timedelta


class Moments:
    """
    The moments of one long deed, in whole seconds from when it began.

    Who harvests us asks for what changed since her last answer: a change that were stamped with
    the beginning of an hour's work would be older than that answer, and never be asked for.
    """

    def __init__(self, now: datetime) -> None:
        """Begin."""
        self._now, self._began = now, time.perf_counter()

    def __call__(self) -> datetime:
        """Return this moment."""
        return self._now + timedelta(seconds=int(time.perf_counter() - self._began))

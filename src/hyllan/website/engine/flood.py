"""How many answers the feedback form takes: enough for people, too few to fill a disk."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)
FROM_ONE_VISITOR = 5  # answers within the window
FROM_EVERYBODY = 300
LONGEST_TEXT = 2_000  # characters
LONGEST_PATH = 500


def recent(moments: Iterable[datetime], *, now: datetime) -> list[datetime]:
    """Return the moments that still count."""
    return [moment for moment in moments if now - WINDOW < moment <= now]


def may_answer(*, by_visitor: int, by_everybody: int) -> bool:
    """Return whether one more answer is taken, given how many came within the window."""
    return by_visitor < FROM_ONE_VISITOR and by_everybody < FROM_EVERYBODY

"""Choose the copy that serves a request. In prose: docs/algorithms/sourcing.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A copy that says it is available, and when a patron could fetch it at the pick-up library."""

    item_id: int
    library: str  # where it stands: library code
    arrives_at: datetime  # by the van timetable, at the pick-up library
    expected_at: datetime  # unpacked and on the hold shelf
    lent_this_week: int  # by that library to others, the last seven days


def best_offer(offers: Iterable[Offer]) -> Offer | None:
    """Return the earliest offer; a tie goes to the library that lent fewest this week."""
    return min(
        offers,
        key=lambda offer: (offer.expected_at, offer.lent_this_week, offer.library, offer.item_id),
        default=None,
    )

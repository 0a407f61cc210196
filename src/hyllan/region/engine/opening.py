"""How much opening time passes between two moments. In prose: docs/algorithms/opening.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hyllan.region.engine.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Hours:
    opens: time
    closes: time


def _days(weekdays: range, opens: int, closes: int) -> dict[int, Hours]:
    return {weekday: Hours(time(opens), time(closes)) for weekday in weekdays}


ASSUMED_SENTENCE = (
    "Opening hours are assumed: main libraries weekdays 10-18 and Saturday 10-14, branches and "
    "buses weekdays 12-18, hospital and university libraries weekdays 9-16."
)
ASSUMED: Mapping[str, Mapping[int, Hours]] = {  # by kind of library; a hub has no readers
    "main": _days(range(1, 6), 10, 18) | _days(range(6, 7), 10, 14),
    "branch": _days(range(1, 6), 12, 18),
    "bus": _days(range(1, 6), 12, 18),
    "hospital": _days(range(1, 6), 9, 16),
    "university": _days(range(1, 6), 9, 16),
    "hub": {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When one library has readers and staff in: hours a weekday (Monday is 1), and its days."""

    library: str
    hours: Mapping[int, Hours]
    calendar: Calendar

    def is_open_on(self, day: date) -> bool:
        """Return whether the library opens at all that day."""
        return (
            day.isoweekday() in self.hours
            and not self.calendar.is_holiday(day)
            and not self.calendar.is_closed(self.library, day)
        )

    def span(self, day: date) -> tuple[datetime, datetime] | None:
        """Return from when to when the library is open that day, in UTC; None on a closed day."""
        if not self.is_open_on(day):
            return None
        hours = self.hours[day.isoweekday()]
        opens, closes = (self.calendar.at(day, clock) for clock in (hours.opens, hours.closes))
        # In UTC, since two moments of one zone subtract as wall clocks: wrong when clocks change.
        return opens.astimezone(UTC), closes.astimezone(UTC)


def after_open_time(opening: Opening, start: datetime, work: timedelta) -> datetime | None:
    """
    Return the moment when this much opening time has passed since the start.

    With no work left to do it is the next open moment. None: the library never opens again within
    the known calendar.
    """
    left = work
    for day in opening.calendar.days(opening.calendar.day_of(start)):
        span = opening.span(day)
        if span is None or span[1] <= start:
            continue
        begins = max(span[0], start.astimezone(UTC))
        if begins + left <= span[1]:
            return begins + left
        left -= span[1] - begins
    return None

"""Which days the vans run and the libraries are open. In prose: docs/algorithms/calendar.md."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """
    The region's days. A day is a `date` in the region's time zone.

    The holidays are known from `known_from` until (not including) `known_until`; a question about a
    day outside raises OverflowError, since an unknown holiday would send a van to a locked door.
    """

    time_zone: str
    known_from: date
    known_until: date
    holidays: frozenset[date]
    closed: Mapping[str, frozenset[date]] = field(default_factory=dict)  # by library code
    van_weekdays: Mapping[str, frozenset[int]] = field(default_factory=dict)  # Monday is 1
    van_from: Mapping[str, time] = field(default_factory=dict)  # when a van may come

    def is_holiday(self, day: date) -> bool:
        """Return whether no library in the region is open and no van runs."""
        if not self.known_from <= day < self.known_until:
            raise OverflowError(f"holidays are known from {self.known_from} to {self.known_until}")
        return day in self.holidays

    def is_closed(self, library: str, day: date) -> bool:
        """Return whether this library has said that it is closed that day (holidays apart)."""
        return day in self.closed.get(library, ())

    def van_runs(self, library: str, day: date) -> bool:
        """Return whether a van may call at this library that day."""
        return (
            day.isoweekday() in self.van_weekdays[library]
            and not self.is_holiday(day)
            and not self.is_closed(library, day)
        )

    def days(self, first: date) -> Iterator[date]:
        """Yield every known day from the first on, in order."""
        day = first
        while day < self.known_until:
            yield day
            day += DAY

    def day_of(self, moment: datetime) -> date:
        """Return which day it is in the region at that moment."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def at(self, day: date, clock: time) -> datetime:
        """Return the moment at which the region's clocks show this time that day."""
        return datetime.combine(day, clock, tzinfo=ZoneInfo(self.time_zone))

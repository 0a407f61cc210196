"""Which days the vans run and the libraries are open. In prose: docs/algorithms/calendar.md."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def days_between(first: date, last: date, weekday: int = 0) -> frozenset[date]:
    """Return the days from the first to the last, or those of one weekday (Monday is 1)."""
    days = (first + ahead * DAY for ahead in range((last - first).days + 1))
    return frozenset(day for day in days if weekday in {0, day.isoweekday()})


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
    school_terms: tuple[tuple[date, date], ...] = ()  # first and last day of each

    def is_holiday(self, day: date) -> bool:
        """Return whether no library in the region is open and no van runs."""
        if not self.known_from <= day < self.known_until:
            raise OverflowError(f"holidays are known from {self.known_from} to {self.known_until}")
        return day in self.holidays

    def is_closed(self, library: str, day: date) -> bool:
        """Return whether this library has said that it is closed that day (holidays apart)."""
        return day in self.closed.get(library, ())

    def with_closed(self, library: str, days: frozenset[date]) -> "Calendar":
        """Return the calendar with these days closed too."""
        return replace(
            self, closed={**self.closed, library: self.closed.get(library, frozenset()) | days}
        )

    def without_closed(self, library: str, days: frozenset[date]) -> "Calendar":
        """Return the calendar as it would be were the library open on these days."""
        return replace(
            self, closed={**self.closed, library: self.closed.get(library, frozenset()) - days}
        )

    def in_school_term(self, day: date) -> bool:
        """Return whether the region's schools are in term that day."""
        return any(first <= day <= last for first, last in self.school_terms)

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

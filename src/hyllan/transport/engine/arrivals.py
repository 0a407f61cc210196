"""When things can be there, for all pairs at once. In prose: docs/algorithms/timetable.md."""

from bisect import bisect_left
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hyllan.region.engine.calendar import DAY
from hyllan.transport.engine.timetable import SEARCHED_DAYS, TRANSFER
from hyllan.transport.engine.trips import BOARD, Event, Timetable

NEVER = 0  # seconds since 1970: no van brings it in SEARCHED_DAYS
KEPT_BYTES = 64_000_000  # of looks at the whole network
# A cut-off is a day at most and a call begins four hours before it ends, so a deadline that falls
# on a day belongs to a call of that day or the next two.
DEADLINE_DAYS = 3

Moments: TypeAlias = NDArray[np.int64]
_Key: TypeAlias = tuple[int, date, int]  # from which library, on which day, until which deadline


@dataclass(frozen=True, slots=True)
class _Step:
    """One event, made small: a look at the network reads some thousands of them."""

    at: int
    boards: bool
    trip: int
    library: int
    ready_by: int
    may_change: bool  # at a hub


class _Place:
    """What is known of one library in a look: sets of libraries from which a thing can be there."""

    __slots__ = ("coming", "may_board", "reached", "seen")

    def __init__(self, own: int) -> None:
        self.reached = own  # the sets are whole numbers, a bit a library
        self.seen = own  # those that came where one may change vans
        self.may_board = 0
        self.coming: deque[tuple[int, int]] = deque()  # from when a set may board the next van

    def boards_at(self, at: int) -> int:
        while self.coming and self.coming[0][0] <= at:
            self.may_board |= self.coming.popleft()[1]
        return self.may_board


class Arrivals:
    """
    The earliest arrivals of one timetable, the same that `earliest_arrival` finds.

    A look at the network answers for all pairs at one moment, and the answer from a library holds
    until its next cut-off. So what is asked again and again is looked up.
    """

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        self._zone = ZoneInfo(timetable.calendar.time_zone)
        self.libraries = tuple(sorted(timetable.libraries))
        self._number = {code: at for at, code in enumerate(self.libraries)}
        self._trips: dict[tuple[str, date], int] = {}
        self._steps: dict[date, list[_Step]] = {}
        self._deadlines: dict[date, list[list[int]]] = {}
        self._rows: dict[_Key, Moments] = {}
        self._looks: OrderedDict[int, list[_Key]] = OrderedDict()  # the rows of each, oldest first
        self._looked = 0

    def at(self, from_library: str, to_library: str, ready_at: datetime) -> datetime | None:
        """Return when a thing is there that is ready at this moment; None: no van brings it."""
        if from_library == to_library:
            return ready_at
        start, end = self._number.get(from_library), self._number.get(to_library)
        if start is None or end is None:
            return None
        seconds = int(self._row(start, ready_at)[end])
        return None if seconds == NEVER else datetime.fromtimestamp(seconds, self._zone)

    def all_pairs(self, ready_at: datetime) -> Moments:
        """
        Return seconds since 1970 by [from, to], as `libraries` are; NEVER where no van goes.

        Where both are the same it is the moment itself.
        """
        ready = ceil(ready_at.timestamp())
        found = self._look(ready, self.timetable.day_of(ready_at))
        np.fill_diagonal(found, ready)
        return found

    def _row(self, start: int, ready_at: datetime) -> Moments:
        day, ready = self.timetable.day_of(ready_at), ceil(ready_at.timestamp())
        row = self._rows.get(self._key(start, day, ready))
        if row is None:
            self._keep(self._look(ready, day), day, ready)
            row = self._rows[self._key(start, day, ready)]
        return row

    def _key(self, start: int, day: date, ready: int) -> _Key:
        """Return what the answer depends on: any moment until the next cut-off has the same."""
        deadlines = self._deadlines.get(day)
        if deadlines is None:
            deadlines = self._deadlines[day] = self._deadlines_from(day)
        mine = deadlines[start]
        at = bisect_left(mine, ready)
        return (start, day, mine[at] if at < len(mine) else NEVER)

    def _deadlines_from(self, first: date) -> list[list[int]]:
        found: list[set[int]] = [set() for _ in self.libraries]
        for ahead in range(DEADLINE_DAYS):
            for step in self._day(first + ahead * DAY):
                if step.boards:
                    found[step.library].add(step.ready_by)
        return [sorted(each) for each in found]

    def _keep(self, found: Moments, day: date, ready: int) -> None:
        """Keep a look's rows under their keys; let the oldest looks go when there are too many."""
        keys = [self._key(start, day, ready) for start in range(len(self.libraries))]
        new = [key for key in keys if key not in self._rows]
        self._rows.update((key, found[key[0]]) for key in new)
        self._looked += 1
        self._looks[self._looked] = new
        while len(self._looks) > max(4, KEPT_BYTES // (found.nbytes + 1)):
            for key in self._looks.popitem(last=False)[1]:
                self._rows.pop(key, None)

    # --- one look at the network

    def _look(self, ready: int, day: date) -> Moments:
        """
        Follow the vans in the order of time, for all libraries at once.

        A bit of a whole number stands for a library from which the thing set out, so one operation
        lets the things of all of them get on or off a van.
        """
        count = len(self.libraries)
        places = [_Place(1 << own) for own in range(count)]
        riding: dict[int, int] = {}
        found: Moments = np.zeros((count, count), np.int64)
        missing = count * (count - 1)
        for step in self._steps_since(day, ready):
            place = places[step.library]
            if step.boards:
                own = 1 << step.library if ready <= step.ready_by else 0
                on = place.boards_at(step.at) | own
                if on:
                    riding[step.trip] = riding.get(step.trip, 0) | on
                continue
            off = riding.get(step.trip, 0)
            if step.may_change and (change := off & ~place.seen):
                place.seen |= change
                place.coming.append((step.at + TRANSFER, change))
            if new := off & ~place.reached:
                place.reached |= new
                found[step.library][_members(new, count)] = step.at
                missing -= new.bit_count()
                if not missing:
                    break
        return found.T

    def _steps_since(self, first: date, ready: int) -> Iterator[_Step]:
        steps = self._day(first)
        yield from steps[bisect_left(steps, ready, key=_moment) :]
        for ahead in range(1, SEARCHED_DAYS + 1):
            yield from self._day(first + ahead * DAY)

    def _day(self, day: date) -> list[_Step]:
        steps = self._steps.get(day)
        if steps is None:
            steps = self._steps[day] = [self._step(event) for event in self.timetable.events(day)]
        return steps

    def _step(self, event: Event) -> _Step:
        trip, library = event.trip, event.visit.library
        return _Step(
            event.at,
            event.kind == BOARD,
            self._trips.setdefault((trip.loop, trip.day), len(self._trips)),
            self._number[library],
            event.ready_by,
            library in self.timetable.hubs_on(trip.day),
        )


def _moment(step: _Step) -> int:
    return step.at


def _members(bits: int, count: int) -> NDArray[np.bool_]:
    """Return which of the bits are set, the lowest first."""
    data = np.frombuffer(bits.to_bytes((count + 7) // 8, "little"), np.uint8)
    return np.unpackbits(data, count=count, bitorder="little").view(np.bool_)

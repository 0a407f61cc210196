"""Keep the expected day true: as time passes, and when the vans' timetable changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.jobs import queries as jobs_queries
from hyllan.jobs import services as jobs
from hyllan.lending import queries
from hyllan.lending.engine.lifecycle import Outcome
from hyllan.lending.models import PatronRequest
from hyllan.lending.queries import MOVING, Reach
from hyllan.lending.services.notices import notify_moved
from hyllan.lending.services.requests import AT_ONCE
from hyllan.lending.services.steps import locked, tell
from hyllan.region import queries as region
from hyllan.transport import queries as transport
from hyllan.transport import services as transport_services
from hyllan.transport.queries import Change

SOON = timedelta(days=1)  # days further off are looked at when they come near


def refresh_expectations(*, now: datetime) -> int:
    """Keep the expected day true for what is on its way; a changed day is told with its reason."""
    soon = queries.moving().filter(expected_at__lte=now + SOON).order_by("expected_at", "pk")
    wishes = list(soon[:AT_ONCE])
    reach, crates = Reach(_places(wishes), now=now), queries.crates_of(wishes)
    late = 0
    for wish in wishes:
        expected = queries.expected_from_here(wish, reach=reach, now=now, crate=crates.get(wish.pk))
        if expected is not None and wish.expected_at and expected > wish.expected_at:
            late += _delay(wish, expected, now=now)
    return late


def _places(wishes: list[PatronRequest]) -> set[str]:
    suppliers = {wish.supplier.code for wish in wishes if wish.supplier}
    return suppliers | {wish.pickup.code for wish in wishes}


@transaction.atomic
def _delay(seen: PatronRequest, expected: datetime, *, now: datetime) -> bool:
    wish = _unmoved(seen)
    if wish is None or wish.expected_at is None:
        return False
    is_another_day = queries.local_day(expected) > queries.local_day(wish.expected_at)
    _expect(wish, expected)
    if is_another_day:
        facts = {"expected": expected.isoformat(), "where": wish.status}
        tell(wish, "delayed", now=now, library=wish.supplier, facts=facts)
    return is_another_day


def _unmoved(seen: PatronRequest) -> PatronRequest | None:
    """Return the request, locked, if it stands where it was seen; None: it has moved on."""
    wish = locked(seen.number)
    then = (seen.status, seen.changed_at, seen.expected_at, seen.outcome)
    is_same = then == (wish.status, wish.changed_at, wish.expected_at, wish.outcome)
    return wish if is_same and wish.status in MOVING else None


def _expect(wish: PatronRequest, expected: datetime) -> None:
    wish.expected_at = expected
    wish.save(update_fields=["expected_at"])


# --- when the timetable changes


@dataclass(frozen=True, slots=True)
class _Moved:
    """A request whose day is another because of the change; `expected` None: no van any more."""

    wish: PatronRequest
    expected: datetime | None


def timetable_changed(
    *, message_id: int, key: str, payload: dict[str, object], now: datetime
) -> None:
    """
    Move the promises that a change of the timetable touches, and tell their readers once.

    A request is touched if the day with the change is another than the day without it. Each moves
    in a transaction of its own with its notice: told again, the same change finds nothing to do.
    What has changed since and is not yet told here is in force too: it was not there before either.
    """
    since = [behind.payload for behind in jobs_queries.behind(message_id)]
    changes = [transport_services.change_of(each) for each in (payload, *since)]
    for moved in _touched(changes, now=now):
        if moved.expected is None:
            _lose(moved.wish)
        else:
            _move(moved.wish, moved.expected, key=key, payload=payload, now=now)
    with transaction.atomic():
        jobs.complete(message_id, now=now)


def _touched(changes: list[Change], *, now: datetime) -> Iterator[_Moved]:
    """Yield the requests whose day is another with the first change and those after it."""
    if not changes[0].days:
        return
    begin = region.calendar().at(min(changes[0].days), time.min)
    # What comes before the first of the days has no way that the change could touch.
    concerned = list(
        queries.moving().filter(expected_at__gte=begin).order_by("pk").values_list("pk", flat=True)
    )
    before, after = transport.arrivals_before(changes), transport.arrivals()
    for first in range(0, len(concerned), AT_ONCE):
        some = concerned[first : first + AT_ONCE]
        wishes = list(queries.moving().filter(pk__in=some).order_by("pk"))
        crates, places = queries.crates_of(wishes), _places(wishes)
        without, by_now = (Reach(places, now=now, arrivals=each) for each in (before, after))
        for wish in wishes:
            old, new = (
                queries.expected_from_here(wish, reach=reach, now=now, crate=crates.get(wish.pk))
                for reach in (without, by_now)
            )
            if old is not None and (new is None or old != new):
                yield _Moved(wish, new)


@transaction.atomic
def _lose(seen: PatronRequest) -> None:
    """Put a request before staff that no van brings any more: its copy must go another way."""
    wish = _unmoved(seen)
    if wish is not None and not wish.problem:
        wish.problem = _("No van brings it to the pick-up library any more.")
        wish.save(update_fields=["problem"])


@transaction.atomic
def _move(
    seen: PatronRequest, expected: datetime, *, key: str, payload: dict[str, object], now: datetime
) -> None:
    wish = _unmoved(seen)
    if wish is None or wish.expected_at is None:
        return
    old, new = queries.local_day(wish.expected_at), queries.local_day(expected)
    _expect(wish, expected)
    if old == new or wish.outcome != Outcome.OPEN:
        return
    facts = {
        "expected": expected.isoformat(),
        "change": payload["change"],
        "place": payload.get("name", ""),
        "why": payload.get("reason", ""),
        "days": _days(payload["days"]),
    }
    tell(wish, "moved", now=now, library=None, facts=facts)
    notify_moved(wish, facts=facts, key=key, now=now)


def _days(told: object) -> list[str]:
    """Return the first and the last of the days told: all that a sentence names."""
    days = sorted(date.fromisoformat(str(day)) for day in told) if isinstance(told, list) else []
    return [day.isoformat() for day in dict.fromkeys((days[0], days[-1]))] if days else []

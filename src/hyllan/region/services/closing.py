"""A library says itself on which days it is closed, and takes it back."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from hyllan.region import queries
from hyllan.region.engine.calendar import DAY, days_between
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.errors import Refused
from hyllan.region.models import Closure, Library, Region
from hyllan.region.services.audit import record

LONGEST = timedelta(days=3 * 366)
REASON_LENGTH = 100


def may_close(by: Actor, library: Library) -> bool:
    """Return whether somebody may say when this library is closed."""
    own = {"organisation": library.organisation.code, "library": library.code}
    works_there = any(
        by.may_act_at(role, **own) for role in (Role.LIBRARY_STAFF, Role.LIBRARY_MANAGER)
    )
    everywhere = any(by.holds(role) for role in (Role.TRANSPORT_PLANNER, Role.ADMINISTRATOR))
    return by.is_system or works_there or everywhere


@transaction.atomic
def report_closure(
    *,
    library: Library,
    first: date,
    last: date,
    weekday: int = 0,
    reason: str,
    by: Actor,
    now: datetime,
) -> Closure:
    """
    Note that a library is closed on a day, in a period, or on one weekday in a period (1 to 7).

    Rooms that act on it call this in their transaction. The same again changes nothing.

    :raises Refused: `by` may not, no day in it is ahead, or the library is closed on all of them
    """
    region = _lock(library, by)
    same = {"first": first, "last": last, "weekday": weekday}
    known = queries.closures(library).filter(**same).first()
    if known is not None:
        return known
    days = _days(first, last, weekday, now=now)
    if not reason.strip():
        raise Refused(_("Write why the library is closed: readers see it."))
    calendar = queries.calendar()
    if all(calendar.is_closed(library.code, day) or calendar.is_holiday(day) for day in days):
        raise Refused(_("The library is closed on all of these days already."))
    closure = Closure.objects.create(
        library=library, **same, reason=reason.strip()[:REASON_LENGTH], reported_at=now
    )
    _note(region, closure, "report_closure", by=by, now=now)
    return closure


def _lock(library: Library, by: Actor) -> Region:
    """Let one at a time change the days; refuse who may not."""
    if not may_close(by, library):
        raise Refused(
            _("Only the staff of %(library)s and the transport planner may do this.")
            % {"library": library.name}
        )
    return Region.objects.select_for_update().get_or_create(pk=1)[0]


def _days(first: date, last: date, weekday: int, *, now: datetime) -> frozenset[date]:
    calendar = queries.calendar()
    if last < first:
        raise Refused(_("The last day is before the first."))
    if last < calendar.day_of(now):
        raise Refused(_("These days have passed."))
    if last - first > LONGEST or last >= calendar.known_until:
        raise Refused(_("That is too far ahead: three years at a time."))
    days = days_between(first, last, weekday)
    if not any(day >= calendar.day_of(now) for day in days):
        raise Refused(_("There is no such weekday between these days."))
    return days


def _note(region: Region, closure: Closure, action: str, *, by: Actor, now: datetime) -> None:
    region.version += 1
    region.save(update_fields=["version"])
    record(
        by=by,
        action=f"region.{action}",
        subject=f"library:{closure.library.code}",
        now=now,
        detail={
            "closure": closure.pk,
            "first": closure.first.isoformat(),
            "last": closure.last.isoformat(),
            "weekday": closure.weekday,
        },
    )


@transaction.atomic
def withdraw_closure(*, closure_id: int, by: Actor, now: datetime) -> frozenset[date]:
    """
    Take a closure back from today on; return the days that are open again. Once is enough.

    :raises Refused: there is no such closure, or `by` may not
    """
    found = Closure.objects.select_related("library__organisation").filter(pk=closure_id).first()
    if found is None:
        raise Refused(_("These closed days are not there. Load the page again."))
    region = _lock(found.library, by)
    closure = Closure.objects.select_related("library").get(pk=closure_id)
    today = queries.calendar().day_of(now)
    days = frozenset(day for day in queries.days_of(closure) if day >= today)
    if closure.withdrawn_at is not None or not days:
        return frozenset()
    if closure.first < today:
        closure.last = today - DAY  # what has been stays as it was
    else:
        closure.withdrawn_at = now
    closure.save(update_fields=["last", "withdrawn_at"])
    _note(region, closure, "withdraw_closure", by=by, now=now)
    return days

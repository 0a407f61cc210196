"""Reads of the region's places, days and people."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from hyllan.region.engine.calendar import Calendar, days_between
from hyllan.region.engine.holidays import KNOWN_FROM, KNOWN_UNTIL, holidays_of
from hyllan.region.engine.opening import Hours, Opening
from hyllan.region.engine.roles import Actor, Grant, Role
from hyllan.region.engine.weekdays import read_weekdays
from hyllan.region.models import (
    AuditEntry,
    ClosedDay,
    Closure,
    Library,
    OpeningHours,
    Organisation,
    Person,
    Region,
    RoleAssignment,
    SchoolTerm,
)


def region() -> Region:
    """Return the region as it was loaded; before any load, a nameless one in Sweden."""
    return Region.objects.filter(pk=1).first() or Region(pk=1)


def actor(person: Person | AnonymousUser) -> Actor:
    """Return what this person may do; an anonymous visitor may do nothing special."""
    if not isinstance(person, Person) or not person.is_active:
        return Actor(None, "")
    roles = person.roles.select_related("organisation", "library")
    return Actor(
        person_id=person.pk,
        name=str(person),
        grants=frozenset(
            Grant(
                role=Role(held.role),
                organisation=held.organisation.code if held.organisation else "",
                library=held.library.code if held.library else "",
            )
            for held in roles
        ),
    )


def organisations() -> QuerySet[Organisation]:
    """Return all organisations by name."""
    return Organisation.objects.all()


def libraries() -> QuerySet[Library]:
    """Return all libraries by name, each with its organisation."""
    return Library.objects.select_related("organisation")


def library(code: str) -> Library:
    """Return one library. Raises Library.DoesNotExist."""
    return libraries().get(code=code)


def calendar() -> Calendar:
    """Return the region's holidays, closed days and van hours."""
    its_region = region()
    closed: dict[str, set[date]] = defaultdict(set)
    for code, day in ClosedDay.objects.values_list("library__code", "day"):
        closed[code].add(day)
    for closure in closures():
        closed[closure.library.code] |= days_of(closure)
    places = list(Library.objects.values_list("code", "van_weekdays", "van_from"))
    return Calendar(
        time_zone=its_region.time_zone,
        known_from=KNOWN_FROM,
        known_until=KNOWN_UNTIL,
        holidays=holidays_of(its_region.holidays),
        closed={code: frozenset(days) for code, days in closed.items()},
        van_weekdays={code: read_weekdays(weekdays) for code, weekdays, _ in places},
        van_from={code: van_from for code, _, van_from in places},
        school_terms=tuple(SchoolTerm.objects.order_by("first").values_list("first", "last")),
    )


_calendar = calendar  # for functions with an argument of that name


def closures(library: Library | None = None) -> QuerySet[Closure]:
    """Return what libraries, or one, have said themselves of closed days, the next first."""
    held = Closure.objects.filter(withdrawn_at__isnull=True).select_related("library__organisation")
    if library is not None:
        held = held.filter(library=library)
    return held.order_by("first", "library__name", "pk")


def days_of(closure: Closure) -> frozenset[date]:
    """Return the days of a closure, one by one."""
    return days_between(closure.first, closure.last, closure.weekday)


def why_closed(codes: Collection[str], first: date, last: date) -> dict[tuple[str, date], str]:
    """Return the reasons why libraries are closed on days, as they gave them."""
    written = ClosedDay.objects.filter(library__code__in=codes, day__gte=first, day__lte=last)
    reasons = {(day.library.code, day.day): day.reason for day in written.select_related("library")}
    told = closures().filter(library__code__in=codes, first__lte=last, last__gte=first)
    for closure in told:
        for day in days_of(closure):
            if first <= day <= last:
                reasons[closure.library.code, day] = closure.reason
    return reasons


def written_closed_days(libraries: Collection[int], first: date) -> QuerySet[ClosedDay]:
    """Return the closed days that the region's folder names for libraries, from a day on."""
    written = ClosedDay.objects.filter(library__in=libraries, day__gte=first)
    return written.select_related("library").order_by("day", "library__name")


def calendar_version() -> int:
    """Return a number that grows whenever a place or a day changes; for caches."""
    return region().version


def openings(codes: Collection[str], *, calendar: Calendar | None = None) -> dict[str, Opening]:
    """Return the opening hours of these libraries by code; by another calendar where one asks."""
    days = calendar or _calendar()
    hours: dict[str, dict[int, Hours]] = {code: {} for code in codes}
    rows = OpeningHours.objects.filter(library__code__in=codes)
    for code, weekday, *span in rows.values_list("library__code", "weekday", "opens", "closes"):
        hours[code][weekday] = Hours(*span)
    return {code: Opening(library=code, hours=hours[code], calendar=days) for code in codes}


def opening(code: str) -> Opening:
    """Return the opening hours of one library."""
    return openings([code])[code]


def people(text: str = "") -> QuerySet[Person]:
    """Return the staff by name, with roles; residents have no business in a list."""
    staff = Person.objects.filter(card_number="", is_active=True)
    if text:
        staff = staff.filter(Q(name__icontains=text) | Q(username__icontains=text))
    return staff.order_by("name", "username").prefetch_related(
        "roles__organisation", "roles__library"
    )


def audit(subject: str = "") -> QuerySet[AuditEntry]:
    """Return the audit log, the latest first; of one subject, such as "person:12", or of all."""
    entries = AuditEntry.objects.select_related("actor")
    if subject:
        entries = entries.filter(subject=subject)
    return entries.order_by("-at", "-pk")


def held_roles(person: Person) -> QuerySet[RoleAssignment]:
    """Return one person's roles and where they hold."""
    return person.roles.select_related("organisation", "library").order_by("role", "pk")

"""What follows when the timetable changes: crates on vans, and those who promised by it."""

from datetime import date, datetime

from django.db import transaction

from hyllan.jobs.services import publish
from hyllan.region import queries as region
from hyllan.region import services as region_services
from hyllan.region.engine.calendar import Calendar
from hyllan.region.engine.roles import Actor
from hyllan.region.models import Library
from hyllan.transport import queries
from hyllan.transport.models import Crate, NetworkVersion
from hyllan.transport.services.ground import Status, audit

CHANGED = "transport.timetable_changed"


@transaction.atomic
def report_closed(
    *,
    library: Library,
    first: date,
    last: date,
    weekday: int = 0,
    reason: str,
    by: Actor,
    now: datetime,
) -> int:
    """
    Close a library for the vans and its readers: a day, a period, or a weekday in a period.

    The vans pass it by, crates for it wait at the hub, promises move and those concerned are told,
    all from this one entry. Returns the closure's id; the same again changes nothing.

    :raises Refused: `by` may not, no day is ahead, or it is closed on all of them already
    """
    known = set(region.closures(library).values_list("pk", flat=True))
    before = region.calendar().closed.get(library.code, frozenset())
    closure = region_services.report_closure(
        library=library, first=first, last=last, weekday=weekday, reason=reason, by=by, now=now
    )
    if closure.pk not in known:
        _tell_days(
            f"closure-{closure.pk}",
            library,
            region.days_of(closure) - before,
            reason,
            are_closed=True,
            now=now,
        )
        settle_crates_on_vans(by=by, now=now)
    return closure.pk


@transaction.atomic
def undo_closed(*, closure_id: int, by: Actor, now: datetime) -> None:
    """
    Take closed days back from today on: the vans come again, and promises move back.

    :raises Refused: there is no such closure, or `by` may not
    """
    closure = region.closures().filter(pk=closure_id).first()
    days = region_services.withdraw_closure(closure_id=closure_id, by=by, now=now)
    if closure is not None and days:
        days -= region.calendar().closed.get(closure.library.code, frozenset())
        mark = f"closure-{closure_id}"
        _tell_days(mark, closure.library, days, closure.reason, are_closed=False, now=now)
        settle_crates_on_vans(by=by, now=now)


def tell_reloaded_days(*, before: Calendar, by: Actor, now: datetime) -> None:
    """
    Tell of each closed day that the region's folder has newly named or no longer names.

    Call it in the transaction that loaded the folder.

    :param before: the calendar before it was loaded
    """
    if not before.van_weekdays:
        return  # the very first load: nobody has promised anything
    calendar, today = region.calendar(), region.calendar().day_of(now)
    version = region.calendar_version()
    for code in sorted({*before.closed, *calendar.closed}):
        was, now_is = (each.closed.get(code, frozenset()) for each in (before, calendar))
        for days, are_closed in ((now_is - was, True), (was - now_is, False)):
            ahead = frozenset(day for day in days if day >= today)
            library = region.libraries().filter(code=code).first() if ahead else None
            if library is not None:
                reasons = region.why_closed([code], min(ahead), max(ahead))
                reason = reasons.get((code, min(ahead)), "")
                mark = f"folder-{version}-{code}"
                _tell_days(mark, library, ahead, reason, are_closed=are_closed, now=now)
    settle_crates_on_vans(by=by, now=now)


def _tell_days(
    mark: str,
    library: Library,
    days: frozenset[date],
    reason: str,
    *,
    are_closed: bool,
    now: datetime,
) -> None:
    ahead = sorted(day for day in days if day >= region.calendar().day_of(now))
    publish(
        event=CHANGED,
        # A second undo cannot be: what is withdrawn is never reported again under the same id.
        key=f"{CHANGED}:{mark}:{'closed' if are_closed else 'open'}",
        payload={
            "change": "closed" if are_closed else "open",
            "library": library.code,
            "name": library.name,
            "reason": reason,
            "days": [day.isoformat() for day in ahead],
        },
        now=now,
        lane="timetable",
    )


def tell_network(version: NetworkVersion, *, now: datetime) -> None:
    """Tell that another network comes into force, or does not after all."""
    publish(
        event=CHANGED,
        key=f"{CHANGED}:network-{version.pk}:{version.status}",
        payload={
            "change": version.status,
            "version": version.pk,
            "days": [version.valid_from.isoformat() if version.valid_from else ""],
        },
        now=now,
        lane="timetable",
    )


def change_of(payload: dict[str, object]) -> queries.Change:
    """Return what an event of `CHANGED` tells, as queries want it."""
    told = payload["days"]
    days = [date.fromisoformat(day) for day in told] if isinstance(told, list) else []
    if "library" in payload:
        return queries.Change(
            library=str(payload["library"]),
            days=frozenset(days),
            are_closed=payload["change"] == "closed",
        )
    return queries.Change(
        days=frozenset(days),
        version_id=int(str(payload["version"])),
        is_withdrawn=payload["change"] == NetworkVersion.Status.WITHDRAWN,
    )


def settle_crates_on_vans(*, by: Actor, now: datetime) -> None:
    """
    Say anew where the crates on vans are taken off, in the caller's transaction.

    What cannot be left where it was to be left goes back with the van to the hub, and waits there.
    """
    table = queries.timetable()
    aboard = Crate.objects.select_for_update(of=("self",)).filter(status=Status.ON_VAN)
    places = ("destination", "leave_at")
    for crate in aboard.select_related(*places).order_by("pk"):
        code = queries.best_exit(table, crate, now=now)
        if code is not None and (crate.leave_at is None or crate.leave_at.code != code):
            crate.leave_at = region.library(code)
            crate.save(update_fields=["leave_at"])
            audit("settle_crates_on_vans", crate, by=by, now=now, leave_at=code)

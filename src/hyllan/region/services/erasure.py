"""Personal data goes when it is no longer needed."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.timezone import localdate

from hyllan.region.engine.roles import SYSTEM
from hyllan.region.models import Person
from hyllan.region.services.audit import record

KEEP_RESIDENTS = timedelta(days=365)
KEEP_FAILED_SIGN_INS = timedelta(days=1)
MOST_AT_ONCE = 500  # the rest is for the next night: the transaction stays short


@transaction.atomic
def erase_residents(*, now: datetime, wall: datetime | None = None) -> int:
    """
    Delete residents who have not been seen for a year; return how many.

    What they did stays without a name. One to whom something still points that must not lose its
    person is left for the next time. Also failed sign-ins and ended sessions go: they are kept in
    `wall` time, and nobody is signed out since the demo's clock jumps.
    """
    AccessAttempt.objects.filter(attempt_time__lt=(wall or now) - KEEP_FAILED_SIGN_INS).delete()
    Session.objects.filter(expire_date__lt=wall or now).delete()
    before = localdate(now) - KEEP_RESIDENTS
    unseen = Person.objects.exclude(card_number="").filter(last_seen_on__lt=before)
    found = unseen.order_by("last_seen_on", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
    erased = sum(_erase(pk) for pk in list(found))
    if erased:
        record(
            by=SYSTEM,
            action="region.erase_residents",
            subject="region:1",
            now=now,
            detail={"erased": erased, "unseen_since": before.isoformat()},
        )
    return erased


def _erase(pk: int) -> int:
    try:
        with transaction.atomic():
            Person.objects.filter(pk=pk).delete()
    except ProtectedError:
        return 0
    return 1

"""Live availability: ask the library systems how items stand, and keep what they say."""

import threading
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from hyllan.catalogue.connectors import ncip
from hyllan.catalogue.connectors.systems import library_systems
from hyllan.catalogue.engine.availability import AT_MOST, FRESH, PAUSE, Heard, LibrarySystem, settle
from hyllan.catalogue.models import Edition, Item, Source
from hyllan.jobs import services as jobs

DEADLINE = 1.5  # seconds in which all systems are heard
# A page that waits keeps one of its web process's few threads: the others show what is known
_waiting_room = threading.BoundedSemaphore(2)


def ask_availability(*, edition_id: int, now: datetime) -> None:
    """
    Ask the systems of an edition's items how these stand, and store what they say.

    Returns within the deadline. An item is asked about once a minute at most, whoever asks, and
    a system that fell silent is left alone for a minute. Never call it inside a transaction.
    """
    owners = set(_to_ask(edition_id, now).values_list("organisation_id", flat=True))
    systems = library_systems(owners)
    if not systems or not _waiting_room.acquire(blocking=False):
        return
    try:
        asked = _claim(edition_id=edition_id, owners=systems.keys(), now=now)
        if asked:
            questions = [(systems[owner], list(barcodes)) for owner, barcodes in asked.items()]
            heard = ncip.ask(questions, seconds=DEADLINE)
            _keep(asked, dict(zip(asked, heard, strict=True)), now=now)
            _log(systems, dict(zip(asked, heard, strict=True)), now=now)
    finally:
        _waiting_room.release()


def _to_ask(edition_id: int, now: datetime) -> QuerySet[Item]:
    """Return the edition's items that may be asked about now."""
    silent = Source.objects.filter(silent_at__gt=now - PAUSE, silent_at__lte=now)
    return (
        Item.objects.filter(edition=edition_id)
        .exclude(status=Item.Status.WITHDRAWN)
        .exclude(asked_at__isnull=False, asked_at__gt=now - FRESH, asked_at__lte=now)
        .exclude(organisation__in=silent.values("organisation"))
    )


@transaction.atomic
def _claim(*, edition_id: int, owners: Collection[int], now: datetime) -> dict[int, dict[str, int]]:
    """Take items to ask about: their numbers by organisation and barcode. Each is taken once."""
    items = (
        _to_ask(edition_id, now)
        .filter(organisation__in=owners)
        .select_for_update(skip_locked=True)
        .order_by(F("asked_at").asc(nulls_first=True), "pk")[:AT_MOST]
    )
    asked: dict[int, dict[str, int]] = defaultdict(dict)
    for item in items:
        asked[item.organisation_id][item.barcode] = item.pk
    taken = [number for barcodes in asked.values() for number in barcodes.values()]
    Item.objects.filter(pk__in=taken).update(asked_at=now)
    return asked


@transaction.atomic
def _keep(
    asked: Mapping[int, Mapping[str, int]], heard: Mapping[int, Heard], *, now: datetime
) -> None:
    """
    Store what the systems said; what was told since they were asked is not overwritten.

    No audit line: nobody did anything, as in a harvest.
    """
    said = {
        asked[owner][barcode]: state
        for owner, each in heard.items()
        for barcode, state in each.states.items()
    }
    learned: list[Item] = []
    changed: set[int] = set()
    rows = Item.objects.select_for_update().filter(pk__in=said, status_at__lte=now)
    for item in rows.order_by("pk"):
        state = settle(item.status, said[item.pk])
        if state is not None:
            if state.status != item.status and item.edition_id is not None:
                changed.add(item.edition_id)
            item.status, item.due, item.status_at = state.status, state.due, now
            learned.append(item)
    Item.objects.bulk_update(learned, ["status", "due", "status_at"])
    # It is searched by what is available
    Edition.objects.filter(pk__in=changed).update(changes=F("changes") + 1)
    silent = {owner for owner, each in heard.items() if each.fault}
    Source.objects.filter(organisation__in=silent).update(silent_at=now)
    answered = heard.keys() - silent
    Source.objects.filter(organisation__in=answered, silent_at__isnull=False).update(silent_at=None)


def _log(
    systems: Mapping[int, LibrarySystem], heard: Mapping[int, Heard], *, now: datetime
) -> None:
    """Write down who fell silent; the questions that were answered are too many to be kept."""
    for owner, each in heard.items():
        if each.fault:
            jobs.log_exchange(
                at=now,
                sender=systems[owner].from_agency,
                receiver=systems[owner].to_agency,
                protocol=systems[owner].protocol.upper(),
                type="LookupItem",
                result=each.fault,
                milliseconds=each.milliseconds,
            )

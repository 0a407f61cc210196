"""Reads that only the pages need: what leaves, who may see a request, where copies are in."""

from collections import Counter
from collections.abc import Collection

from django.db.models import F, Q, QuerySet

from hyllan.lending import queries
from hyllan.lending.engine.lifecycle import Status
from hyllan.lending.models import PatronRequest
from hyllan.region import queries as region
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.models import Library

AT_THE_SUPPLIER = [Status.SOURCED.value, Status.PICKED.value, Status.CRATED.value]
AT_THE_PICKUP = [Status.RETURNED.value, Status.CRATED_HOME.value]


def staff_libraries(by: Actor) -> QuerySet[Library]:
    """Return the libraries where the actor is staff, by name; a terminal lends nothing."""
    places = Q(pk__in=[])
    for grant in by.grants:
        if grant.role != Role.LIBRARY_STAFF:
            continue
        if not grant.library and not grant.organisation:
            places = Q()
            break
        here = Q(code=grant.library) if grant.library else Q()
        if grant.organisation:
            here &= Q(organisation__code=grant.organisation)
        places |= here
    return region.libraries().filter(places).exclude(kind=Library.Kind.HUB).order_by("name")


def to_send(library: Library) -> QuerySet[PatronRequest]:
    """Return what must go into a crate here; what stays needs none."""
    return queries.to_pack(library).exclude(supplier=F("pickup"))


def to_slip(library: Library) -> QuerySet[PatronRequest]:
    """Return what is here on its way out, so that a slip can go with it."""
    return queries.open_requests().filter(
        Q(supplier=library, status__in=AT_THE_SUPPLIER)
        | Q(pickup=library, status__in=AT_THE_PICKUP)
    )


def request_at(by: Actor, number: str) -> PatronRequest | None:
    """Return a request, open or closed, that goes from or to a library where the actor is staff."""
    mine = staff_libraries(by).values("pk")
    return (
        PatronRequest.objects.filter(Q(supplier__in=mine) | Q(pickup__in=mine), number=number)
        .select_related("edition", "item", "pickup__organisation", "supplier__organisation")
        .first()
    )


def available_places(edition_ids: Collection[int]) -> dict[int, int]:
    """Return at how many libraries each edition is in and not asked for; nowhere: left out."""
    free = queries.free_items(edition_ids)
    places = set(free.order_by().values_list("edition_id", "library_id"))
    return dict(Counter(edition for edition, _library in places if edition is not None))

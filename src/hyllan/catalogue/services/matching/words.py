"""Staff's word on records, as pairs of places in a list of them."""

from collections.abc import Mapping
from typing import NamedTuple

from hyllan.catalogue.models import MatchDecision

FEW = 5_000  # numbers in one question
Pairs = list[tuple[int, int]]


class Words(NamedTuple):
    must: Pairs
    cannot: Pairs


def words(level: str, places: Mapping[int, int]) -> Words:
    """
    Return what staff said of two that are both here, and are not one place.

    :param places: by record number
    """
    rows = MatchDecision.objects.filter(level=level).order_by("pk")
    if len(places) <= FEW:
        rows = rows.filter(record__in=places)
    told = Words([], [])
    for record, other, together in rows.values_list("record_id", "other_id", "together"):
        one, two = places.get(record), places.get(other)
        if one is not None and two is not None and one != two:
            (told.must if together else told.cannot).append((one, two))
    return told

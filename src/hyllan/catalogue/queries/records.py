"""Editions as MARC 21 records, to be given on."""

from collections.abc import Collection
from dataclasses import fields

from hyllan.catalogue.engine.export import Copy, to_marc
from hyllan.catalogue.engine.normalise import Description
from hyllan.catalogue.models import Edition, Item
from hyllan.protocols.marc import MarcRecord

_COLUMNS = (
    "title",
    "responsible",
    "year",
    "language",
    "material",
    "audience",
    "easy",
    "publisher",
    "subjects",
)
_TOLD = {field.name for field in fields(Description)}


def as_marc(edition_ids: Collection[int]) -> dict[int, MarcRecord]:
    """Return the records of these editions by their numbers; of one that is gone: none."""
    editions = Edition.objects.filter(gone=False, merged_into=None).in_bulk(edition_ids)
    copies = _copies(editions)
    return {
        pk: to_marc(pk, _description(edition), copies.get(pk, []), changed=edition.changed_at)
        for pk, edition in editions.items()
    }


def _description(edition: Edition) -> Description:
    told = {name: value for name, value in edition.details.items() if name in _TOLD}
    isbns = [edition.isbn, *told.get("isbns", ())]
    columns = {name: getattr(edition, name) for name in _COLUMNS}
    unique = list(dict.fromkeys(isbn for isbn in isbns if isbn))
    return Description.from_json(told | columns | {"isbns": unique})


def _copies(edition_ids: Collection[int]) -> dict[int, list[Copy]]:
    found: dict[int, list[Copy]] = {}
    rows = (
        Item.objects.filter(edition__in=edition_ids)
        .exclude(status=Item.Status.WITHDRAWN)
        .order_by("library__code", "barcode", "pk")
        .values_list("edition_id", "library__code", "barcode", "call_number", "status")
    )
    for edition_id, *told in rows:
        if edition_id is not None:
            found.setdefault(edition_id, []).append(Copy(*told))
    return found

"""What `queries` gives, as the API tells it (shapes.py)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from hyllan.catalogue.models import Edition
from hyllan.catalogue.queries import Facets, Hit, ItemView, OtherEdition, SearchResult

Page = Callable[[int], str]


def edition_page(request: HttpRequest) -> Page:
    """Return what gives the address of an edition's page."""
    before, _, after = request.build_absolute_uri(reverse("catalogue:record", args=[0])).rpartition(
        "0"
    )
    return lambda number: f"{before}{number}{after}"


def told_result(found: SearchResult, page: Page) -> dict[str, Any]:
    """Return a page of hits."""
    return {
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "limit": found.limit,
        "milliseconds": found.milliseconds,
        "corrected": found.corrected,
        "hits": [_hit(hit, page) for hit in found.hits],
        "facets": _facets(found.facets) if found.facets else None,
    }


def _hit(hit: Hit, page: Page) -> dict[str, Any]:
    return _brief(hit, hit.edition_id, page) | {
        "responsible": hit.responsible,
        "libraries": hit.libraries,
        "call_number": hit.call_number,
        "available": hit.is_in,
        "others": [_brief(other, other.edition_id, page) for other in hit.others],
    }


def _brief(told: Hit | OtherEdition | Edition, number: int, page: Page) -> dict[str, Any]:
    return {
        "id": number,
        "url": page(number),
        "title": told.title,
        "year": told.year,
        "language": told.language,
        "material": told.material,
    }


def _facets(facets: Facets) -> dict[str, Any]:
    return {
        "organisations": facets.organisations,
        "libraries": facets.libraries,
        "materials": facets.materials,
        "languages": facets.languages,
        "years": facets.years,
        "audiences": facets.audiences,
        "easy": facets.easy,
        "available": facets.available,
    }


def told_record(
    edition: Edition, others: Iterable[Edition], items: Sequence[ItemView], page: Page
) -> dict[str, Any]:
    """Return an edition with its work and its items."""
    details = edition.details
    isbns = [edition.isbn, *details.get("isbns", ())]
    return _brief(edition, edition.pk, page) | {
        "responsible": edition.responsible,
        "names": details.get("names", []),
        "languages": details.get("languages") or [edition.language] * bool(edition.language),
        "form": details.get("form", ""),
        "audience": edition.audience,
        "easy": edition.easy,
        "isbns": list(dict.fromkeys(isbn for isbn in isbns if isbn)),
        "publisher": edition.publisher,
        "extent": details.get("extent", ""),
        "series": details.get("series", ""),
        "summary": details.get("summary", ""),
        "subjects": edition.subjects,
        "first_seen": edition.first_seen_at.isoformat(),
        "changed": edition.changed_at.isoformat(),
        "work": {
            "id": edition.work.pk,
            "title": edition.work.title,
            "responsible": edition.work.responsible,
            "editions": [_brief(other, other.pk, page) for other in others],
        },
        "libraries": _holdings(items),
    }


def _holdings(items: Sequence[ItemView]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        holding = found.setdefault(
            item.library_code,
            {
                "code": item.library_code,
                "name": item.library,
                "organisation": item.organisation_code,
                "items": [],
            },
        )
        holding["items"].append(
            {"barcode": item.barcode, "call_number": item.call_number, "status": item.status}
        )
    return list(found.values())

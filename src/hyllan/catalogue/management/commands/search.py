"""`hyllan search "QUERY"`: search as the page does."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hyllan.catalogue import queries
from hyllan.catalogue.management.reporting import ReportingCommand
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.region.queries import library as region_library


class Command(ReportingCommand):
    help = "Search all libraries, or one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the query."""
        super().add_arguments(parser)
        parser.add_argument("query", help='words, "a phrase" or an ISBN')
        parser.add_argument("--library", default="", help="only what stands in this library (code)")

    def handle(self, *, query: str, library: str, json: bool, **options: Any) -> None:
        """Search."""
        self.report(as_json=json, run=lambda: _search(query, library), words=_words)


def _search(query: str, library: str) -> dict[str, Any]:
    if library:
        try:
            region_library(library)
        except Library.DoesNotExist:
            raise Refused(_("There is no library %(code)s.") % {"code": library}) from None
    found = queries.search(query, library=library)
    return {
        "total": found.total,
        "hits": [
            {
                "id": hit.edition_id,
                "title": hit.title,
                "responsible": hit.responsible,
                "year": hit.year,
                "libraries": list(hit.libraries),
            }
            for hit in found.hits
        ],
        "milliseconds": found.milliseconds,
        "corrected": found.corrected,
    }


def _words(found: Mapping[str, Any]) -> str:
    lines = [_("%(total)d hits in %(milliseconds)s ms") % found]
    if found["corrected"]:
        lines.append(_("Nothing was found as written; searched instead: %(corrected)s") % found)
    for hit in found["hits"]:
        about = ", ".join(str(each) for each in (hit["responsible"], hit["year"]) if each)
        lines.append(f"{hit['id']:>8}  {hit['title']}" + (f" ({about})" if about else ""))
    return "\n".join(lines)

"""Reads of the catalogue: search, one edition, its items, sources and their quarantine."""

from hyllan.catalogue.models import Edition, Item
from hyllan.catalogue.queries.cql import CQL_NAMES, CqlFound, search_cql
from hyllan.catalogue.queries.harvests import Totals, next_harvest, source, source_totals
from hyllan.catalogue.queries.records import as_marc
from hyllan.catalogue.queries.search import (
    LAST_PAGE,
    PAGE_SIZE,
    Hit,
    OtherEdition,
    SearchResult,
    search,
)
from hyllan.catalogue.queries.shelf import (
    ItemView,
    available_items,
    available_items_of,
    edition,
    items_of,
    other_editions,
    quarantine,
    quarantined,
    source_of,
    sources,
)
from hyllan.catalogue.queries.suggesting import Suggestion, suggest
from hyllan.catalogue.search_index import Facets, Filters, Sort

__all__ = [
    "CQL_NAMES",
    "LAST_PAGE",
    "PAGE_SIZE",
    "CqlFound",
    "Edition",
    "Facets",
    "Filters",
    "Hit",
    "Item",
    "ItemView",
    "OtherEdition",
    "SearchResult",
    "Sort",
    "Suggestion",
    "Totals",
    "as_marc",
    "available_items",
    "available_items_of",
    "edition",
    "items_of",
    "next_harvest",
    "other_editions",
    "quarantine",
    "quarantined",
    "search",
    "search_cql",
    "source",
    "source_of",
    "source_totals",
    "sources",
    "suggest",
]

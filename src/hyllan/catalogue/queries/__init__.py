"""Reads of the catalogue: search, one edition, its items, sources and their quarantine."""

from hyllan.catalogue.models import Edition, Item
from hyllan.catalogue.queries.changes import (
    BEGINNING,
    Change,
    Mark,
    Window,
    change_of,
    changes,
    count_changes,
    earliest_change,
    organisations_with_records,
)
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
    "BEGINNING",
    "CQL_NAMES",
    "LAST_PAGE",
    "PAGE_SIZE",
    "Change",
    "CqlFound",
    "Edition",
    "Facets",
    "Filters",
    "Hit",
    "Item",
    "ItemView",
    "Mark",
    "OtherEdition",
    "SearchResult",
    "Sort",
    "Suggestion",
    "Totals",
    "Window",
    "as_marc",
    "available_items",
    "available_items_of",
    "change_of",
    "changes",
    "count_changes",
    "earliest_change",
    "edition",
    "items_of",
    "next_harvest",
    "organisations_with_records",
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

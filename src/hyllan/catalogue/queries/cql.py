"""Search by CQL, for SRU."""

from dataclasses import dataclass

from django.conf import settings

from hyllan.catalogue import search_index
from hyllan.protocols.sru import CqlQuery, Tree, names, resolved

CQL_NAMES = names(search_index.CQL_INDEXES, {"info:hyllan/cql-context-set/1": "hyllan"})


@dataclass(frozen=True, slots=True)
class CqlFound:
    total: int
    edition_ids: tuple[int, ...]


def search_cql(query: CqlQuery | Tree, *, start: int = 0, count: int = 10) -> CqlFound:
    """
    Return how many editions a query finds, and `count` of them from `start` (the first is 0).

    :raises CqlError: an index, relation or modifier is not served; its number is SRU's diagnostic
    """
    asked = query if isinstance(query, CqlQuery) else CqlQuery(query)
    total, found = search_index.find_cql(
        settings.HYLLAN_HOME, resolved(asked, CQL_NAMES), start=start, count=count
    )
    return CqlFound(total, found)

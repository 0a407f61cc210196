"""From what a reader wrote to a page of hits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from tantivy import Query

from hyllan.catalogue.engine.query import Part
from hyllan.catalogue.search_index.cql import asked_query, is_scored, patience
from hyllan.catalogue.search_index.facets import Facets, facets_beside, facets_of
from hyllan.catalogue.search_index.questions import Filters, question
from hyllan.catalogue.search_index.ranking import Group, Ranked, Sort, stages
from hyllan.catalogue.search_index.reader import Opened, number_of, opened
from hyllan.catalogue.search_index.spelling import Respelt, respelt
from hyllan.protocols.sru import Boolean, SearchClause, Tree


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits."""

    total: int  # editions
    groups: tuple[Group, ...] = ()
    works: int | None = None  # how many groups there are in all, where the page came near the end
    facets: Facets | None = None
    corrected: str = ""  # what was searched instead, where nothing was found as written


def find(
    home: Path,
    asked: Sequence[Part] | Tree,
    *,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    sort: Sort = Sort.RELEVANCE,
    tiers: Sequence[Collection[str]] = (),
    first: int = 0,
    number: int = 20,
    facets: bool = False,
    libraries: Collection[str] = (),
    forgiving: bool = True,
) -> Found:
    """
    Return works `first` to `first + number` in which all parts are found, by their editions.

    :param asked: the parts of what was written, or a CQL query whose names are resolved
    :param tiers: see `ranking.stages`
    :param libraries: codes of the libraries that the facets count
    :param forgiving: look for what was meant where nothing is found as written
    :raises CqlError: the CQL query asks for something that is not served
    """
    index, query = opened(home), asked_query(asked, filters)
    if index is None or query is None:
        return Found(0)
    corrected = ""
    ranked = _ranked(index, query, asked, sort, tiers)
    with patience(asked):
        groups = ranked.page(first, number)
    if forgiving and not ranked.total and (other := _instead(home, index, asked, filters)):
        corrected, asked = other.text, other.parts
        ranked = _ranked(index, asked_query(asked, filters) or query, asked, sort, tiers)
        groups = ranked.page(first, number)
    counted = _counted(index, asked, filters, libraries) if facets else None
    return Found(ranked.total, groups, ranked.works, counted, corrected)


def count(home: Path, asked: Sequence[Part] | Tree, *, filters: Filters) -> int:
    """Return how many editions are found as written. Raises CqlError."""
    index, query = opened(home), asked_query(asked, filters)
    if index is None or query is None:
        return 0
    with patience(asked):
        return number_of(index.searcher, query)


def whole_shelf(home: Path, *, of: Collection[str]) -> Facets:
    """Return the counts of all that is there, from these columns."""
    index = opened(home)
    return facets_of(index, Query.all_query(), of=of) if index else Facets()


def _counted(
    index: Opened, asked: Sequence[Part] | Tree, filters: Filters, libraries: Collection[str]
) -> Facets:
    def kept(to: Filters) -> Query:
        return asked_query(asked, to) or Query.all_query()

    return facets_beside(index, kept, filters, libraries=libraries)


def _ranked(
    index: Opened,
    query: Query,
    asked: Sequence[Part] | Tree,
    sort: Sort,
    tiers: Sequence[Collection[str]],
) -> Ranked:
    by = "" if is_scored(asked) else "libraries"
    return Ranked(index, query, stages(query, sort, tiers, by=by))


def _instead(
    home: Path, index: Opened, asked: Sequence[Part] | Tree, filters: Filters
) -> Respelt | None:
    """Return what was probably meant, if the words as written are found nowhere at all."""
    if isinstance(asked, (SearchClause, Boolean)):
        return None
    anywhere = question(asked, Filters())
    if anywhere is None or number_of(index.searcher, anywhere):
        return None
    for other in respelt(home, index, asked):
        query = question(other.parts, filters)
        if query is not None and number_of(index.searcher, query):
            return other
    return None

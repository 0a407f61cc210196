"""From what a reader wrote to a page of hits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from tantivy import Query

from hyllan.catalogue.engine.query import Part
from hyllan.catalogue.search_index.facets import Facets, facets_of
from hyllan.catalogue.search_index.questions import Filters, by_score, question
from hyllan.catalogue.search_index.ranking import Group, Ranked, Sort, stages
from hyllan.catalogue.search_index.reader import Opened, number_of, opened
from hyllan.catalogue.search_index.spelling import Respelt, respelt


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
    parts: Sequence[Part],
    *,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    sort: Sort = Sort.RELEVANCE,
    tiers: Sequence[Collection[str]] = (),
    first: int = 0,
    number: int = 20,
    facets: bool = False,
    libraries: Collection[str] = (),
) -> Found:
    """
    Return works `first` to `first + number` in which all parts are found, by their editions.

    :param tiers: see `ranking.stages`
    :param libraries: codes of the libraries that the facets count
    """
    index, query = opened(home), question(parts, filters)
    if index is None or query is None:
        return Found(0)
    corrected = ""
    ranked = _ranked(index, query, parts, sort, tiers)
    groups = ranked.page(first, number)
    if not ranked.total and (other := _instead(home, index, parts, filters)):
        corrected, query = other.text, question(other.parts, filters) or query
        ranked = _ranked(index, query, other.parts, sort, tiers)
        groups = ranked.page(first, number)
    counted = facets_of(index, query, libraries=libraries) if facets else None
    return Found(ranked.total, groups, ranked.works, counted, corrected)


def _ranked(
    index: Opened,
    query: Query,
    parts: Sequence[Part],
    sort: Sort,
    tiers: Sequence[Collection[str]],
) -> Ranked:
    by = "" if by_score(parts) else "libraries"
    return Ranked(index, query, stages(query, sort, tiers, by=by))


def _instead(home: Path, index: Opened, parts: Sequence[Part], filters: Filters) -> Respelt | None:
    """Return what was probably meant, if the words as written are found nowhere at all."""
    anywhere = question(parts, Filters())
    if anywhere is None or number_of(index.searcher, anywhere):
        return None
    for other in respelt(home, index, parts):
        query = question(other.parts, filters)
        if query is not None and number_of(index.searcher, query):
            return other
    return None

"""
The order of hits, and editions of one work as one hit.

A list of hits is made of stages, one after the other: by relevance or year there is one stage;
"soonest" has one for each day on which copies can come. A stage is asked only when the page
reaches into it. Editions of a work stand together where the best of them stands, so a page is made
of all that comes before it too: that is what keeps a work from standing on two pages.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tantivy import Occur, Order, Query

from hyllan.catalogue.search_index.questions import any_of, available_in, years
from hyllan.catalogue.search_index.reader import Opened, number_in, number_of, places_of
from hyllan.catalogue.search_index.schema import SCHEMA, Place

MOST_OTHERS = 8  # of one work that are named; the page of an edition names all
_MOST_ASKED = 400  # of all works on a page
_WINDOW = 40  # editions that are looked at, at least: few more than enough cost little


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    SOONEST = "soonest"


@dataclass(frozen=True, slots=True)
class Group:
    """A hit: the best edition of a work, and the others that were found, the best first."""

    edition_id: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    query: Query
    by: str = ""  # a field; empty: relevance
    order: Order = Order.Desc


def stages(query: Query, sort: Sort, tiers: Sequence[Collection[str]], *, by: str) -> list[Stage]:
    """
    Return the stages of a sort.

    :param tiers: for `soonest`: libraries by the day they can deliver, the soonest first
    :param by: the field that relevance goes by where words say nothing of it; empty: score
    """
    if sort is Sort.NEWEST:
        return [Stage(query, "year")]
    if sort is Sort.OLDEST:
        known = Query.const_score_query(years(None, None), 0.0)
        return [
            Stage(_both(query, known), "year", Order.Asc),
            Stage(_without(query, known), by),
        ]
    if sort is Sort.RELEVANCE:
        return [Stage(query, by)]
    found: list[Stage] = []
    earlier: list[Query] = []
    for libraries in tiers:
        if libraries:
            here = available_in(libraries)
            left = _without(query, any_of(earlier)) if earlier else query
            found.append(Stage(_both(left, here), by))
            earlier.append(here)
    return [*found, Stage(_without(query, any_of(earlier)) if earlier else query, by)]


class Ranked:
    """The hits of a list of stages, fetched as far as they are asked for."""

    def __init__(self, opened: Opened, query: Query, of: Sequence[Stage]) -> None:
        self._opened, self._searcher = opened, opened.searcher
        self._query, self._stages = query, of
        self._total: int | None = None
        self.works: int | None = None  # known once a page has come to the end

    @property
    def total(self) -> int:
        """Return how many editions there are, exactly."""
        if self._total is None:
            self._total = number_of(self._searcher, self._query)
        return self._total

    def editions(self, number: int) -> list[Place]:
        """Return the first hits, at least `number` if there are so many."""
        found: list[Place] = []
        for stage in self._stages:
            if len(found) < number:
                found += self._fetch(stage, number - len(found))
        return found

    def _fetch(self, stage: Stage, number: int) -> list[Place]:
        if stage.by:
            result = self._searcher.search(
                stage.query, number, order_by_field=stage.by, order=stage.order
            )
        else:
            result = self._searcher.search(stage.query, number)
        if len(self._stages) == 1:
            self._total = number_in(result)
        return places_of(self._searcher, [address for _, address in result.hits])

    def page(self, first: int, number: int) -> tuple[Group, ...]:
        """Return works `first` to `first + number` (from 0), each with its editions found."""
        wanted = first + number
        window = max(wanted + number, _WINDOW)
        while True:
            found = self.editions(window)
            groups = _grouped(found)
            if len(groups) >= wanted or len(found) < window:
                break
            window *= 2
        chosen = dict(list(groups.items())[first:wanted])
        if len(found) < window:
            self.works = len(groups)
        else:
            self._complete(chosen)
        return tuple(
            Group(members[0], tuple(members[1 : MOST_OTHERS + 1])) for members in chosen.values()
        )

    def _complete(self, groups: dict[int, list[int]]) -> None:
        """Add editions that stand further down than was fetched, those that came last first."""
        behind = [
            work
            for work, members in groups.items()
            if work > 0
            and len(members) <= MOST_OTHERS
            and self._searcher.doc_freq("work", work) > len(members)
        ]
        if not behind:
            return
        of_works = any_of([Query.term_query(SCHEMA, "work", work) for work in behind])
        found = _both(self._query, Query.const_score_query(of_works, 0.0))
        # By a column whose value says which edition of which work it is: nothing else is read
        result = self._searcher.search(found, _MOST_ASKED, count=False, order_by_field="place")
        for packed, _ in result.hits:
            edition, work = Place.unpack(packed)
            if edition not in groups[work]:
                groups[work].append(edition)


def _grouped(found: Sequence[Place]) -> dict[int, list[int]]:
    """Return editions by work, in the order of the best; one without a work stands alone."""
    groups: dict[int, list[int]] = {}
    for edition, work in found:
        groups.setdefault(work or -edition, []).append(edition)
    return groups


def _both(query: Query, other: Query) -> Query:
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, other)])


def _without(query: Query, other: Query) -> Query:
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, other)])

"""Editions one by one, not by work: for feeds and files."""

from collections.abc import Sequence
from pathlib import Path

from tantivy import Query

from hyllan.catalogue.engine.query import Part
from hyllan.catalogue.search_index.cql import asked_query, is_scored
from hyllan.catalogue.search_index.questions import Filters
from hyllan.catalogue.search_index.ranking import Ranked, Stage
from hyllan.catalogue.search_index.reader import opened
from hyllan.protocols.sru import Tree


def find_editions(
    home: Path,
    asked: Sequence[Part] | Tree,
    *,
    filters: Filters,
    number: int,
    newest: bool = False,
) -> tuple[int, ...]:
    """
    Return up to `number` editions that are found, the best first.

    :param asked: the parts of what was written, or a CQL query whose names are resolved
    :param newest: those that came last into the catalogue first, which have the highest numbers;
        what asks for nothing finds all then
    :raises CqlError: the CQL query asks for something that is not served
    """
    index, query = opened(home), asked_query(asked, filters)
    if newest:
        query = query or Query.all_query()
    if index is None or query is None:
        return ()
    by = "id" if newest else "" if is_scored(asked) else "libraries"
    ranked = Ranked(index, query, [Stage(query, by)])
    return tuple(edition for edition, _ in ranked.editions(number)[:number])

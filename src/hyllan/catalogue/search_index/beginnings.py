"""Editions that have what a reader has begun to write."""

from collections.abc import Sequence
from pathlib import Path

from tantivy import Occur, Query

from hyllan.catalogue.search_index.questions import beginning, term
from hyllan.catalogue.search_index.reader import opened, places_of

FIELDS = ("title", "responsible", "subjects")
ONLY_TITLES = 2  # letters: so few begin so many words that the other fields would take too long


def begun(home: Path, folded: Sequence[str], *, number: int) -> dict[str, tuple[int, ...]]:
    """
    Return editions by the field that has the words, the last as a beginning: the most held first.

    :param number: how many for each field
    """
    index = opened(home)
    if index is None:
        return dict.fromkeys(FIELDS, ())
    found: dict[str, tuple[int, ...]] = dict.fromkeys(FIELDS, ())
    for field in FIELDS[:1] if len("".join(folded)) <= ONLY_TITLES else FIELDS:
        must = [term(field, word) for word in folded[:-1]]
        must.append(beginning(folded[-1], field))
        query = Query.boolean_query([(Occur.Must, each) for each in must])
        hits = index.searcher.search(query, number, count=False, order_by_field="libraries").hits
        addresses = [address for _, address in hits]
        found[field] = tuple(place.edition for place in places_of(index.searcher, addresses))
    return found

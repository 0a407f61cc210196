"""The searches that a person has saved, and what has come since she saw them last."""

from dataclasses import dataclass, replace

from hyllan.catalogue.engine.choices import Choices, read_string
from hyllan.catalogue.models import SavedSearch
from hyllan.catalogue.queries.search import count
from hyllan.protocols.sru import CqlError, parse_cql

MOST_SAVED = 50  # of one person: each costs a look into the index


@dataclass(frozen=True, slots=True)
class Saved:
    pk: int
    name: str
    choices: Choices
    new: int  # titles since she saw it last
    new_choices: Choices  # the same search, kept to them


def is_saved(person_id: int, query_string: str) -> bool:
    """Return whether a person has saved this search."""
    return SavedSearch.objects.filter(person=person_id, query_string=query_string).exists()


def saved_search(pk: int, person_id: int) -> SavedSearch:
    """Return a person's own saved search. Raises SavedSearch.DoesNotExist."""
    return SavedSearch.objects.get(pk=pk, person=person_id)


def saved_searches(person_id: int) -> list[Saved]:
    """Return a person's saved searches by name, each with how much is new to her."""
    mine = SavedSearch.objects.filter(person=person_id).order_by("name", "pk")[:MOST_SAVED]
    return [_saved(each) for each in mine]


def choices_of(saved: SavedSearch) -> Choices:
    """Return what a saved search asks."""
    return read_string(saved.query_string)


def new_since(saved: SavedSearch) -> Choices:
    """Return what finds what has come since the search was seen last."""
    return replace(choices_of(saved), arrived_after=int(saved.seen_at.timestamp()))


def _saved(saved: SavedSearch) -> Saved:
    new = new_since(saved)
    return Saved(saved.pk, saved.name, choices_of(saved), _number(new), new)


def _number(choices: Choices) -> int:
    try:
        asked = parse_cql(choices.cql) if choices.cql else choices.query
        return count(asked, **choices.filters)
    except CqlError:  # it was right when it was saved, and is no longer
        return 0

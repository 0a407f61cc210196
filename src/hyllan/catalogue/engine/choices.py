"""
What a reader has chosen on the search page, and the address that says it.

An address holds every choice and no more, always in the same order, so a search has one address.
Anything may stand in one: what is not understood is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from hyllan.catalogue.engine.forms import FORMS, MATERIALS
from hyllan.catalogue.engine.query import LONGEST
from hyllan.catalogue.engine.readers import AUDIENCES

SORTS = ("relevance", "newest", "oldest", "soonest")
LONGEST_CODE, MOST_LANGUAGES = 40, 20
LONGEST_ADDRESS = 8_000
_LANGUAGE = re.compile("[a-z]{3}")
_YEAR = re.compile("[0-9]{1,4}", re.ASCII)
_NUMBER = re.compile("[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choices:
    """Empty, None and False: not chosen."""

    query: str = ""
    cql: str = ""  # in place of the query
    organisation: str = ""  # code
    library: str = ""  # code
    materials: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    audience: str = ""
    easy: bool = False
    available: bool = False
    arrived_after: int | None = None  # seconds since 1970
    verbatim: bool = False  # nothing but what is written, even if that is found nowhere
    sort: str = SORTS[0]
    pickup: str = ""  # code of the library where she fetches
    page: int = 1

    @property
    def asks(self) -> bool:
        """Say whether there is anything to search for."""
        return bool(self.query or self.cql) or self.narrows

    @property
    def narrows(self) -> bool:
        """Say whether the hits are kept to anything."""
        return any(getattr(self, name) not in ((), "", False, None) for name in NARROWING)

    @property
    def filters(self) -> dict[str, Any]:
        """Return the arguments of `queries.search` that say what the hits are kept to."""
        return {name: getattr(self, name) for name in NARROWING}

    def wider(self) -> "Choices":
        """Return the same search, kept to nothing."""
        return replace(self, **{name: getattr(Choices(), name) for name in NARROWING}, page=1)


# In this order they stand in an address
ARGUMENTS = {
    "query": "q",
    "cql": "cql",
    "organisation": "organisation",
    "library": "library",
    "materials": "material",
    "forms": "form",
    "languages": "language",
    "year_from": "from",
    "year_to": "to",
    "audience": "audience",
    "easy": "easy",
    "available": "available",
    "arrived_after": "since",
    "verbatim": "verbatim",
    "sort": "sort",
    "pickup": "pickup",
    "page": "page",
}
NARROWING = (
    *("organisation", "library", "materials", "forms", "languages", "year_from", "year_to"),
    *("audience", "easy", "available", "arrived_after"),
)
# What a saved search keeps: not the page, not the day's matters
KEPT = frozenset(ARGUMENTS) - {"page", "arrived_after", "pickup", "verbatim"}


def read(arguments: Mapping[str, Sequence[str]]) -> Choices:
    """Return the choices of an address: its query's values by name."""

    def first(name: str) -> str:
        return next(iter(arguments.get(name, ())), "").strip()

    def code(name: str) -> str:
        return found if len(found := first(name)) <= LONGEST_CODE else ""

    def number(name: str, pattern: re.Pattern[str]) -> int | None:
        return int(found) if pattern.fullmatch(found := first(name)) else None

    def among(name: str, known: Sequence[str]) -> tuple[str, ...]:
        given = set(arguments.get(name, ()))
        return tuple(value for value in known if value in given)

    def text(name: str) -> str:
        return " ".join(first(name).split())[:LONGEST].strip()

    cql = text("cql")
    languages = sorted(
        {each for each in arguments.get("language", ()) if _LANGUAGE.fullmatch(each)}
    )
    year_from, year_to = number("from", _YEAR), number("to", _YEAR)
    if year_from is not None and year_to is not None and year_from > year_to:
        year_from, year_to = year_to, year_from
    page = first("page")
    return Choices(
        query="" if cql else text("q"),
        cql=cql,
        organisation=code("organisation"),
        library=code("library"),
        materials=among("material", MATERIALS),
        forms=among("form", FORMS),
        languages=tuple(languages[:MOST_LANGUAGES]),
        year_from=year_from,
        year_to=year_to,
        audience=next(iter(among("audience", AUDIENCES)), ""),
        easy=first("easy") == "1",
        available=first("available") == "1",
        arrived_after=number("since", _NUMBER),
        verbatim=first("verbatim") == "1",
        sort=next(iter(among("sort", SORTS)), SORTS[0]),
        pickup=code("pickup"),
        page=max(1, int(page)) if re.fullmatch("[0-9]{1,5}", page, re.ASCII) else 1,
    )


def read_string(text: str) -> Choices:
    """Return the choices of what stands behind the question mark of an address."""
    return read(parse_qs(text[:LONGEST_ADDRESS]))


def query_string(choices: Choices) -> str:
    """Return the choices as they stand in an address: the usual is left out."""
    return urlencode(list(_pairs(choices)))


def kept(choices: Choices) -> Choices:
    """Return what is worth saving of a search."""
    usual = Choices()
    lost = {name: getattr(usual, name) for name in ARGUMENTS if name not in KEPT}
    return replace(choices, **lost)


def _pairs(choices: Choices) -> Iterator[tuple[str, str]]:
    usual = Choices()
    for field in fields(Choices):
        value = getattr(choices, field.name)
        if value == getattr(usual, field.name):
            continue
        name = ARGUMENTS[field.name]
        if isinstance(value, tuple):
            yield from ((name, each) for each in value)
        else:
            yield name, "1" if value is True else str(value)

"""
Who has what: copies of the titles spread over a region's libraries, the same for the same seed.

Popular titles stand in many places, rare ones in one to three, and large municipalities have more
of everything. An item's barcode is 14 digits, as library barcodes often are: 3 (it is an item),
four digits for the organisation (1001 and up, in the order of organisations.csv), eight for the
item, and a check digit (Luhn).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from hyllan.region.engine.folder import Folder

from .lots import choose, lot
from .titles import Title, titles

FIRST_NUMBER = 1001
SPREAD = {1: (1, 1), 2: (1, 3), 3: (2, 4), 4: (4, 8), 5: (10, 18)}  # organisations: from, to
INHABITANTS_PER_COPY = {
    1: 0,
    2: 0,
    3: 0,
    4: 110_000,
    5: 50_000,
}  # further copies of a title; 0: none
SIZE_COUNTS = 0.7  # 1: twice the inhabitants, twice the titles; 0: all own as many
AT_MAIN = 0.55  # share of copies at the main library
ON_LOAN, MISSING, NOT_FOR_LOAN = 0.17, 0.01, 0.03
LENDS = {"main", "branch", "bus"}

Status = Literal["available", "on loan", "missing"]


@dataclass(frozen=True, slots=True)
class Holder:
    """An organisation with its own library system, shared by its libraries."""

    code: str
    number: int  # in its barcodes
    population: int
    libraries: tuple[str, ...]  # the main library first


@dataclass(frozen=True, slots=True)
class StockedItem:
    barcode: str
    library: str
    status: Status
    for_loan: bool


@dataclass(frozen=True, slots=True)
class StockedTitle:
    """A title as one organisation has it: what becomes one MARC record."""

    title: Title
    number: int  # of the record in the organisation's system
    items: tuple[StockedItem, ...]


def holders(folder: Folder) -> tuple[Holder, ...]:
    """Return the municipalities of a region folder that have a library that lends."""
    found = []
    for number, organisation in enumerate(folder.organisations, start=FIRST_NUMBER):
        libraries = sorted(
            (library.kind != "main", library.code)
            for library in folder.libraries
            if library.organisation == organisation.code and library.kind in LENDS
        )
        if organisation.kind == "municipality" and libraries:
            found.append(
                Holder(
                    organisation.code,
                    number,
                    organisation.population or 1,
                    tuple(code for _, code in libraries),
                )
            )
    return tuple(found)


def stock(
    holders: Sequence[Holder], *, seed: int, of: Iterable[Title] | None = None
) -> dict[str, tuple[StockedTitle, ...]]:
    """Return what each organisation has, by its code; all of it depends on the seed alone."""
    shelves: dict[str, list[tuple[Title, list[str]]]] = {holder.code: [] for holder in holders}
    for title in titles() if of is None else of:
        for holder in _owners(title, holders, seed):
            shelves[holder.code].append((title, _places(title, holder, seed)))
    return {holder.code: _shelved(holder, shelves[holder.code], seed) for holder in holders}


def _owners(title: Title, holders: Sequence[Holder], seed: int) -> list[Holder]:
    """Draw the organisations that own the title, each with chances as its size to a power."""
    least, most = SPREAD[title.popularity]
    count = least + int(lot(seed, "owners", title.key) * (most - least + 1))

    def weighted(holder: Holder) -> tuple[float, str]:  # Efraimidis and Spirakis, 2006
        drawn = lot(seed, "owner", title.key, holder.code)
        return -(drawn ** (1 / holder.population**SIZE_COUNTS)), holder.code

    return sorted(holders, key=weighted)[:count]


def _places(title: Title, holder: Holder, seed: int) -> list[str]:
    """Return the library of each copy: the main library, or one of the branches."""
    per_copy = INHABITANTS_PER_COPY[title.popularity]
    copies = 1 + (holder.population // per_copy if per_copy else 0)
    main, *branches = holder.libraries
    places = []
    for copy in range(copies):
        key = ("place", title.key, holder.code, copy)
        at_main = not branches or lot(seed, *key) < AT_MAIN
        places.append(main if at_main else choose(branches, seed, "branch", *key))
    return places


def _shelved(
    holder: Holder, owned: Sequence[tuple[Title, list[str]]], seed: int
) -> tuple[StockedTitle, ...]:
    shelf, running = [], 0
    for number, (title, places) in enumerate(owned, start=1):
        items = []
        for copy, library in enumerate(places):
            running += 1
            key = (title.key, holder.code, copy)
            for_loan = lot(seed, "for loan", *key) >= NOT_FOR_LOAN
            status = _status(lot(seed, "status", *key)) if for_loan else "available"
            items.append(
                StockedItem(barcode(holder.number, running), library, status, for_loan=for_loan)
            )
        shelf.append(StockedTitle(title, number, tuple(items)))
    return tuple(shelf)


def _status(drawn: float) -> Status:
    if drawn < MISSING:
        return "missing"
    return "on loan" if drawn < MISSING + ON_LOAN else "available"


def barcode(organisation: int, running: int) -> str:
    """Return the item's barcode; its last digit checks the others (ISO/IEC 7812-1, annex B)."""
    digits = f"3{organisation:04}{running:08}"
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return f"{digits}{-sum(sum(divmod(value, 10)) for value in doubled) % 10}"

"""How the hits spread over libraries, languages, years and so on: exact counts in one pass."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tantivy import Query

from hyllan.catalogue.search_index.names import Names
from hyllan.catalogue.search_index.reader import Opened
from hyllan.catalogue.search_index.schema import BITS, PREFIX, Kind, counts

_BUCKETS = {"kind": 256, "language": 10_000, "year": 1_000}  # more than there can be


@dataclass(frozen=True, slots=True)
class Facets:
    """Numbers of editions, by code or value; only what at least one edition has."""

    organisations: Mapping[str, int] = field(default_factory=dict)
    libraries: Mapping[str, int] = field(default_factory=dict)
    materials: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    years: Mapping[int, int] = field(default_factory=dict)
    audiences: Mapping[str, int] = field(default_factory=dict)
    easy: int = 0
    available: int = 0

    @property
    def decades(self) -> dict[int, int]:
        """Return the counts by the first year of each decade, the latest first."""
        found: Counter[int] = Counter()
        for year, count in self.years.items():
            found[year // 10 * 10] += count
        return dict(sorted(found.items(), reverse=True))


def facets_of(opened: Opened, query: Query, *, libraries: Collection[str] = ()) -> Facets:
    """
    Count what a query finds.

    :param libraries: the libraries that are counted (those of one organisation, as a rule); all
        organisations are
    """
    names = opened.names
    places = {
        "organisation": _fields("organisation", names.all("organisation"), names),
        "library": _fields("library", libraries, names),
    }
    fields = [*_BUCKETS, *places["organisation"], *places["library"]]
    asked = {
        name: {"terms": {"field": name, "size": _BUCKETS.get(name, 1 << BITS)}} for name in fields
    }
    told = opened.searcher.aggregate(query, asked)
    buckets = {name: list(_pairs(told[name])) for name in fields}
    by_library = _places(names, "library", places["library"], buckets)
    return Facets(
        organisations=_places(names, "organisation", places["organisation"], buckets),
        libraries={code: by_library[code] for code in libraries if code in by_library},
        languages=_languages(names.all("languages"), buckets["language"]),
        years={year: count for year, count in buckets["year"] if year},
        **_kinds(names, buckets["kind"]),
    )


def _pairs(told: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    for bucket in told["buckets"]:
        yield int(bucket["key"]), int(bucket["doc_count"])


def _fields(of: str, codes: Collection[str], names: Names) -> list[str]:
    """Return the names of the fields that hold the bits of these places, those in use."""
    known = {code: number for number, code in enumerate(names.all(of))}
    numbers = {known[code] // BITS for code in codes if code in known}
    return [f"{PREFIX[of]}{number}" for number in sorted(numbers)]


def _places(
    names: Names, of: str, fields: list[str], buckets: Mapping[str, list[tuple[int, int]]]
) -> dict[str, int]:
    codes = names.all(of)
    found: dict[str, int] = {}
    for name in fields:
        by_position = counts(int(name[1:]), buckets[name])
        found |= {codes[position]: count for position, count in by_position.items()}
    return _most_first(found)


def _languages(sets: list[str], buckets: list[tuple[int, int]]) -> dict[str, int]:
    """Return the counts by language; an edition in two languages counts in both."""
    found: Counter[str] = Counter()
    for number, count in buckets:
        for language in sets[number].split():
            found[language] += count
    return _most_first(found)


def _kinds(names: Names, buckets: list[tuple[int, int]]) -> dict[str, Any]:
    materials, audiences = names.all("material"), names.all("audience")
    by_material: Counter[str] = Counter()
    by_audience: Counter[str] = Counter()
    easy = available = 0
    for value, count in buckets:
        kind = Kind.unpack(value)
        by_material[materials[kind.material]] += count
        by_audience[audiences[kind.audience]] += count
        easy += count * kind.easy
        available += count * kind.available
    return {
        "materials": _most_first(by_material),
        "audiences": _most_first(by_audience),
        "easy": easy,
        "available": available,
    }


def _most_first(found: Mapping[str, int]) -> dict[str, int]:
    return dict(
        sorted(((k, n) for k, n in found.items() if k), key=lambda each: (-each[1], each[0]))
    )

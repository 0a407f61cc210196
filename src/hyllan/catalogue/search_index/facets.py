"""How the hits spread over libraries, languages, years and so on: exact counts in one pass."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tantivy import Query

from hyllan.catalogue.search_index.names import Names
from hyllan.catalogue.search_index.questions import Filters
from hyllan.catalogue.search_index.reader import Opened
from hyllan.catalogue.search_index.schema import BITS, PREFIX, Kind, counts

_BUCKETS = {"kind": 256, "language": 10_000, "form": 64, "year": 1_000}  # more than there can be

ALL = frozenset({*_BUCKETS, "organisation"})


@dataclass(frozen=True, slots=True)
class Facets:
    """Numbers of editions, by code or value; only what at least one edition has."""

    organisations: Mapping[str, int] = field(default_factory=dict)
    libraries: Mapping[str, int] = field(default_factory=dict)
    materials: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    years: Mapping[int, int] = field(default_factory=dict)
    audiences: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[str, int] = field(default_factory=dict)
    easy: int = 0
    available: int = 0

    @property
    def decades(self) -> dict[int, int]:
        """Return the counts by the first year of each decade, the latest first."""
        found: Counter[int] = Counter()
        for year, count in self.years.items():
            found[year // 10 * 10] += count
        return dict(sorted(found.items(), reverse=True))


def facets_of(
    opened: Opened,
    query: Query,
    *,
    libraries: Collection[str] = (),
    of: Collection[str] = ALL,
) -> Facets:
    """
    Count what a query finds.

    :param libraries: the libraries that are counted (those of one organisation, as a rule); all
        organisations are
    :param of: which columns are read; the facets of the others are empty
    """
    names = opened.names
    organisations = names.all("organisation") if "organisation" in of else ()
    places = {
        "organisation": _fields("organisation", organisations, names),
        "library": _fields("library", libraries, names),
    }
    fields = [name for name in _BUCKETS if name in of]
    fields += [*places["organisation"], *places["library"]]
    asked = {
        name: {"terms": {"field": name, "size": _BUCKETS.get(name, 1 << BITS)}} for name in fields
    }
    told = opened.searcher.aggregate(query, asked) if asked else {}
    none: list[tuple[int, int]] = []
    buckets = dict.fromkeys(_BUCKETS, none) | {name: list(_pairs(told[name])) for name in fields}
    by_library = _places(names, "library", places["library"], buckets)
    return Facets(
        organisations=_places(names, "organisation", places["organisation"], buckets),
        libraries={code: by_library[code] for code in libraries if code in by_library},
        languages=_languages(names.all("languages"), buckets["language"]),
        forms=_forms(names.all("form"), buckets["form"]),
        years={year: count for year, count in buckets["year"] if year},
        **_kinds(names, buckets["kind"]),
    )


# A facet is counted as if nothing of its own was chosen: so it shows what else could be chosen.
# What is taken from the filters for each, and the column that is read again
_OWN: dict[str, tuple[dict[str, Any], str]] = {
    "organisations": ({"organisation": "", "library": ""}, "organisation"),
    "libraries": ({"library": ""}, ""),
    "materials": ({"materials": ()}, "kind"),
    "audiences": ({"audience": ""}, "kind"),
    "easy": ({"easy": False}, "kind"),
    "available": ({"available": False}, "kind"),
    "forms": ({"forms": ()}, "form"),
    "languages": ({"languages": ()}, "language"),
    "years": ({"year_from": None, "year_to": None}, "year"),
}


def facets_beside(
    opened: Opened,
    make: Callable[[Filters], Query],
    filters: Filters,
    *,
    libraries: Collection[str] = (),
) -> Facets:
    """
    Count what is found, each facet without regard to what is chosen in it.

    :param make: gives the query that is kept to some filters
    """
    found = facets_of(opened, make(filters), libraries=libraries)
    for name, (own, column) in _OWN.items():
        wider = replace(filters, **own)
        if wider != filters:
            counted = facets_of(
                opened,
                make(wider),
                libraries=libraries if name == "libraries" else (),
                of={column},
            )
            found = replace(found, **{name: getattr(counted, name)})
    return found


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


def _forms(forms: list[str], buckets: list[tuple[int, int]]) -> dict[str, int]:
    return _most_first({forms[number]: count for number, count in buckets})


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

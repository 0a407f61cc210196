"""What the search page offers to narrow its hits by, and what is chosen, as words and addresses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hyllan.catalogue import wording
from hyllan.catalogue.engine.choices import Choices, query_string
from hyllan.catalogue.engine.forms import FORMS, MATERIALS
from hyllan.catalogue.queries import Facets
from hyllan.region.models import Library
from hyllan.region.queries import libraries

MANY = 8  # values that stand open; the rest is folded
OLDEST_DECADE = 1950  # what is older is one choice


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    name: str
    organisation: str
    organisation_name: str


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Values of one kind; any number of them can be chosen."""

    name: str  # the argument's
    title: str
    options: tuple[Option, ...]
    more: tuple[Option, ...] = ()
    more_title: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    address: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Sorting:
    name: str
    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The form beside the hits."""

    organisations: tuple[Option, ...]
    libraries: tuple[Option, ...]
    groups: tuple[Group, ...]
    audiences: tuple[Option, ...]
    easy: int
    available: int
    decades: tuple[Link, ...]


def places() -> dict[str, Place]:
    """Return the libraries by code."""
    rows = libraries().exclude(kind=Library.Kind.HUB)
    names = rows.values_list("code", "name", "organisation__code", "organisation__name")
    return {row[0]: Place(*row) for row in names}


def settled(chosen: Choices, known: Mapping[str, Place]) -> Choices:
    """Return the choices without places that are none; a library brings its organisation."""
    organisations = {place.organisation for place in known.values()}
    organisation = chosen.organisation if chosen.organisation in organisations else ""
    library = known.get(chosen.library)
    if library is not None and library.organisation != organisation:
        # A library alone means it; with another organisation it was left from an earlier choice
        library = None if organisation else library
    if library is not None:
        organisation = library.organisation
    return replace(
        chosen,
        organisation=organisation,
        library=library.code if library else "",
        pickup=chosen.pickup if chosen.pickup in known else "",
    )


def address(chosen: Choices) -> str:
    """Return the search page's address for these choices."""
    query = query_string(chosen)
    return reverse("catalogue:search") + (f"?{query}" if query else "")


def panel(chosen: Choices, facets: Facets, known: Mapping[str, Place]) -> Panel:
    """Return what can be chosen, with how many there are of each."""
    organisations = {place.organisation: place.organisation_name for place in known.values()}
    names = {place.code: place.name for place in known.values()}
    own = {place.code for place in known.values() if place.organisation == chosen.organisation}
    return Panel(
        organisations=_by_label(
            facets.organisations,
            organisations,
            [chosen.organisation] if chosen.organisation else [],
        ),
        libraries=_by_label(
            {code: count for code, count in facets.libraries.items() if code in own},
            names,
            [chosen.library] if chosen.library else [],
        ),
        groups=tuple(_groups(chosen, facets)),
        audiences=tuple(
            Option(
                code, wording.audience(code), facets.audiences.get(code, 0), code == chosen.audience
            )
            for code in wording.AUDIENCES
            if facets.audiences.get(code) or code == chosen.audience
        ),
        easy=facets.easy,
        available=facets.available,
        decades=tuple(_decades(chosen, facets)),
    )


def _by_label(
    counts: Mapping[str, int], names: Mapping[str, str], chosen: Iterable[str]
) -> tuple[Option, ...]:
    codes = {*counts, *chosen} & set(names)
    found = [Option(code, names[code], counts.get(code, 0), code in set(chosen)) for code in codes]
    return tuple(sorted(found, key=lambda option: option.label))


def _groups(chosen: Choices, facets: Facets) -> Iterator[Group]:
    materials = _options(facets.materials, chosen.materials, wording.material, MATERIALS)
    if materials:
        yield Group("material", _("Material"), materials)
    forms = _options(facets.forms, chosen.forms, wording.form, FORMS)
    if forms:
        yield Group("form", _("Form"), forms[:MANY], forms[MANY:], _("More forms"))
    languages = _options(facets.languages, chosen.languages, _language)
    if languages:
        yield Group(
            "language", _("Language"), languages[:MANY], languages[MANY:], _("More languages")
        )


def _language(code: str) -> str:
    return capfirst(wording.language(code))


def _options(
    counts: Mapping[str, int],
    chosen: tuple[str, ...],
    word: Callable[[str], str],
    known: Iterable[str] | None = None,
) -> tuple[Option, ...]:
    """Return what is chosen first, then the most frequent."""
    codes = {*counts, *chosen}
    if known is not None:
        codes &= set(known)
    found = [Option(code, word(code), counts.get(code, 0), code in chosen) for code in codes]
    return tuple(sorted(found, key=lambda each: (not each.chosen, -each.count, each.label)))


def _decades(chosen: Choices, facets: Facets) -> Iterator[Link]:
    older = 0
    for decade, count in facets.decades.items():
        if decade < OLDEST_DECADE:
            older += count
            continue
        yield _span(chosen, decade, decade + 9, count)
    if older:
        yield _span(chosen, None, OLDEST_DECADE - 1, older)


def _span(chosen: Choices, first: int | None, last: int, count: int) -> Link:
    return Link(
        wording.years(first, last),
        address(replace(chosen, year_from=first, year_to=last, page=1)),
        count,
        current=(chosen.year_from, chosen.year_to) == (first, last),
    )


def chips(chosen: Choices, known: Mapping[str, Place]) -> list[Link]:
    """Return each thing that the hits are kept to, with the address without it."""
    return [
        Link(label, address(replace(chosen, page=1, **without)))  # type: ignore[arg-type]
        for label, without in _chips(chosen, known)
    ]


def _chips(chosen: Choices, known: Mapping[str, Place]) -> Iterator[tuple[str, dict[str, object]]]:
    yield from _places_chosen(chosen, known)
    for name, word in (
        ("materials", wording.material),
        ("forms", wording.form),
        ("languages", wording.language),
    ):
        values: tuple[str, ...] = getattr(chosen, name)
        for value in values:
            yield word(value), {name: tuple(each for each in values if each != value)}
    if chosen.year_from is not None or chosen.year_to is not None:
        label = wording.years(chosen.year_from, chosen.year_to)
        yield label, {"year_from": None, "year_to": None}
    if chosen.audience:
        yield wording.audience(chosen.audience), {"audience": ""}
    if chosen.easy:
        yield _("Easy to read"), {"easy": False}
    if chosen.available:
        yield _("In right now"), {"available": False}
    if chosen.arrived_after is not None:
        yield _("New since last time"), {"arrived_after": None}


def _places_chosen(
    chosen: Choices, known: Mapping[str, Place]
) -> Iterator[tuple[str, dict[str, object]]]:
    if chosen.library:
        yield known[chosen.library].name, {"library": ""}
    elif chosen.organisation:
        name = next(
            p.organisation_name for p in known.values() if p.organisation == chosen.organisation
        )
        yield name, {"organisation": ""}


def sorts(chosen: Choices, *, by: str) -> list[Sorting]:
    """
    Return the ways to sort.

    :param by: how the hits are sorted, which is not what was chosen where that cannot be
    """
    found = []
    for name, label in wording.SORTS.items():
        said = str(label)
        if name == "relevance" and not (chosen.query or chosen.cql):
            said = _("At most libraries")
        found.append(Sorting(name, said, address(replace(chosen, sort=name, page=1)), name == by))
    return found

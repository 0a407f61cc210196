"""Filters, facets, sorting, works as hits, and what is offered for what was written."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from hyllan.catalogue import queries
from hyllan.catalogue.models import Edition, Item
from hyllan.catalogue.queries import Suggestion
from hyllan.catalogue.search_index.schema import BITS, Kind, bits, counts
from hyllan.catalogue.tests import make_editions as make

LIBRARIES = ["LUND", "LUND-DALBY", "MALMO", "MALMO-LIMHAMN", "YSTAD"]
STATUSES = ["available", "on_loan", "withdrawn"]


@given(st.lists(st.sets(st.integers(0, 100)), max_size=30))
def test_counts_read_from_bits_are_those_one_counts(held: list[set[int]]) -> None:
    fields = [bits(positions, 101) for positions in held]

    found: dict[int, int] = {}
    for number in range(-(-101 // BITS)):
        buckets = Counter(values[number] for values in fields)
        found |= counts(number, buckets.items())

    assert found == Counter(position for positions in held for position in positions)


@given(st.integers(0, 15), st.integers(0, 3), st.booleans(), st.booleans())
def test_a_kind_is_read_as_it_was_packed(
    material: int, audience: int, easy: bool, available: bool
) -> None:
    kind = Kind(material, audience, easy, available)

    assert Kind.unpack(kind.pack()) == kind


@pytest.fixture
def stock() -> None:
    """Sixty books of all sorts in five libraries of three organisations."""
    random = Random(4)  # noqa: S311 - the same stock each time
    for number in range(60):
        at = {code: random.choice(STATUSES) for code in random.sample(LIBRARIES, 3)}
        make.edition(
            f"Bok {number}",
            at=at,
            year=random.choice([None, 1879, 1945, 1949, 2020]),
            language=random.choice(["", "swe", "ara"]),
            material=random.choice(["book", "film"]),
            audience=random.choice(["", "children", "young"]),
            easy=random.random() < 0.3,
            details={"languages": random.choice([[], ["swe", "fin"]])},
        )
    make.index()


def _counted(values: list[object]) -> dict[object, int]:
    return {value: number for value, number in Counter(values).items() if value}


@pytest.mark.django_db
@pytest.mark.usefixtures("stock")
def test_facets_are_what_the_tables_say() -> None:
    editions = list(Edition.objects.all())
    items = Item.objects.exclude(status="withdrawn")
    languages = [{e.language, *e.details["languages"]} for e in editions]

    found = queries.search("bok", facets=True, organisation="LUND")
    everywhere = queries.search("bok", facets=True)

    facets = everywhere.facets
    assert facets is not None
    assert everywhere.total == 60
    held = items.values_list("edition", "library__organisation__code").distinct()
    assert facets.organisations == _counted([code for _, code in held])
    assert facets.libraries == {}
    assert facets.materials == _counted([e.material for e in editions])
    assert facets.audiences == _counted([e.audience for e in editions])
    assert facets.years == _counted([e.year for e in editions])
    assert facets.languages == _counted([each for known in languages for each in known])
    assert facets.easy == sum(e.easy for e in editions)
    assert facets.available == len(
        set(items.filter(status="available").values_list("edition", flat=True))
    )
    in_lund = items.filter(library__organisation__code="LUND")
    its = in_lund.values_list("edition", "library__code").distinct()
    assert found.facets is not None
    assert found.facets.libraries == _counted([code for _, code in its])


@pytest.mark.django_db
@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize(
    ("facet", "name"),
    [
        ("organisations", "organisation"),
        ("materials", "materials"),
        ("languages", "languages"),
        ("audiences", "audience"),
    ],
)
def test_a_filter_finds_as_many_as_its_facet_said(facet: str, name: str) -> None:
    facets = queries.search("bok", facets=True).facets

    said = getattr(facets, facet)
    many = name.endswith("s")
    found = {
        value: queries.search("bok", **{name: (value,) if many else value}).total  # type: ignore[arg-type]
        for value in said
    }

    assert found == said


@pytest.mark.django_db
@pytest.mark.usefixtures("stock")
def test_filters_are_combined() -> None:
    found = queries.search(
        "bok", year_from=1940, year_to=1950, easy=True, organisation="MALMO", available=True
    )

    held = Item.objects.filter(library__organisation__code="MALMO", status="available")
    wanted = Edition.objects.filter(year__in=[1945, 1949], easy=True, items__in=held).distinct()
    assert wanted.count() > 0
    assert {hit.edition_id for hit in found.hits} == set(wanted.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.usefixtures("stock")
def test_filters_alone_are_a_search() -> None:
    found = queries.search("", languages=("ara",))

    assert found.total == Edition.objects.filter(language="ara").count()


@pytest.mark.django_db
@pytest.mark.usefixtures("stock")
def test_sorting_by_year_puts_unknown_years_last() -> None:
    newest = [hit.year for hit in queries.search("bok", sort="newest", limit=60).hits]
    oldest = [hit.year for hit in queries.search("bok", sort="oldest", limit=60).hits]

    known = sorted(year for year in oldest if year)
    unknown = [None] * (60 - len(known))
    assert (newest, oldest) == ([*reversed(known), *unknown], [*known, *unknown])


@pytest.mark.django_db
def test_soonest_goes_by_the_day_a_copy_can_come() -> None:
    make.edition("Bok sent", at=("YSTAD",))
    make.edition("Bok ute", at={"LUND": "on_loan"})
    make.edition("En lång rad ord om en bok hemma", at=("LUND",))
    make.edition("Bok i morgon", at=("MALMO", "YSTAD"))
    make.edition("Bok hemma", at=("LUND", "MALMO"))
    make.index()

    def soonest(*, limit: int = 20, page: int = 1) -> list[str]:
        tiers = [["LUND"], [], ["MALMO", "FINNSINTE"], ["YSTAD"]]
        found = queries.search("bok", sort="soonest", tiers=tiers, limit=limit, page=page)
        assert found.total == 5
        return [hit.title for hit in found.hits]

    assert soonest() == [
        "Bok hemma",
        "En lång rad ord om en bok hemma",
        "Bok i morgon",
        "Bok sent",
        "Bok ute",
    ]
    assert [soonest(limit=2, page=page) for page in (1, 2, 3)] == [
        soonest()[:2],
        soonest()[2:4],
        soonest()[4:],
    ]


# --- works


@pytest.mark.django_db
def test_editions_of_a_work_are_one_hit() -> None:
    of = make.work()
    best = make.edition("Pippi", of=of, year=1945, language="swe")
    other = make.edition("Pippi Longstocking", of=of, year=1950, language="eng")
    make.edition("Pippi i Söderhavet")
    make.edition("Emil", of=of)
    make.index()

    found = queries.search("pippi")

    hits = {hit.edition_id: [(o.edition_id, o.language) for o in hit.others] for hit in found.hits}
    assert (found.total, found.works, hits[best.pk]) == (3, 2, [(other.pk, "eng")])


@pytest.mark.django_db
@pytest.mark.parametrize("sort", list(queries.Sort))
def test_no_work_stands_on_two_pages(sort: str) -> None:
    random = Random(1)  # noqa: S311 - the same works each time
    works = [make.work() for _ in range(30)]
    for number in range(90):
        make.edition(f"Bok {number % 7}", of=random.choice(works), year=1990 + number % 9)
    make.index()

    pages = [
        queries.search("bok", page=page, limit=4, sort=sort, tiers=[["LUND"]])
        for page in range(1, 10)
    ]

    shown = [hit.edition_id for page in pages for hit in page.hits]
    shown_works = [Edition.objects.get(pk=pk).work_id for pk in shown]
    held = {e.work_id for e in Edition.objects.all()}
    others = [other.edition_id for page in pages for hit in page.hits for other in hit.others]
    assert len(shown_works) == len(set(shown_works)) == len(held)
    assert sorted([*shown, *others]) == sorted(Edition.objects.values_list("pk", flat=True))
    assert pages[-1].pages == -(-len(held) // 4)


@pytest.mark.django_db
def test_pages_follow_one_another() -> None:
    for number in range(45):
        make.edition(f"Bok nummer {number}")
    make.index()

    pages = [queries.search("bok", page=page) for page in (1, 2, 3, 4)]

    assert [(each.total, len(each.hits), each.pages) for each in pages] == [
        (45, 20, 3),
        (45, 20, 3),
        (45, 5, 3),
        (45, 0, 3),
    ]
    assert len({hit.edition_id for each in pages for hit in each.hits}) == 45


# --- what was meant


@pytest.fixture
def shelf() -> None:
    make.edition("Pippi Långstrump", at=tuple(LIBRARIES), details={"names": ["Lindgren, Astrid"]})
    make.edition("Ronja rövardotter", details={"names": ["Lindgren, Astrid"]})
    make.edition("Nalle Puh", subjects=["Björnar"], responsible="A. A. Milne")
    make.edition("Björnstad", responsible="Fredrik Backman")
    make.edition("Midnight's children", language="eng")
    make.edition("Höst")
    make.index()


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "title", "corrected"),
    [
        ("pippi", "Pippi Långstrump", ""),
        ("pipi långstrump", "Pippi Långstrump", "pippi långstrump"),
        ("lidngren pippi", "Pippi Långstrump", "lindgren pippi"),
        ("bjornstad", "Björnstad", "björnstad"),
        ("björmstda", "Björnstad", "björnstad"),
        ("ronja rövar dotter", "Ronja rövardotter", "ronja rövardotter"),
        ("nallepuh", "Nalle Puh", "nalle puh"),
        ("en höst", "Höst", "höst"),
        ("rövard", "Ronja rövardotter", "rövard*"),
        ("midnights children", "Midnight's children", ""),
        ("aa milne", "Nalle Puh", ""),
        ("höst", "Höst", ""),
    ],
)
def test_typos_are_forgiven_where_nothing_is_found(query: str, title: str, corrected: str) -> None:
    found = queries.search(query)

    assert ([hit.title for hit in found.hits], found.corrected) == ([title], corrected)


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("query", ['"pipi"', "pipi*", "titel:höst höts -pippi*", "xyzzyq", "ab"])
def test_what_is_not_a_typo_is_not_forgiven(query: str) -> None:
    expected = "titel:höst höst -pippi*" if "höts" in query else ""

    assert queries.search(query).corrected == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
def test_a_typo_is_not_forgiven_where_something_exact_exists() -> None:
    make.edition("Host och snuva")
    make.edition("Puppi")
    make.index()

    found = {q: [hit.title for hit in queries.search(q).hits] for q in ("host", "höst", "puppi")}
    elsewhere = queries.search("puppi", library="YSTAD")

    assert found == {"host": ["Host och snuva"], "höst": ["Höst"], "puppi": ["Puppi"]}
    assert (elsewhere.total, elsewhere.corrected) == (0, "")


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pip", [("title", "Pippi Långstrump")]),
        ("lindg", [("name", "Lindgren, Astrid")]),
        ("astrid li", [("name", "Lindgren, Astrid")]),
        ("björn", [("title", "Björnstad"), ("subject", "Björnar")]),
        ("rövar", [("title", "Ronja rövardotter")]),
        ("dotter", []),
        ("p", []),
        ("", []),
    ],
)
def test_suggestions_begin_as_one_types(typed: str, offered: list[tuple[str, str]]) -> None:
    assert queries.suggest(typed) == tuple(Suggestion(*each) for each in offered)


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
def test_suggestions_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert queries.suggest("bj", limit=1) == (Suggestion("title", "Björnstad"),)

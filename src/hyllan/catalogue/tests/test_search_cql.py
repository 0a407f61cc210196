import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyllan.catalogue import queries
from hyllan.catalogue.models import Edition
from hyllan.catalogue.tests import make_editions as make
from hyllan.protocols.sru import CqlError, parse_cql

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> None:
    make.edition(
        "Röda rummet",
        at=("LUND", "MALMO"),
        year=1879,
        language="swe",
        responsible="August Strindberg",
        isbn="9789129688313",
        publisher="Albert Bonniers förlag",
        details={"names": ["Strindberg, August"], "issns": ["0028-0836"]},
    )
    make.edition("Det röda rummets böcker", year=1999, language="swe", subjects=["Röda färger"])
    make.edition("Strindberg", year=2005, language="eng", material="film", at=("YSTAD",))
    make.index()


def found(text: str) -> list[str]:
    ids = queries.search_cql(parse_cql(text)).edition_ids
    return sorted(Edition.objects.get(pk=pk).title for pk in ids)


RED, BOOKS, STRINDBERG = "Röda rummet", "Det röda rummets böcker", "Strindberg"


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("röda", [BOOKS, RED]),
        ("strindberg", [RED, STRINDBERG]),
        ('"röda rummet"', [RED]),
        ('"rummet röda"', []),
        ('dc.title all "rummet röda"', [RED]),
        ('dc.title any "rummet strindberg"', [RED, STRINDBERG]),
        ('dc.title adj "röda rummet"', [RED]),
        ('dc.title == "röda rummet"', [RED]),
        ('dc.title exact "röda"', []),
        ("dc.title = bok", [BOOKS]),
        ("dc.title = boken", []),
        ("dc.title =/stem boken", [BOOKS]),
        ("dc.title = strind*", [STRINDBERG]),
        ("dc.title = r?da", [BOOKS, RED]),
        ('dc.title = "röda rum*"', [BOOKS, RED]),
        ('dc.title = "^röda"', [RED]),
        ('dc.title = "rummet^"', [RED]),
        ('dc.creator = "strindberg, august"', [RED]),
        ('dc.creator == "Strindberg, August"', [RED]),
        ("dc.subject = färger", [BOOKS]),
        ("röda and strindberg", [RED]),
        ("röda or strindberg", [BOOKS, RED, STRINDBERG]),
        ("röda not strindberg", [BOOKS]),
        ("strindberg not (dc.language = eng or dc.date < 1900)", []),
        ("dc.date > 1879", [BOOKS, STRINDBERG]),
        ("dc.date >= 1879", [BOOKS, RED, STRINDBERG]),
        ('dc.date within "1900 2000"', [BOOKS]),
        ("dc.date = 1879", [RED]),
        ('dc.language any "eng fin"', [STRINDBERG]),
        ("bath.isbn = 91-29-68831-0", [RED]),
        ("bath.issn = 0028-0836", [RED]),
        ("dc.identifier = 9789129688313", [RED]),
        ("dc.publisher = bonniers", [RED]),
        ("hyllan.library = MALMO", [RED]),
        ("hyllan.material = film", [STRINDBERG]),
        ("cql.allRecords = 1", [BOOKS, RED, STRINDBERG]),
        ("cql.anywhere = *", [BOOKS, RED, STRINDBERG]),
        ("title = strindberg", [STRINDBERG]),
    ],
)
def test_cql_finds(query: str, titles: list[str]) -> None:
    assert found(query) == titles


@pytest.mark.parametrize(
    ("query", "diagnostic"),
    [
        ("dc.rights = x", 16),
        ("foo.title = x", 15),
        ("dc.title encloses x", 19),
        ("dc.title =/fuzzy x", 20),
        ("dc.language < swe", 22),
        ('dc.title = ""', 27),
        ("bath.isbn = 91*", 28),
        ('dc.title = "a ^ b"', 32),
        ("dc.date = soon", 36),
        ("a prox b", 39),
        ("a and/rel b", 46),
        ("a sortBy dc.title", 80),
    ],
)
def test_what_cql_cannot_have_here_is_said_by_number(query: str, diagnostic: int) -> None:
    with pytest.raises(CqlError) as refused:
        found(query)

    assert refused.value.diagnostic == diagnostic


@pytest.mark.usefixtures("shelf")
def test_an_edition_is_found_by_its_number_and_by_an_address_that_ends_with_it() -> None:
    pk = Edition.objects.get(title=RED).pk

    assert found(f"rec.identifier = {pk}") == [RED]
    assert found(f'rec.identifier = "https://hyllan.example/titles/{pk}"') == [RED]
    assert found("rec.identifier = none") == []


@pytest.mark.usefixtures("shelf")
def test_cql_sorts_and_pages() -> None:
    tree = parse_cql("röda or strindberg sortBy dc.date/sort.descending")

    first = queries.search_cql(tree, start=0, count=2)
    rest = queries.search_cql(tree, start=2, count=2)

    ids = [*first.edition_ids, *rest.edition_ids]
    assert [Edition.objects.get(pk=pk).year for pk in ids] == [2005, 1999, 1879]
    assert (first.total, rest.total) == (3, 3)
    assert queries.search_cql(tree, count=0).edition_ids == ()


@given(st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@pytest.mark.usefixtures("shelf")
def test_any_term_is_found_or_refused(term: str) -> None:
    quoted = term.replace("\\", "").replace('"', "")

    answers = {_answer(f'{index} = "{quoted}"') for index in queries.CQL_NAMES.indexes}

    assert answers <= {"found", 27, 28, 31, 32, 36}


def _answer(query: str) -> str | int:
    try:
        queries.search_cql(parse_cql(query))
    except CqlError as refused:
        return refused.diagnostic
    return "found"

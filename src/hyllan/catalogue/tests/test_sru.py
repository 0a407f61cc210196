from typing import Any

import pytest
from django.test import Client
from lxml import etree

from hyllan.catalogue import queries
from hyllan.catalogue.models import Edition
from hyllan.catalogue.search_index import Entry
from hyllan.catalogue.search_index.writer import writing
from hyllan.catalogue.sru import DEEPEST, INDEXES
from hyllan.catalogue.tests import make_editions as make
from hyllan.protocols.marc import read_marcxml
from hyllan.protocols.sru import Diagnostic, SruPage, SruRecord, read_page

pytestmark = pytest.mark.django_db
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture
def shelf() -> dict[str, Edition]:
    """Return some editions that are indexed, by title."""
    made = {
        title: make.edition(title, responsible="Lindgren, Astrid", year=year)
        for title, year in (
            ("Pippi Långstrump", 1945),
            ("Pippi Långstrump går ombord", 1946),
            ("Emil i Lönneberga", 1963),
        )
    }
    make.index()
    return made


def asked(client: Client, **parameters: str) -> SruPage:
    answer = client.get("/sru", parameters)
    assert answer.status_code == 200
    return read_page(answer.content)


def titles(page: SruPage) -> list[str]:
    return [title(record) for record in page.records]


def title(record: SruRecord) -> str:
    assert isinstance(record.data, bytes)
    (marc,) = read_marcxml(record.data)
    assert not hasattr(marc, "reason")
    return marc.first("245", "a")


def refusal(page: SruPage) -> tuple[int, str]:
    (diagnostic,) = page.diagnostics
    assert page.records == ()
    return diagnostic.number, diagnostic.details


@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
def test_what_is_found_comes_as_marcxml(
    client: Client, shelf: dict[str, Edition], version: str
) -> None:
    page = asked(client, version=version, operation="searchRetrieve", query="dc.title = pippi")

    assert page.total == 2
    assert sorted(titles(page)) == ["Pippi Långstrump", "Pippi Långstrump går ombord"]
    assert page.next_position is None


def test_a_query_alone_is_enough(client: Client, shelf: dict[str, Edition]) -> None:
    assert titles(asked(client, query="emil")) == ["Emil i Lönneberga"]


def test_records_come_page_by_page(client: Client, shelf: dict[str, Edition]) -> None:
    query = "cql.allRecords = 1 sortBy dc.date"
    first = asked(client, query=query, maximumRecords="2")
    assert first.next_position

    second = asked(client, query=query, maximumRecords="2", startRecord=str(first.next_position))

    assert titles(first) + titles(second) == list(shelf)
    assert [record.position for record in second.records] == [3]
    assert second.next_position is None


def test_as_dublin_core(client: Client, shelf: dict[str, Edition]) -> None:
    (record,) = asked(client, query="emil", recordSchema="info:srw/schema/1/dc-v1.1").records
    assert isinstance(record.data, bytes)

    root = etree.fromstring(record.data)

    assert root.tag == "{info:srw/schema/1/dc-schema}dc"
    assert root.findtext(f"{DC}title") == "Emil i Lönneberga"
    assert root.findtext(f"{DC}date") == "1963"


def test_a_form_by_post_is_as_good_as_an_address(shelf: dict[str, Edition]) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/sru", {"query": "dc.title = långstrump", "version": "2.0"})

    assert read_page(answer.content).total == 2


def test_an_envelope_of_soap_is_no_form(client: Client) -> None:
    answer = client.post("/sru", b"<Envelope/>", content_type="text/xml")

    assert (answer.status_code, b"by POST of a form" in answer.content) == (415, True)


def test_masks_in_a_row_that_fit_too_many_words_are_refused(client: Client, settings: Any) -> None:
    with writing(settings.HYLLAN_HOME) as writer:
        writer.put(Entry(edition_id=1, title=" ".join(f"abc{number}" for number in range(20_000))))
        writer.commit()

    assert refusal(asked(client, query='dc.title = "abc* abc*"')) == (29, "abc* abc*")


def test_an_edition_that_went_since_it_was_indexed_is_said_to_be_gone(
    client: Client, shelf: dict[str, Edition]
) -> None:
    emil = shelf["Emil i Lönneberga"]
    Edition.objects.filter(pk=emil.pk).update(gone=True)

    (record,) = asked(client, query="emil").records

    assert isinstance(record.data, Diagnostic)
    assert (record.data.number, record.data.details) == (65, str(emil.pk))


@pytest.mark.parametrize(
    ("parameters", "number", "details"),
    [
        ({"query": "(cat"}, 13, "("),
        ({"query": "foo.title = a"}, 15, "foo"),
        ({"query": "dc.shoes = a"}, 16, "dc.shoes"),
        ({"query": "dc.title encloses a"}, 19, "encloses"),
        ({"query": "dc.title =/fuzzy a"}, 20, "fuzzy"),
        ({"query": "a* b"}, 10, "the query ends too early"),
        ({"query": "dc.title = a*"}, 29, "a*"),
        ({"query": "a prox b"}, 39, "prox"),
        ({"query": "emil", "startRecord": "2"}, 61, "1"),
        ({"query": "emil", "startRecord": str(DEEPEST + 1)}, 61, str(DEEPEST)),
        ({"query": "emil", "recordSchema": "mods"}, 66, "mods"),
        ({"query": "emil", "recordXMLEscaping": "zip"}, 71, "zip"),
        ({"query": "emil", "maximumRecords": "many"}, 6, "maximumRecords"),
        ({"operation": "searchRetrieve", "version": "1.2"}, 7, "query"),
        ({"operation": "destroy", "version": "1.2"}, 4, "destroy"),
        ({"query": "emil", "version": "4.0"}, 5, "2.0"),
    ],
)
def test_what_cannot_be_served_is_a_diagnostic(
    client: Client,
    shelf: dict[str, Edition],
    parameters: dict[str, str],
    number: int,
    details: str,
) -> None:
    assert refusal(asked(client, **parameters)) == (number, details)


def test_the_bare_address_explains_itself(client: Client) -> None:
    answer = client.get("/sru")
    root = etree.fromstring(answer.content)

    names = root.findall(".//{http://explain.z3950.org/dtd/2.0/}name")
    assert [f"{name.get('set')}.{name.text}" for name in names] == list(queries.CQL_NAMES.indexes)
    assert root.findtext(".//{http://explain.z3950.org/dtd/2.0/}host") == "testserver"
    assert root.findtext(".//{http://explain.z3950.org/dtd/2.0/}database") == "sru"


def test_every_index_that_is_served_is_explained() -> None:
    assert set(INDEXES) == set(queries.CQL_NAMES.indexes)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/xml"),
        ("*/*", "text/xml"),
        ("text/html, application/xml;q=0.9", "application/xml"),
        ("application/sru+xml", "application/sru+xml"),
    ],
)
def test_the_kind_of_xml_is_the_one_asked_for(client: Client, accept: str, kind: str) -> None:
    by_header = client.get("/sru", headers={"accept": accept})
    by_parameter = client.get("/sru", {"httpAccept": accept})

    assert by_header["Content-Type"] == by_parameter["Content-Type"] == f"{kind}; charset=utf-8"


def test_nobody_may_write_here(client: Client) -> None:
    assert client.put("/sru").status_code == 405

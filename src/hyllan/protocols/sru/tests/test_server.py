from pathlib import Path

import pytest
from lxml import etree

from hyllan.protocols.sru import (
    DUBLIN_CORE,
    MARCXML,
    Code,
    Diagnostic,
    Escaping,
    ExplainRequest,
    Explanation,
    Found,
    Operation,
    Refusal,
    SearchRequest,
    SruRecord,
    Version,
    parse_cql,
    read_page,
    read_request,
    refused,
    write_explanation,
    write_found,
    write_refusal,
)
from hyllan.protocols.sru.answers import DIAGNOSTIC_1, SRU_1
from hyllan.protocols.sru.tests.schemas import sru_schema
from hyllan.protocols.sru.xcql import NAMESPACE_1

SCHEMAS = (MARCXML, DUBLIN_CORE)
RECORD = b'<record xmlns="http://www.loc.gov/MARC21/slim"><leader>a &amp; b</leader></record>'
HARD = (
    '> x = "info:srw/cql-context-set/1/dc-v1.1" x.title any/stem/locale=sv "a <b>" and '
    "(b or/foo<3 c) sortBy date/sort.descending title"
)
ABOUT = Explanation(
    host="127.0.0.1",
    port=8000,
    database="sru",
    title="hyllan",
    description="All of it",
    indexes={"dc.title": "Title", "dc.date": "Year"},
    sortable=("dc.date",),
    sets={"dc": "info:srw/cql-context-set/1/dc-v1.1"},
    schemas=SCHEMAS,
    relations=("=", "any"),
    modifiers=("stem",),
    usual_count=10,
    most=100,
)


def asked(**parameters: str) -> SearchRequest | ExplainRequest | Refusal:
    return read_request(parameters.items(), schemas=SCHEMAS)


def searched(**parameters: str) -> SearchRequest:
    request = asked(**parameters)
    assert isinstance(request, SearchRequest), request
    return request


# --- requests


def test_a_bare_address_asks_for_an_explanation() -> None:
    assert asked() == ExplainRequest(Version.V2_0)


def test_a_client_of_2_0_may_send_the_query_alone() -> None:
    assert searched(query="cat") == SearchRequest(
        Version.V2_0, "cat", start=1, count=10, given={"query": "cat"}
    )


def test_what_only_1_2_says_without_a_version_is_1_2() -> None:
    assert searched(operation="searchRetrieve", query="cat").version == Version.V1_2
    assert searched(query="cat", recordPacking="string").version == Version.V1_2


def test_every_parameter_is_understood() -> None:
    given = {
        "version": "1.1",
        "operation": "searchRetrieve",
        "query": "cat",
        "startRecord": "11",
        "maximumRecords": "0",
        "recordPacking": "string",
        "recordSchema": "INFO:srw/schema/1/dc-v1.1",
        "x-anything": "is ignored",
    }

    assert searched(**given) == SearchRequest(
        Version.V1_1, "cat", 11, 0, Escaping.STRING, DUBLIN_CORE, given
    )


def test_no_more_records_are_given_than_we_wish() -> None:
    assert searched(query="cat", maximumRecords="999999").count == 100


@pytest.mark.parametrize("name", ["marcxml", "info:srw/schema/1/marcxml-1.1", "MARC21"])
def test_marcxml_has_many_names(name: str) -> None:
    assert searched(query="cat", recordSchema=name).schema == MARCXML


def test_what_xml_cannot_carry_is_left_out_of_a_query() -> None:
    assert searched(query="a\x00\x0bb\ud800").query == "ab"


@pytest.mark.parametrize(
    ("given", "code", "details"),
    [
        ({"operation": "delete", "version": "1.2"}, Code.UNSUPPORTED_OPERATION, "delete"),
        ({"operation": "scan", "version": "1.2"}, Code.UNSUPPORTED_OPERATION, "scan"),
        ({"scanClause": "a"}, Code.UNSUPPORTED_OPERATION, "scan"),
        ({"version": "3.0", "query": "a"}, Code.UNSUPPORTED_VERSION, "2.0"),
        ({"version": "1.0", "query": "a"}, Code.UNSUPPORTED_VERSION, "2.0"),
        ({"operation": "searchRetrieve", "version": "1.2"}, Code.MISSING_PARAMETER, "query"),
        ({"query": "  "}, Code.MISSING_PARAMETER, "query"),
        ({"query": "a", "startRecord": "0"}, Code.UNSUPPORTED_VALUE, "startRecord"),
        ({"query": "a", "startRecord": "one"}, Code.UNSUPPORTED_VALUE, "startRecord"),
        ({"query": "a", "maximumRecords": "-1"}, Code.UNSUPPORTED_VALUE, "maximumRecords"),
        ({"query": "a", "maximumRecords": "9" * 5000}, Code.UNSUPPORTED_VALUE, "maximumRecords"),
        ({"query": "a", "recordSchema": "mods"}, Code.UNKNOWN_SCHEMA, "mods"),
        ({"query": "a", "recordXMLEscaping": "zip"}, Code.UNSUPPORTED_PACKING, "zip"),
        ({"query": "a", "queryType": "sql"}, Code.UNSUPPORTED_QUERY_TYPE, "sql"),
        ({"query": "a", "sortKeys": "title,,1"}, Code.SORT_NOT_SUPPORTED, "title,,1"),
    ],
)
def test_what_is_not_served_has_its_number(given: dict[str, str], code: Code, details: str) -> None:
    request = asked(**given)

    assert isinstance(request, Refusal)
    assert request.diagnostic == Diagnostic(code, details)


# --- answers


@pytest.fixture
def schema(shared: Path, tmp_path: Path) -> etree.XMLSchema:
    return sru_schema(shared, tmp_path)


ANSWERS = {
    "records": write_found(
        searched(query="cat", version="2.0", startRecord="3", maximumRecords="2", queryType="cql"),
        Found(9, (SruRecord(3, RECORD), SruRecord(4, Diagnostic(65, "4"))), parse_cql("cat")),
    ),
    "as text": write_found(
        searched(query="cat", recordXMLEscaping="string", recordPacking="packed"),
        Found(1, (SruRecord(1, RECORD),), parse_cql("cat")),
    ),
    "nothing": write_found(searched(query="cat"), Found(0)),
    "a hard query": write_found(searched(query=HARD), Found(0, (), parse_cql(HARD))),
    "a long query": write_found(
        searched(query="a or b"), Found(0, (), parse_cql(" or ".join("abcdefghijklmnopqrstuvw")))
    ),
    "prefixes inside": write_found(
        searched(query="a or (> x = b c)"), Found(0, (), parse_cql("a or (> x = b c)"))
    ),
    "explain": write_explanation(ExplainRequest(Version.V2_0), ABOUT),
    "explain as text": write_explanation(ExplainRequest(Version.V2_0, Escaping.STRING), ABOUT),
    "a refusal": write_refusal(refused(searched(query="cat"), 16, "dc.x"), explanation=ABOUT),
    "a refusal of what was said wrongly": write_refusal(
        Refusal(
            Version.V2_0,
            Operation.SEARCH,
            Diagnostic(6, "startRecord"),
            {"query": "a", "startRecord": "no", "maximumRecords": "-1", "recordXMLEscaping": "?"},
        ),
        explanation=ABOUT,
    ),
    "a refusal of scan": write_refusal(
        Refusal(Version.V2_0, Operation.SCAN, Diagnostic(4, "scan")), explanation=ABOUT
    ),
    "a refusal to explain": write_refusal(
        Refusal(Version.V2_0, Operation.EXPLAIN, Diagnostic(5, "2.0")), explanation=ABOUT
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_in_2_0_is_valid(name: str, schema: etree.XMLSchema) -> None:
    schema.assertValid(etree.fromstring(ANSWERS[name]))


def test_a_query_is_said_back_as_xcql_where_it_can_be() -> None:
    said = {name: b"xQuery" in answer for name, answer in ANSWERS.items()}

    assert {name for name, there in said.items() if there} == {
        "records",
        "as text",
        "a hard query",
    }


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("escaping", list(Escaping))
def test_what_is_written_is_read_by_a_client(version: Version, escaping: Escaping) -> None:
    request = SearchRequest(version, "cat", 3, 2, escaping, given={"query": "cat"})
    records = (SruRecord(3, RECORD), SruRecord(4, Diagnostic(65, "4")))

    page = read_page(write_found(request, Found(9, records, parse_cql("cat"))))

    assert (page.total, page.next_position, page.diagnostics) == (9, 5, ())
    assert [record.position for record in page.records] == [3, 4]
    assert page.records[0].schema == MARCXML.identifier
    assert isinstance(page.records[0].data, bytes)
    assert etree.fromstring(page.records[0].data)[0].text == "a & b"
    assert page.records[1].data == Diagnostic(
        65, "4", "Record does not exist", "info:srw/diagnostic/1/65"
    )


def test_the_last_page_names_no_next_position() -> None:
    answer = write_found(searched(query="a"), Found(1, (SruRecord(1, RECORD),)))

    assert read_page(answer).next_position is None


def test_an_answer_in_1_2_is_in_the_namespaces_of_1_2() -> None:
    request = searched(query=HARD, version="1.2", startRecord="1", recordPacking="xml")
    root = etree.fromstring(
        write_found(request, Found(1, (SruRecord(1, RECORD),), parse_cql(HARD)))
    )
    tree = "s:echoedSearchRetrieveRequest/s:xQuery/x:triple"
    names = {"s": SRU_1, "x": NAMESPACE_1}

    assert [etree.QName(child).localname for child in root] == [
        "version",
        "numberOfRecords",
        "records",
        "echoedSearchRetrieveRequest",
    ]
    assert root.tag == f"{{{SRU_1}}}searchRetrieveResponse"
    assert root.findtext("s:version", namespaces=names) == "1.2"
    assert root.findtext(".//s:recordPacking", namespaces=names) == "xml"
    assert root.findtext(f"{tree}/x:prefixes/x:prefix/x:name", namespaces=names) == "x"
    assert root.findtext(f"{tree}/x:boolean/x:value", namespaces=names) == "and"
    assert root.findtext(f"{tree}/x:leftOperand/x:searchClause/x:term", namespaces=names) == "a <b>"
    assert root.findtext(f"{tree}/x:sortKeys/x:key/x:index", namespaces=names) == "date"


def test_a_refusal_in_1_2_has_no_records_and_the_diagnostic() -> None:
    refusal = refused(searched(query="a", version="1.1"), 16, "dc.x")
    root = etree.fromstring(write_refusal(refusal, explanation=ABOUT))
    names = {"s": SRU_1, "d": DIAGNOSTIC_1}
    diagnostic = root.find("s:diagnostics/d:diagnostic", namespaces=names)

    assert root.findtext("s:version", namespaces=names) == "1.1"
    assert root.findtext("s:numberOfRecords", namespaces=names) == "0"
    assert diagnostic is not None
    assert [child.text for child in diagnostic] == [
        "info:srw/diagnostic/1/16",
        "dc.x",
        "Unsupported index",
    ]


def test_the_explanation_tells_indexes_schemas_and_limits() -> None:
    root = etree.fromstring(ANSWERS["explain"])

    def texts(path: str) -> list[str]:
        found = root.xpath(path)
        assert isinstance(found, list)
        return [str(each) for each in found]

    assert texts("//*[local-name()='index']/*/*/@set") == ["dc", "dc"]
    assert texts("//*[local-name()='index'][@sort='true']/*/*/text()") == ["date"]
    assert texts("//*[local-name()='schema']/@name") == ["marcxml", "dc"]
    assert texts("//*[local-name()='setting']/text()") == ["100"]
    assert texts("//*[local-name()='port']/text()") == ["8000"]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.protocols.errors import Malformed
from hyllan.protocols.sru import Diagnostic, Version, read_page, search_parameters

MARC = '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>x</leader></record>'
PLAIN = """<?xml version="1.0"?>
<zs:searchRetrieveResponse xmlns:zs="http://www.loc.gov/zing/srw/">
  <zs:version>1.1</zs:version><zs:numberOfRecords>3</zs:numberOfRecords>
  <zs:records>
    <zs:record><zs:recordSchema>info:srw/schema/1/marcxml-1.1</zs:recordSchema>
      <zs:recordPacking>{packing}</zs:recordPacking><zs:recordData>{data}</zs:recordData>
      <zs:recordIdentifier>a1</zs:recordIdentifier><zs:recordPosition>1</zs:recordPosition>
    </zs:record>
  </zs:records>
  <zs:nextRecordPosition>2</zs:nextRecordPosition>
</zs:searchRetrieveResponse>"""
ESCAPED = MARC.replace("<", "&lt;")


def first(answer: str) -> bytes | Diagnostic:
    return read_page(answer.encode()).records[0].data


def test_a_search_is_asked_as_its_version_wants() -> None:
    assert search_parameters("a=b", start=11, count=5, schema="dc") == {
        "version": "1.2",
        "operation": "searchRetrieve",
        "query": "a=b",
        "startRecord": "11",
        "maximumRecords": "5",
        "recordSchema": "dc",
        "recordPacking": "xml",
    }
    assert search_parameters("a", version=Version.V2_0)["recordXMLEscaping"] == "xml"


@pytest.mark.parametrize(
    "data", [MARC, ESCAPED, f"\n  {MARC}\n", f"<![CDATA[{MARC}]]>", f"<!-- here -->{MARC}"]
)
@pytest.mark.parametrize("packing", ["xml", "string", "XML", ""])
def test_a_record_is_what_is_there_whatever_it_is_called(data: str, packing: str) -> None:
    assert first(PLAIN.format(packing=packing, data=data)) == MARC.encode()


def test_numbers_and_names_are_read() -> None:
    page = read_page(PLAIN.format(packing="xml", data=MARC).encode())

    assert (page.total, page.next_position) == (3, 2)
    assert (page.records[0].position, page.records[0].identifier) == (1, "a1")
    assert page.records[0].schema == "info:srw/schema/1/marcxml-1.1"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://www.loc.gov/zing/srw/", "http://docs.oasis-open.org/ns/search-ws/sruResponse"),
        ("http://www.loc.gov/zing/srw/", "http://nobody.example/"),
        ("zs", "srw"),
        ("zs:", ""),
    ],
)
def test_any_prefix_and_any_namespace_will_do(old: str, new: str) -> None:
    answer = PLAIN.format(packing="xml", data=MARC).replace(old, new)

    assert first(answer) == MARC.encode()


def test_an_answer_in_an_envelope_of_soap_is_read() -> None:
    answer = PLAIN.format(packing="xml", data=MARC).partition("?>")[2]
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    wrapped = f'<e:Envelope xmlns:e="{soap}"><e:Body>{answer}</e:Body></e:Envelope>'

    assert first(wrapped) == MARC.encode()


def test_what_only_html_knows_is_mended() -> None:
    data = MARC.replace(">x<", ">caf&eacute; & bar<")

    found = first(PLAIN.format(packing="xml", data=data))

    assert isinstance(found, bytes)
    assert "café &amp; bar" in found.decode()


def test_a_record_that_is_none_is_a_diagnostic_in_its_place() -> None:
    surrogate = (
        '<d:diagnostic xmlns:d="http://www.loc.gov/zing/srw/diagnostic/">'
        "<d:uri>info:srw/diagnostic/1/64</d:uri><d:details>7</d:details></d:diagnostic>"
    )

    assert first(PLAIN.format(packing="xml", data=surrogate)) == Diagnostic(
        64, "7", uri="info:srw/diagnostic/1/64"
    )
    broken = first(PLAIN.format(packing="xml", data="&lt;record>&lt;leader>"))
    assert isinstance(broken, Diagnostic)
    assert broken.details == "<record><leader>"


def test_diagnostics_are_read_of_any_list() -> None:
    answer = """<searchRetrieveResponse><numberOfRecords/><diagnostics>
      <diagnostic><uri>info:srw/diagnostic/1/10</uri><message>Oh</message></diagnostic>
      <diagnostic><uri>http://nobody.example/7</uri></diagnostic>
    </diagnostics></searchRetrieveResponse>"""

    page = read_page(answer.encode())

    assert page.total is None
    assert page.diagnostics == (
        Diagnostic(10, "", "Oh", "info:srw/diagnostic/1/10"),
        Diagnostic(0, uri="http://nobody.example/7"),
    )


@pytest.mark.parametrize("answer", ["", "<html/>", "<a><b></a>", "<!DOCTYPE x><x/>"])
def test_what_is_no_answer_is_refused(answer: str) -> None:
    with pytest.raises(Malformed):
        read_page(answer.encode())


@given(st.integers(0, 900), st.integers(0, 300), st.binary(max_size=8))
def test_a_damaged_answer_is_read_or_refused(start: int, length: int, put: bytes) -> None:
    answer = PLAIN.format(packing="xml", data=MARC).encode()
    try:
        page = read_page(answer[:start] + put + answer[start + length :])
    except Malformed:
        return
    assert len(page.records) <= 1

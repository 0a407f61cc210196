"""
Write answers: valid by the schemas of OASIS for 2.0, in the namespaces of 1.x otherwise.

1.x has the version and the number of records in every answer; 2.0 leaves the version out and says
how precise the number is.
"""

from typing import Any

from lxml import etree

from hyllan.protocols.xml import parse as parse_xml

from .messages import (
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
)
from .xcql import add_xcql, can_be_xcql
from .zeerex import ZEEREX, explain_element

SRU_1 = "http://www.loc.gov/zing/srw/"
SRU_2 = "http://docs.oasis-open.org/ns/search-ws/sruResponse"
DIAGNOSTIC_1 = "http://www.loc.gov/zing/srw/diagnostic/"
DIAGNOSTIC_2 = "http://docs.oasis-open.org/ns/search-ws/diagnostic"
SCAN_2 = "http://docs.oasis-open.org/ns/search-ws/scan"
DIAGNOSTICS_SCHEMA = "info:srw/schema/1/diagnostics-v1.1"
LIST = "info:srw/diagnostic/1/"

# What of the request is said back, in the order of the schemas
_ECHOED_1 = ("query", "startRecord", "maximumRecords", "recordPacking", "recordSchema")
_ECHOED_2 = (
    "queryType",
    "query",
    "startRecord",
    "maximumRecords",
    "recordXMLEscaping",
    "recordPacking",
    "recordSchema",
)


def write_found(request: SearchRequest, found: Found) -> bytes:
    """
    Return the answer to a search.

    :raises Malformed: the data of a record is no XML
    """
    answer = _Answer(request.version, "searchRetrieveResponse")
    answer.add("numberOfRecords", str(found.total))
    if found.records:
        parent = answer.add("records")
        for record in found.records:
            answer.add_record(parent, record, request)
        after = found.records[-1].position + 1
        if after <= found.total:
            answer.add("nextRecordPosition", str(after))
    echoed = answer.add("echoedSearchRetrieveRequest")
    answer.echo(echoed, request.given, found)
    if answer.is_2:
        answer.add("resultCountPrecision", "exact")
    return answer.written()


def write_explanation(request: ExplainRequest, explanation: Explanation) -> bytes:
    """Return the answer to explain: the record that tells what the server can do."""
    answer = _Answer(request.version, "explainResponse")
    element = explain_element(explanation)
    data = etree.tostring(element, encoding="utf-8")
    answer.add_data(answer.add("record"), ZEEREX, data, request.escaping)
    return answer.written()


def write_refusal(refusal: Refusal, *, explanation: Explanation) -> bytes:
    """
    Return the answer to a request that is not served.

    :param explanation: stands in an answer to explain, which cannot be without
    """
    diagnostics = (refusal.diagnostic,)
    if refusal.operation == Operation.EXPLAIN:
        answer = _Answer(refusal.version, "explainResponse")
        data = etree.tostring(explain_element(explanation), encoding="utf-8")
        answer.add_data(answer.add("record"), ZEEREX, data, Escaping.XML)
    elif refusal.operation == Operation.SCAN:
        answer = _Answer(refusal.version, "scanResponse", scan=True)
    else:
        answer = _Answer(refusal.version, "searchRetrieveResponse")
        answer.add("numberOfRecords", "0")
        answer.echo(answer.add("echoedSearchRetrieveRequest"), refusal.given, None)
    answer.add_diagnostics(diagnostics)
    return answer.written()


def refused(request: SearchRequest, number: int, details: str) -> Refusal:
    """Return the refusal of a search that could be read."""
    diagnostic = Diagnostic(number, details)
    return Refusal(request.version, Operation.SEARCH, diagnostic, request.given)


class _Answer:
    """One answer, being written."""

    def __init__(self, version: Version, name: str, *, scan: bool = False) -> None:
        self._version = version
        self.is_2 = version == Version.V2_0
        self._namespace = SRU_2 if self.is_2 else SRU_1
        self._diagnostic = DIAGNOSTIC_2 if self.is_2 else DIAGNOSTIC_1
        prefixes: Any = {"sru": self._namespace, "diag": self._diagnostic}
        self._root = etree.Element(f"{{{self._namespace}}}{name}", nsmap=prefixes)
        if scan and self.is_2:
            self._namespace = SCAN_2  # sruResponse.xsd: what is inside has the type of scan.xsd
        if not self.is_2:
            self.add("version", version)

    def written(self) -> bytes:
        return etree.tostring(self._root, encoding="utf-8", xml_declaration=True)

    def add(self, name: str, text: str | None = None) -> etree._Element:
        return self._under(self._root, name, text)

    def _under(self, parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
        child = etree.SubElement(parent, f"{{{self._namespace}}}{name}")
        child.text = text
        return child

    def add_record(self, parent: etree._Element, record: SruRecord, request: SearchRequest) -> None:
        element = self._under(parent, "record")
        if isinstance(record.data, Diagnostic):
            wrapper = etree.Element("wrapper")
            self._add_diagnostic(wrapper, record.data)
            data = etree.tostring(wrapper[0], encoding="utf-8")
            self.add_data(element, DIAGNOSTICS_SCHEMA, data, request.escaping)
        else:
            self.add_data(element, request.schema.identifier, record.data, request.escaping)
        self._under(element, "recordPosition", str(record.position))

    def add_data(
        self, element: etree._Element, schema: str, data: bytes, escaping: Escaping
    ) -> None:
        self._under(element, "recordSchema", schema)
        self._under(element, "recordXMLEscaping" if self.is_2 else "recordPacking", escaping)
        holder = self._under(element, "recordData")
        if escaping == Escaping.STRING:
            holder.text = data.decode()
        else:
            holder.append(parse_xml(data))

    def echo(self, parent: etree._Element, given: dict[str, str], found: Found | None) -> None:
        """Say back what was asked, where it is what the schema allows."""
        if not self.is_2:
            self._under(parent, "version", self._version)
        for name in _ECHOED_2 if self.is_2 else _ECHOED_1:
            value = given.get(name, "")
            if value and _may_stand(name, value, is_2=self.is_2):
                self._under(parent, name, value)
            elif name == "query" and not self.is_2:
                self._under(parent, name, "")  # must stand in 1.x
            query = found.query if found else None
            if name == "query" and query and can_be_xcql(query, is_2=self.is_2):
                add_xcql(self._under(parent, "xQuery"), query, is_2=self.is_2)

    def add_diagnostics(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        parent = self.add("diagnostics")
        for one in diagnostics:
            self._add_diagnostic(parent, one)

    def _add_diagnostic(self, parent: etree._Element, diagnostic: Diagnostic) -> None:
        namespace = f"{{{self._diagnostic}}}"
        prefixes: Any = {"diag": self._diagnostic}
        element = etree.SubElement(parent, f"{namespace}diagnostic", nsmap=prefixes)
        number = diagnostic.number or Code.GENERAL
        texts = {"uri": f"{LIST}{number}", "details": diagnostic.details}
        for name, text in (texts | {"message": diagnostic.text}).items():
            if text:
                etree.SubElement(element, f"{namespace}{name}").text = text


def _may_stand(name: str, value: str, *, is_2: bool) -> bool:
    if name in {"startRecord", "maximumRecords"}:
        least = 1 if name == "startRecord" else 0
        return value.isascii() and value.isdigit() and int(value[:20]) >= least
    if name == "recordXMLEscaping" or (name == "recordPacking" and not is_2):
        return value in set(Escaping)
    return True

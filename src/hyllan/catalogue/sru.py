"""
The door for SRU (docs/wire.md): parameters in, an answer in XML out; who asks is not asked.

protocols/sru reads what is asked and writes the answer; what it finds is the business of `queries`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hyllan.catalogue import queries
from hyllan.catalogue.queries import CQL_NAMES, CqlFound
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import MarcRecord, to_marcxml
from hyllan.protocols.marc.dublin_core import SRW_DC, dublin_core, dublin_core_xml
from hyllan.protocols.sru import (
    DUBLIN_CORE,
    MARCXML,
    MOST,
    USUAL_COUNT,
    Code,
    CqlError,
    CqlQuery,
    Diagnostic,
    ExplainRequest,
    Explanation,
    Found,
    Refusal,
    Schema,
    SearchRequest,
    SruRecord,
    parse_cql,
    read_request,
    refuse_costly,
    refused,
    write_explanation,
    write_found,
    write_refusal,
)

SCHEMAS = (MARCXML, DUBLIN_CORE)
DEEPEST = 100_000
"""The last position that records are given at: everything before it is ranked to find it."""

INDEXES = {
    "cql.serverChoice": "Anywhere: title, names, subjects, series, notes, publisher",
    "cql.anywhere": "The same as cql.serverChoice",
    "cql.allRecords": "Every record, whatever the term",
    "dc.title": "Title",
    "dc.creator": "Everybody named: authors, translators, performers",
    "dc.subject": "Subject",
    "dc.date": "Year of publication; also <, <=, >, >= and within",
    "dc.language": "Language, MARC code",
    "dc.identifier": "ISBN, ISSN, EAN, publisher's number, Libris number",
    "dc.publisher": "Publisher",
    "bath.isbn": "ISBN, 10 or 13 digits",
    "bath.issn": "ISSN",
    "rec.identifier": "Number of the record in this catalogue",
    "hyllan.library": "Code of a library that holds a copy",
    "hyllan.material": "Material: book, film, music, and so on",
}
_RELATIONS = ("=", "==", "any", "all", "adj", "<", "<=", ">", ">=", "within")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_ACCEPTED = ("application/sru+xml", "application/xml", "text/xml")


class Search(Protocol):
    """As `queries.search_cql`."""

    def __call__(self, query: CqlQuery, *, start: int, count: int) -> CqlFound: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the door asks the catalogue for."""

    search: Search
    records: Callable[[Sequence[int]], Mapping[int, MarcRecord]]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sru(request: HttpRequest) -> HttpResponse:
    """Answer a request of SRU 1.1, 1.2 or 2.0, by GET or as a form by POST."""
    if request.method == "POST" and request.content_type not in _FORMS:
        return HttpResponse(
            "SRU is asked by GET, or by POST of a form; SRW is not served.", status=415
        )
    parameters = [
        (name, value)
        for given in (request.POST, request.GET)
        for name, values in given.lists()
        for value in values
    ]
    shelf = Shelf(queries.search_cql, queries.as_marc)
    body = answer(parameters, shelf, _explanation(request))
    return HttpResponse(body, content_type=f"{_content_type(request)}; charset=utf-8")


def answer(parameters: Iterable[tuple[str, str]], shelf: Shelf, explanation: Explanation) -> bytes:
    """Return the answer to a request, whatever it asks."""
    asked = read_request(parameters, schemas=SCHEMAS)
    if isinstance(asked, ExplainRequest):
        return write_explanation(asked, explanation)
    if isinstance(asked, SearchRequest):
        found = _found(asked, shelf)
        if isinstance(found, Found):
            return write_found(asked, found)
        asked = found
    return write_refusal(asked, explanation=explanation)


def _found(asked: SearchRequest, shelf: Shelf) -> Found | Refusal:
    try:
        query = parse_cql(asked.query)
        refuse_costly(query)
        if asked.start + asked.count > DEEPEST + 1:
            return refused(asked, Code.FIRST_RECORD_OUT_OF_RANGE, str(DEEPEST))
        found = shelf.search(query, start=asked.start - 1, count=asked.count)
    except CqlError as error:
        return refused(asked, error.diagnostic, error.details)
    if asked.start > max(1, found.total):
        return refused(asked, Code.FIRST_RECORD_OUT_OF_RANGE, str(found.total))
    marc = shelf.records(found.edition_ids)
    records = tuple(
        SruRecord(position, _data(marc.get(pk), asked.schema, pk))
        for position, pk in enumerate(found.edition_ids, start=asked.start)
    )
    return Found(found.total, records, query)


def _data(record: MarcRecord | None, schema: Schema, pk: int) -> bytes | Diagnostic:
    if record is None:  # gone since it was indexed
        return Diagnostic(Code.RECORD_DOES_NOT_EXIST, str(pk))
    try:
        return (
            to_marcxml(record)
            if schema == MARCXML
            else dublin_core_xml(dublin_core(record), SRW_DC)
        )
    except Malformed as error:
        return Diagnostic(Code.NOT_IN_THIS_SCHEMA, f"{schema.name}: {error.message}")


def _explanation(request: HttpRequest) -> Explanation:
    host, _colon, port = request.get_host().rpartition(":")
    if not port.isdigit() or not host:
        host, port = request.get_host(), "443" if request.is_secure() else "80"
    return Explanation(
        host=host,
        port=int(port),
        database=request.path.strip("/"),
        title="hyllan",
        description="The shared catalogue of the region's libraries",
        indexes={name: INDEXES[name] for name in CQL_NAMES.indexes},
        sortable=("dc.date",),
        sets=CQL_NAMES.identifiers,
        schemas=SCHEMAS,
        relations=_RELATIONS,
        modifiers=("stem", "word", "relevant", "ignoreCase", "masked"),
        usual_count=USUAL_COUNT,
        most=MOST,
        is_https=request.is_secure(),
    )


def _content_type(request: HttpRequest) -> str:
    """Return what is asked for: httpAccept (2.0) before the header; text/xml is read by all."""
    wanted = request.GET.get("httpAccept") or request.headers.get("Accept", "")
    kinds = [part.split(";")[0].strip().lower() for part in wanted.split(",")]
    return next((kind for kind in kinds if kind in _ACCEPTED), "text/xml")

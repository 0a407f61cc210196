"""
Read the parameters of a request.

Sections 2 and 3 of SRU 1.2 and OASIS part 3 (2.0) differ in names: recordPacking became
recordXMLEscaping; version and operation are gone, though clients of 2.0 still send them. A
request without a version is read as 2.0 if it could be one, else as 1.2.
"""

import re
from collections.abc import Iterable

from .messages import (
    MARCXML,
    Code,
    Diagnostic,
    Escaping,
    ExplainRequest,
    Operation,
    Refusal,
    Request,
    Schema,
    SearchRequest,
    Version,
)

USUAL_COUNT, MOST = 10, 100
"""Records given if the request does not say how many, and at the most."""

_LONGEST = 20_000  # characters of one parameter
_LARGEST = 10**9
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Refused(Exception):  # noqa: N818 - becomes a Refusal
    def __init__(self, code: Code, details: str) -> None:
        self.diagnostic = Diagnostic(code, details)


def read_request(
    pairs: Iterable[tuple[str, str]], *, schemas: tuple[Schema, ...] = (MARCXML,)
) -> Request:
    """
    Return what is asked, or why it is not served; of a parameter given twice the first counts.

    :param schemas: in which records can be given; the first unless another is asked for
    """
    given: dict[str, str] = {}
    for name, value in pairs:
        given.setdefault(name[:100], _NOT_XML.sub("", value[:_LONGEST]))
    version, operation = _answered_as(given), _operation(given)
    try:
        _check(given)
        if operation == Operation.EXPLAIN:
            return ExplainRequest(version, _escaping(given), given)
        if operation == Operation.SCAN:
            raise _Refused(Code.UNSUPPORTED_OPERATION, Operation.SCAN)
        return _search(given, version, schemas)
    except _Refused as refused:
        return Refusal(version, operation, refused.diagnostic, given)


def _answered_as(given: dict[str, str]) -> Version:
    """Return the version to answer in; for one that does not exist, the nearest."""
    asked = given.get("version", "")
    if asked in set(Version):
        return Version(asked)
    if asked:
        return Version.V1_2 if asked.startswith("1") else Version.V2_0
    is_old = "operation" in given or given.get("recordPacking", "").lower() in set(Escaping)
    return Version.V1_2 if is_old else Version.V2_0


def _operation(given: dict[str, str]) -> Operation:
    asked = given.get("operation", "")
    if asked in set(Operation):
        return Operation(asked)
    if "scanClause" in given:
        return Operation.SCAN
    return Operation.SEARCH if asked or "query" in given else Operation.EXPLAIN


def _check(given: dict[str, str]) -> None:
    if given.get("version", Version.V2_0) not in set(Version):
        raise _Refused(Code.UNSUPPORTED_VERSION, Version.V2_0)
    operation = given.get("operation", Operation.SEARCH)
    if operation not in set(Operation):
        raise _Refused(Code.UNSUPPORTED_OPERATION, operation[:100])


def _search(given: dict[str, str], version: Version, schemas: tuple[Schema, ...]) -> SearchRequest:
    if not given.get("query", "").strip():
        raise _Refused(Code.MISSING_PARAMETER, "query")
    if (kind := given.get("queryType", "cql")).lower() != "cql":
        raise _Refused(Code.UNSUPPORTED_QUERY_TYPE, kind[:100])
    if keys := given.get("sortKeys", "").strip():
        raise _Refused(Code.SORT_NOT_SUPPORTED, keys[:100])
    return SearchRequest(
        version=version,
        query=given["query"],
        start=_number(given, "startRecord", usual=1, least=1),
        count=min(_number(given, "maximumRecords", usual=USUAL_COUNT, least=0), MOST),
        escaping=_escaping(given),
        schema=_schema(given.get("recordSchema", ""), schemas),
        given=given,
    )


def _number(given: dict[str, str], name: str, *, usual: int, least: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and least <= int(text[:12]) and len(text) <= 12):
        raise _Refused(Code.UNSUPPORTED_VALUE, name)
    return min(int(text), _LARGEST)


def _escaping(given: dict[str, str]) -> Escaping:
    """In 2.0 recordPacking is another thing (packed, unpacked), but some mean the old one."""
    asked = given.get("recordXMLEscaping", "") or given.get("recordPacking", "")
    if asked.lower() in {"", "packed", "unpacked"}:
        return Escaping.XML
    if asked.lower() not in set(Escaping):
        raise _Refused(Code.UNSUPPORTED_PACKING, asked[:100])
    return Escaping(asked.lower())


def _schema(asked: str, schemas: tuple[Schema, ...]) -> Schema:
    if not asked:
        return schemas[0]
    for schema in schemas:
        if schema.is_called(asked):
            return schema
    raise _Refused(Code.UNKNOWN_SCHEMA, asked[:200])

"""Requests, answers and diagnostics of SRU, the same for 1.1, 1.2 and 2.0."""

import enum
from dataclasses import dataclass, field

from .cql_tree import CqlQuery


class Version(enum.StrEnum):
    V1_1 = "1.1"
    V1_2 = "1.2"
    V2_0 = "2.0"


class Escaping(enum.StrEnum):
    """How a record stands in an answer: recordPacking until 1.2, recordXMLEscaping in 2.0."""

    XML = "xml"
    STRING = "string"


class Operation(enum.StrEnum):
    SEARCH = "searchRetrieve"
    EXPLAIN = "explain"
    SCAN = "scan"


class Code(enum.IntEnum):
    """Those of info:srw/diagnostic/1/ that are used outside the query."""

    GENERAL = 1
    UNSUPPORTED_OPERATION = 4
    UNSUPPORTED_VERSION = 5
    UNSUPPORTED_VALUE = 6
    MISSING_PARAMETER = 7
    UNSUPPORTED_QUERY_TYPE = 11
    FIRST_RECORD_OUT_OF_RANGE = 61
    RECORD_DOES_NOT_EXIST = 65
    UNKNOWN_SCHEMA = 66
    NOT_IN_THIS_SCHEMA = 67
    UNSUPPORTED_PACKING = 71
    SORT_NOT_SUPPORTED = 80


MESSAGES = {
    1: "General system error",
    4: "Unsupported operation",
    5: "Unsupported version",
    6: "Unsupported parameter value",
    7: "Mandatory parameter not supplied",
    10: "Query syntax error",
    11: "Unsupported query type",
    12: "Too many characters in query",
    13: "Invalid or unsupported use of parentheses",
    14: "Invalid or unsupported use of quotes",
    15: "Unsupported context set",
    16: "Unsupported index",
    19: "Unsupported relation",
    20: "Unsupported relation modifier",
    22: "Unsupported combination of relation and index",
    23: "Too many characters in term",
    24: "Unsupported combination of relation and term",
    26: "Non special character escaped in term",
    27: "Empty term unsupported",
    28: "Masking character not supported",
    29: "Masked words too short",
    30: "Too many masking characters in term",
    31: "Anchoring character not supported",
    32: "Anchoring character in unsupported position",
    36: "Term in invalid format for index or relation",
    37: "Unsupported boolean operator",
    38: "Too many boolean operators in query",
    39: "Proximity not supported",
    46: "Unsupported boolean modifier",
    47: "Cannot process query; reason unknown",
    48: "Query feature unsupported",
    61: "First record position out of range",
    65: "Record does not exist",
    66: "Unknown schema for retrieval",
    67: "Record not available in this schema",
    71: "Unsupported record packing",
    80: "Sort not supported",
    84: "Too many sort keys to sort",
}
"""What the list of diagnostics (SRU 1.2, and OASIS part 3, appendix C) says of each number."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    number: int  # of info:srw/diagnostic/1/; 0: of another list
    details: str = ""
    message: str = ""
    uri: str = ""  # as it came; empty in what is written

    @property
    def text(self) -> str:
        """Return the sentence: its own, else that of the list."""
        return self.message or MESSAGES.get(self.number, "")

    @property
    def sentence(self) -> str:
        """Return the sentence, and what it is about."""
        return f"{self.text}: {self.details}" if self.details else self.text


@dataclass(frozen=True, slots=True)
class Schema:
    """A form in which records are given."""

    name: str
    identifier: str
    title: str
    location: str = ""
    aliases: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Say whether a request means this schema; capitals do not count."""
        known = {one.casefold() for one in (self.name, self.identifier, *self.aliases)}
        return name.casefold() in known


MARCXML = Schema(
    name="marcxml",
    identifier="info:srw/schema/1/marcxml-v1.1",
    title="MARCXML",
    location="http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd",
    aliases=(
        "info:srw/schema/1/marcxml-1.1",  # as YAZ writes it
        "marc21",
        "marcxml-v1.1",
        "http://www.loc.gov/MARC21/slim",
    ),
)
DUBLIN_CORE = Schema(
    name="dc",
    identifier="info:srw/schema/1/dc-v1.1",
    title="Dublin Core",
    location="http://www.loc.gov/standards/sru/resources/dc-schema.xsd",
    aliases=("info:srw/schema/1/dc-schema", "dc-v1.1", "http://purl.org/dc/elements/1.1/"),
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    version: Version
    query: str
    start: int = 1  # position of the first record wanted, from 1
    count: int = 10
    escaping: Escaping = Escaping.XML
    schema: Schema = MARCXML
    given: dict[str, str] = field(default_factory=dict)  # as it was asked


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    version: Version
    escaping: Escaping = Escaping.XML
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is not served: answered as its operation is, with the diagnostic."""

    version: Version
    operation: Operation
    diagnostic: Diagnostic
    given: dict[str, str] = field(default_factory=dict)


Request = SearchRequest | ExplainRequest | Refusal


@dataclass(frozen=True, slots=True)
class SruRecord:
    """A record, or why there is none in its place (a surrogate diagnostic)."""

    position: int
    data: bytes | Diagnostic  # an XML document of one element
    schema: str = ""  # identifier, as it came
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search is answered with."""

    total: int
    records: tuple[SruRecord, ...] = ()
    query: CqlQuery | None = None  # to be said back


@dataclass(frozen=True, slots=True)
class SruPage:
    """What came as an answer to searchRetrieve."""

    total: int | None  # None where the server does not know
    records: tuple[SruRecord, ...]
    next_position: int | None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a server says of itself (ZeeRex)."""

    host: str
    port: int
    database: str  # path without the first slash
    title: str
    description: str
    indexes: dict[str, str]  # full name (dc.title): what it holds
    sortable: tuple[str, ...]
    sets: dict[str, str]  # short name: identifier
    schemas: tuple[Schema, ...]
    relations: tuple[str, ...]
    modifiers: tuple[str, ...]
    usual_count: int
    most: int
    is_https: bool = False

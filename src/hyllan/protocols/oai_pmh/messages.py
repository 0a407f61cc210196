"""The words of OAI-PMH 2.0 (openarchives.org/OAI/openarchivesprotocol.html), frozen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"


class Verb(StrEnum):
    IDENTIFY = "Identify"
    LIST_METADATA_FORMATS = "ListMetadataFormats"
    LIST_SETS = "ListSets"
    LIST_IDENTIFIERS = "ListIdentifiers"
    LIST_RECORDS = "ListRecords"
    GET_RECORD = "GetRecord"


class ErrorCode(StrEnum):
    BAD_ARGUMENT = "badArgument"
    BAD_RESUMPTION_TOKEN = "badResumptionToken"  # noqa: S105 - an error's name
    BAD_VERB = "badVerb"
    CANNOT_DISSEMINATE_FORMAT = "cannotDisseminateFormat"
    ID_DOES_NOT_EXIST = "idDoesNotExist"
    NO_RECORDS_MATCH = "noRecordsMatch"
    NO_METADATA_FORMATS = "noMetadataFormats"
    NO_SET_HIERARCHY = "noSetHierarchy"


class Granularity(StrEnum):
    DAY = "YYYY-MM-DD"
    SECOND = "YYYY-MM-DDThh:mm:ssZ"


class DeletedRecords(StrEnum):
    NO = "no"
    TRANSIENT = "transient"
    PERSISTENT = "persistent"


@dataclass(frozen=True, slots=True)
class OaiError:
    code: str  # an ErrorCode; a peer may send a word of its own
    message: str


@dataclass(frozen=True, slots=True)
class OaiRecord:
    identifier: str
    datestamp: datetime | None  # real systems leave it out
    deleted: bool = False
    sets: tuple[str, ...] = ()
    metadata: bytes = b""  # the one element inside <metadata>, as XML


@dataclass(frozen=True, slots=True)
class Broken:
    """A record in an answer that cannot be read; the others of the answer can."""

    identifier: str
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """What one list request (or GetRecord) gave."""

    records: tuple[OaiRecord, ...]
    broken: tuple[Broken, ...] = ()
    token: str = ""  # empty: the list is at its end
    size: int | None = None  # completeListSize
    cursor: int | None = None
    responded: datetime | None = None
    mended: int = 0  # records that came as broken XML, and nothing of them was lost


@dataclass(frozen=True, slots=True)
class Refusal:
    """The other side answered with errors."""

    errors: tuple[OaiError, ...]
    responded: datetime | None = None

    def says(self, code: ErrorCode) -> bool:
        """Return whether this is among the errors."""
        return any(error.code == code for error in self.errors)


class Oddity(StrEnum):
    """What real systems do to Identify."""

    NO_EARLIEST = "no_earliest"  # earliestDatestamp is missing or empty
    NAMED_TWICE = "named_twice"  # repositoryName stands more than once
    NO_GRANULARITY = "no_granularity"
    NO_WORD_ON_DELETES = "no_word_on_deletes"  # deletedRecord is missing or an unknown word


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answers: Identify."""

    name: str
    base_url: str
    admin_emails: tuple[str, ...]
    earliest: datetime | None
    deleted: DeletedRecords = DeletedRecords.PERSISTENT
    granularity: Granularity = Granularity.SECOND
    oddities: tuple[Oddity, ...] = ()  # what a reader had to live with


@dataclass(frozen=True, slots=True)
class Format:
    prefix: str
    schema: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Formats:
    """The answer to ListMetadataFormats."""

    formats: tuple[Format, ...]


@dataclass(frozen=True, slots=True)
class SetDescription:
    spec: str
    name: str


@dataclass(frozen=True, slots=True)
class Sets:
    """The answer to ListSets."""

    sets: tuple[SetDescription, ...]


@dataclass(frozen=True, slots=True)
class Records:
    """The answer to ListRecords. Token None: one answer holds all; "": this is the last."""

    records: tuple[OaiRecord, ...]
    token: str | None = None
    size: int | None = None
    cursor: int | None = None


@dataclass(frozen=True, slots=True)
class Headers(Records):
    """The answer to ListIdentifiers."""


@dataclass(frozen=True, slots=True)
class Single:
    """The answer to GetRecord."""

    record: OaiRecord


@dataclass(frozen=True, slots=True)
class Request:
    """A lawful request as the server reads it; `until` is the last second that is meant."""

    verb: Verb
    identifier: str = ""
    metadata_prefix: str = ""
    from_: datetime | None = None
    until: datetime | None = None
    set_spec: str = ""
    token: str = ""
    given: tuple[tuple[str, str], ...] = ()  # as sent, to be said back


@dataclass(frozen=True, slots=True)
class Token:
    """All that is needed to go on with a list; the server keeps nothing."""

    metadata_prefix: str
    from_: datetime | None
    until: datetime | None
    set_spec: str
    after: str  # where to go on: the server's own mark
    cursor: int  # how many came before
    size: int | None = None

"""A pretend system's side of OAI-PMH: its records, with how their items stand now."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hyllan.peers.known import status_of
from hyllan.peers.store import Store, moment, stamp
from hyllan.protocols.marc import BadRecord, DataField, MarcRecord, Subfield, read_marc, to_marcxml
from hyllan.protocols.marc.dublin_core import OAI_DC, dublin_core_xml
from hyllan.protocols.ncip import CirculationStatus
from hyllan.protocols.oai_pmh import messages as oai
from hyllan.protocols.oai_pmh import server

PAGE = 100
MARCXML = replace(server.MARC21, prefix="marcxml")  # the same, by the name that others give it
FORMATS = (server.MARC21, MARCXML, server.DUBLIN_CORE)
# In 876 $j. An item that is not for loan keeps what its record says
ITEM_STATUS = {
    CirculationStatus.AVAILABLE_ON_SHELF: "available",
    CirculationStatus.ON_LOAN: "on loan",
    CirculationStatus.PENDING_TRANSFER: "on loan",  # on hold: nobody else can have it now
    CirculationStatus.MISSING: "missing",
}


def respond(
    store: Store, arguments: Iterable[tuple[str, str]], *, base_url: str, now: datetime
) -> bytes:
    """Return the answer to a request, as XML. Reads only."""
    request = server.read_arguments(arguments, formats=FORMATS)
    asked = None if isinstance(request, oai.OaiError) else request
    said = request if isinstance(request, oai.OaiError) else _answer(store, request, base_url)
    return server.render(said, request=asked, base_url=base_url, now=store.latest(now))


def _answer(store: Store, request: oai.Request, base_url: str) -> server.Answer:
    match request.verb:
        case oai.Verb.IDENTIFY:
            return _identity(store, base_url)
        case oai.Verb.LIST_SETS:
            return _no_sets()
        case oai.Verb.LIST_METADATA_FORMATS:
            unknown = request.identifier and _row(store, request.identifier) is None
            return _no_such_id(request) if unknown else oai.Formats(FORMATS)
        case oai.Verb.GET_RECORD:
            row = _row(store, request.identifier)
            if row is None:
                return _no_such_id(request)
            return oai.Single(_record(store, row, request.metadata_prefix))
        case _:
            return _no_sets() if request.set_spec else _list(store, request)


def _no_sets() -> oai.OaiError:
    return oai.OaiError(oai.ErrorCode.NO_SET_HIERARCHY, "There are no sets here.")


def _no_such_id(request: oai.Request) -> oai.OaiError:
    return oai.OaiError(
        oai.ErrorCode.ID_DOES_NOT_EXIST, f"{request.identifier} is no record of ours."
    )


def _identity(store: Store, base_url: str) -> oai.Identity:
    earliest = store.rows("SELECT min(datestamp) FROM records")[0][0]
    organisation = store.setting("organisation")
    return oai.Identity(
        name=f"Pretend library system of {organisation}",
        base_url=base_url,
        admin_emails=("system@pretend.test",),
        earliest=moment(earliest or "1970-01-01T00:00:00Z"),
    )


def _row(store: Store, identifier: str) -> sqlite3.Row | None:
    return store.row("SELECT * FROM records WHERE identifier = ?", identifier)


def _list(store: Store, request: oai.Request) -> server.Answer:
    token = _start(request)
    if isinstance(token, oai.OaiError):
        return token
    between = (
        stamp(token.from_) if token.from_ else "",
        stamp(token.until) if token.until else "~",  # after any digit
    )
    rows = store.rows(
        "SELECT * FROM records WHERE datestamp BETWEEN ? AND ? AND id > ? ORDER BY id LIMIT ?",
        *between,
        int(token.after),
        PAGE + 1,
    )
    if not rows and not token.cursor:
        return oai.OaiError(oai.ErrorCode.NO_RECORDS_MATCH, "No record of that time.")
    size = token.size or store.number(
        "SELECT count(*) FROM records WHERE datestamp BETWEEN ? AND ?", *between
    )
    return _page(store, request, rows, replace(token, size=size))


def _start(request: oai.Request) -> oai.Token | oai.OaiError:
    """Return where the list goes on, or that it begins."""
    token = server.start_of(request, formats=FORMATS, first="0")
    if isinstance(token, oai.OaiError):
        return token
    if not token.after.isdecimal() or len(token.after) > 15:
        return oai.OaiError(oai.ErrorCode.BAD_RESUMPTION_TOKEN, "It is not one of ours.")
    return token


def _page(
    store: Store, request: oai.Request, rows: list[sqlite3.Row], token: oai.Token
) -> oai.Records:
    page = rows[:PAGE]
    prefix = "" if request.verb == oai.Verb.LIST_IDENTIFIERS else token.metadata_prefix
    return server.page_of(
        request,
        tuple(_record(store, row, prefix) for row in page),
        at=token,
        after=str(page[-1]["id"]) if len(rows) > PAGE else "",
        passed=len(page),
    )


def _record(store: Store, row: sqlite3.Row, prefix: str) -> oai.OaiRecord:
    return oai.OaiRecord(
        identifier=row["identifier"],
        datestamp=moment(row["datestamp"]),
        deleted=bool(row["deleted"]),
        metadata=_metadata(store, row, prefix) if prefix and not row["deleted"] else b"",
    )


def _metadata(store: Store, row: sqlite3.Row, prefix: str) -> bytes:
    record = next(read_marc(row["marc"]))
    if isinstance(record, BadRecord):
        raise TypeError(f"{row['identifier']}: {record.reason}")  # we wrote it ourselves
    if prefix == server.DUBLIN_CORE.prefix:
        return _dublin_core(record)
    items = store.rows("SELECT * FROM items WHERE record = ?", row["id"])
    standing = {item["barcode"]: ITEM_STATUS.get(status_of(store, item)) for item in items}
    return to_marcxml(_with_status(record, standing))


def _with_status(record: MarcRecord, standing: dict[str, str | None]) -> MarcRecord:
    """Return the record with its items as they stand; without those that were withdrawn."""
    fields = [
        _stamped(field, standing.get(_barcode(field)))
        for field in record.data_fields
        if field.tag not in {"852", "876"} or not _barcode(field) or _barcode(field) in standing
    ]
    told = {_barcode(field) for field in fields if field.tag == "876"}
    new = [
        DataField("876", " ", " ", (Subfield("p", barcode), Subfield("j", status)))
        for barcode, status in standing.items()
        if status and barcode not in told
    ]
    return replace(record, data_fields=(*fields, *new))


def _barcode(field: DataField) -> str:
    return field.first("p").strip()


def _stamped(field: DataField, status: str | None) -> DataField:
    if field.tag != "876" or not status:
        return field
    others = tuple(part for part in field.subfields if part.code != "j")
    return field._replace(subfields=(*others, Subfield("j", status)))


def _dublin_core(record: MarcRecord) -> bytes:
    said = (
        ("title", record.first("245", "a").rstrip(" /:=.")),
        ("creator", record.first("100", "a").rstrip(" ,.")),
        ("publisher", (record.first("264", "b") or record.first("260", "b")).rstrip(" ,.")),
        ("date", (record.first("264", "c") or record.first("260", "c")).strip(" ,.[]c©")),
        ("language", record.control("008")[35:38].strip(" |")),
        ("identifier", record.first("020", "a")),
    )
    return dublin_core_xml([(name, text) for name, text in said if text], OAI_DC)

"""Small pretend systems, and records to fill them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hyllan.peers.system import PretendSystem
from hyllan.protocols import ncip
from hyllan.protocols import oai_pmh as oai
from hyllan.protocols.marc import ControlField, DataField, MarcRecord, Subfield, write_marc

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
HORBY = "HORBY"


def field(tag: str, **subfields: str) -> DataField:
    return DataField(tag, " ", " ", tuple(Subfield(*each) for each in subfields.items()))


def record(
    number: int, *barcodes: str, title: str = "Title", status: str = "available", use: str = ""
) -> MarcRecord:
    """Return a record with these items, all of one status."""
    holdings = [
        each
        for barcode in barcodes
        for each in (
            field("852", b=HORBY, h="Hce", p=barcode),
            field("876", p=barcode, j=status, **({"h": use} if use else {})),
        )
    ]
    return MarcRecord(
        "00000nam a2200000 a 4500",
        (
            ControlField("001", f"{number:06d}"),
            ControlField("008", "261126s2001    sw                  swe  "),
        ),
        (field("100", a="Writer, A.,"), field("245", a=f"{title} {number} /"), *holdings),
    )


def marc(*records: MarcRecord) -> bytes:
    return b"".join(write_marc(each) for each in records)


def system(
    *records: MarcRecord,
    home: Path,
    clock: Callable[[], datetime] = lambda: NOW,
    sleep: Callable[[float], None] = lambda _: None,
) -> PretendSystem:
    """Return HÖRBY's system with these records; by default two with one item each: A1 and B1."""
    stock = records or (record(1, "A1"), record(2, "B1"))
    return PretendSystem(
        organisation=HORBY,
        database=home / f"{HORBY}.sqlite3",
        stock=lambda: marc(*stock),
        clock=clock,
        sleep=sleep,
    )


def ask(library: PretendSystem, message: ncip.Initiation) -> Any:
    """Return the system's answer over the wire's bytes."""
    return ncip.decode(library.ncip(ncip.encode(message)))


def problem(library: PretendSystem, message: ncip.Initiation) -> str:
    """Return the type of the problem that the system answers with; nothing if it does not."""
    problems = ask(library, message).problems
    return problems[0].type if problems else ""


def harvest(library: PretendSystem, *, prefix: str = "marcxml", since: str = "") -> oai.Page:
    """Return all pages of a harvest as one."""
    arguments = {"verb": "ListRecords", "metadataPrefix": prefix} | (
        {"from": since} if since else {}
    )
    records: tuple[oai.OaiRecord, ...] = ()
    while True:
        page = oai.parse(library.oai(arguments.items(), base_url="http://127.0.0.1/oai"))
        if isinstance(page, oai.Refusal):
            return oai.Page(records=())
        records += page.records
        if not page.token:
            return oai.Page(records=records, responded=page.responded)
        arguments = {"verb": "ListRecords", "resumptionToken": page.token}

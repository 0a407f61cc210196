"""Builders for tests, here and in the rooms above: records, a repository to harvest, editions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hyllan.catalogue import services
from hyllan.catalogue.models import Edition, Item, Record, Source
from hyllan.protocols import oai_pmh
from hyllan.protocols.marc import ControlField, DataField, MarcRecord, Subfield, to_marcxml
from hyllan.protocols.oai_pmh import (
    DeletedRecords,
    ErrorCode,
    Format,
    OaiError,
    OaiRecord,
    Records,
    Token,
    Verb,
)
from hyllan.region.models import Organisation
from hyllan.region.tests import make as region

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def marc_field(tag: str, indicators: str = "  ", /, **subfields: str) -> DataField:
    parts = tuple(Subfield(code, value) for code, value in subfields.items())
    return DataField(tag, indicators[0], indicators[1], parts)


def marc_item(
    barcode: str, library: str = "LUND", *, status: str = "available", call_number: str = "Hcf"
) -> tuple[DataField, DataField]:
    return (
        marc_field("852", b=library, h=call_number, p=barcode),
        marc_field("876", p=barcode, j=status),
    )


def marc(
    title: str = "Pippi Långstrump",
    *items: tuple[DataField, DataField],
    author: str = "Lindgren, Astrid",
    year: int | None = 1945,
    isbn: str = "",
    language: str = "swe",
    leader: str = "00000nam a2200000 a 4500",
    more: tuple[DataField, ...] = (),
) -> MarcRecord:
    """Return a record as a cataloguer writes it, with items."""
    fields = [marc_field("245", "10", a=f"{title} /", c=author)]
    if author:
        fields.insert(0, marc_field("100", "1 ", a=author))
    if isbn:
        fields.insert(0, marc_field("020", a=f"{isbn} (inb.)"))
    held = [part for pair in items for part in pair]
    year_text = "    " if year is None else str(year)
    fixed = f"450101s{year_text}    sw            000 1 {language}  "
    return MarcRecord(leader, (ControlField("008", fixed),), (*fields, *more, *held))


@dataclass
class Repository:
    """A library system's OAI-PMH side in memory: call it as a harvester's `fetch`."""

    page_size: int = 3
    clock: datetime = NOON
    deletes: DeletedRecords = DeletedRecords.PERSISTENT
    formats: tuple[Format, ...] = (oai_pmh.MARC21,)
    records: dict[str, OaiRecord] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def put(self, identifier: str, record: MarcRecord | bytes) -> None:
        metadata = record if isinstance(record, bytes) else to_marcxml(record)
        self.records[identifier] = OaiRecord(identifier, self.clock, metadata=metadata)

    def delete(self, identifier: str) -> None:
        if self.deletes == DeletedRecords.NO:
            del self.records[identifier]
            return
        self.records[identifier] = OaiRecord(identifier, self.clock, deleted=True)

    def later(self, **period: int) -> None:
        self.clock += timedelta(**(period or {"hours": 1}))

    def __call__(self, arguments: Mapping[str, str]) -> bytes:
        self.asked.append(dict(arguments))
        read = oai_pmh.read_arguments(arguments.items(), formats=self.formats)
        request = None if isinstance(read, OaiError) else read
        answer: oai_pmh.server.Answer
        if isinstance(read, OaiError):
            answer = read
        elif read.verb == Verb.IDENTIFY:
            answer = oai_pmh.Identity(
                "Lund", "http://127.0.0.1/oai", ("a@b.se",), NOON, self.deletes
            )
        elif read.verb == Verb.LIST_METADATA_FORMATS:
            answer = oai_pmh.Formats(self.formats)
        else:
            answer = self._list(read)
        return oai_pmh.render(
            answer, request=request, base_url="http://127.0.0.1/oai", now=self.clock
        )

    def _list(self, request: oai_pmh.Request) -> Records | OaiError:
        at = Token(request.metadata_prefix, request.from_, None, request.set_spec, "", 0)
        if request.token:
            found = oai_pmh.read_token(request.token)
            if isinstance(found, OaiError):
                return found
            at = found
        chosen = [
            record
            for record in self.records.values()
            if record.identifier > at.after
            and (not at.from_ or (record.datestamp and record.datestamp >= at.from_))
            and (not at.set_spec or at.set_spec in record.sets)
        ]
        chosen.sort(key=lambda record: record.identifier)
        if not chosen:
            return OaiError(ErrorCode.NO_RECORDS_MATCH, "None.")
        page, rest = chosen[: self.page_size], chosen[self.page_size :]
        going_on = replace(at, after=page[-1].identifier, cursor=at.cursor + len(page))
        return Records(
            tuple(page), oai_pmh.write_token(going_on) if rest else "", at.cursor + len(chosen)
        )


def source(code: str = "LUND") -> Source:
    """Return the source of an organisation that has a main library with the same code."""
    owner: Organisation = region.library(code).organisation
    return services.add_source(
        organisation=owner, base_url=f"http://127.0.0.1/{code}/oai", now=NOON
    )


def harvested(*records: MarcRecord, code: str = "LUND") -> Source:
    """Harvest these records, as further ones, from an organisation's system."""
    repository, made = Repository(page_size=100), source(code)
    for number, record in enumerate(records, Record.objects.filter(source=made).count() + 1):
        repository.put(f"oai:{code}:{number:04}", record)
    services.harvest(source_id=made.pk, now=NOON, fetch=repository)
    services.match_changed(now=NOON)
    return made


def edition(title: str = "Pippi Långstrump", *barcodes: str, code: str = "LUND") -> Edition:
    """Return an edition with items that an organisation's system has, found by search."""
    items = [marc_item(barcode, code) for barcode in barcodes or ("1",)]
    harvested(marc(title, *items), code=code)
    services.index_changed(now=NOON)
    return Edition.objects.get(title=title)


def item(barcode: str, code: str = "LUND") -> Item:
    return Item.objects.get(organisation__code=code, barcode=barcode)

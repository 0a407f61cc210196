"""
An edition of the union catalogue as a MARC 21 record, as it is given on by SRU, OAI-PMH and files.

What the records of an edition agreed on is said in the fields that docs/wire.md says we read, so
that another hyllan reads the same back. Which library catalogued what is not said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hyllan.catalogue.engine.normalise import Description
from hyllan.protocols.marc import ControlField, DataField, MarcRecord, Subfield

OURS = "hyllan"  # 003: whose numbers those in 001 are
_TYPES = {"audiobook": "i", "music": "j", "film": "g", "game": "r", "other": "o"}  # leader/06
_AUDIENCES = {"children": "j", "young": "d"}  # 008/22
_KINDS = {"film": "v", "game": "g"}  # 008/33
_STATUSES = {  # 876 $j and $h in our own words (engine/holdings.py)
    "available": ("j", "available"),
    "on_loan": ("j", "on loan"),
    "away": ("j", "in transit"),
    "missing": ("j", "missing"),
    "not_for_loan": ("h", "not for loan"),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """An item as it is told to others."""

    library: str  # code
    barcode: str
    call_number: str = ""
    status: str = "available"  # as models.Item.Status


def to_marc(
    number: int, told: Description, copies: Sequence[Copy], *, changed: datetime
) -> MarcRecord:
    """
    Return the record of an edition.

    :param number: the edition's, which becomes 001
    :param changed: when it last did; aware
    """
    kind = _TYPES.get(told.material, "a")
    leader = f"00000n{kind}m a22000003u 4500"
    stamp = changed.astimezone(UTC)
    controls = (
        ControlField("001", str(number)),
        ControlField("003", OURS),
        ControlField("005", f"{stamp:%Y%m%d%H%M%S}.0"),
        ControlField("008", _fixed(told, stamp, has_audience=kind != "j")),
    )
    fields = (*_numbers(told), *_title(told), *_rest(told), *_items(copies))
    return MarcRecord(leader, controls, tuple(field for field in fields if field.subfields))


def _fixed(told: Description, stamp: datetime, *, has_audience: bool) -> str:
    year = f"s{told.year:04}" if told.year else "nuuuu"
    audience = _AUDIENCES.get(told.audience, " ") if has_audience else " "
    kind = _KINDS.get(told.material, " ")
    before = f"{stamp:%y%m%d}{year}    xx     {audience}          {kind} "
    return f"{before}{told.language or 'und':3.3} u"


def _numbers(told: Description) -> Iterator[DataField]:
    for isbn in told.isbns:
        yield _field("020", a=isbn)
    for issn in told.issns:
        yield _field("022", a=issn)
    for ean in told.eans:
        yield _field("024", "3 ", a=ean)
    for uri in told.uris:
        yield _field("024", "7 ", a=uri, _2="uri")
    for number in told.publisher_numbers:
        yield _field("028", "52", a=number)
    for number in told.libris_ids:
        yield _field("035", a=f"(LIBRIS){number}")
    if len(told.languages) > 1 or told.original_languages:
        languages = told.languages or ((told.language,) if told.language else ())
        parts = [("a", each) for each in languages]
        parts += [("h", each) for each in told.original_languages]
        yield _with("041", "1 " if told.original_languages else "0 ", parts)


def _title(told: Description) -> Iterator[DataField]:
    if told.main_entry:
        yield _field("100", _kind_of_name(told.main_entry), a=told.main_entry)
    if original := told.uniform_title or told.original_title:
        yield _field("240", "10", a=original)
    added = "1" if told.main_entry else "0"
    yield _field("245", f"{added}0", a=told.title, c=told.statement)
    for title in told.other_titles:
        yield _field("246", "3 ", a=title)


def _rest(told: Description) -> Iterator[DataField]:
    yield _field("250", a=told.edition_statement)
    yield _field("264", " 1", b=told.publisher, c=str(told.year or ""))
    yield _field("300", a=told.extent)
    yield _field("490", "0 ", a=told.series)
    yield _field("520", a=told.summary)
    for subject in told.subjects:
        yield _field("653", a=subject)
    if told.easy:
        yield _field("655", " 4", a="Lättläst")
    for name in told.names:
        if name != told.main_entry:
            yield _field("700", _kind_of_name(name), a=name)


def _items(copies: Sequence[Copy]) -> Iterator[DataField]:
    for copy in copies:
        yield _field("852", b=copy.library, h=copy.call_number, p=copy.barcode)
        code, word = _STATUSES.get(copy.status, ("j", ""))
        if word:
            yield _with("876", "  ", [("p", copy.barcode), (code, word)])


def _kind_of_name(name: str) -> str:
    """Return the indicators: a surname with a comma stands first, or a forename."""
    return "1 " if "," in name else "0 "


def _field(tag: str, indicators: str = "  ", /, **subfields: str) -> DataField:
    """Return a field without what is empty; a digit as code is written with a line before it."""
    return _with(tag, indicators, [(code.lstrip("_"), value) for code, value in subfields.items()])


def _with(tag: str, indicators: str, parts: Sequence[tuple[str, str]]) -> DataField:
    kept = tuple(Subfield(code, text) for code, value in parts if (text := value.strip()))
    return DataField(tag, indicators[0], indicators[1], kept)

"""
10,000 damaged records: no error, and every one that was sent is loaded or stands aside.

What is sent is counted before it is read. In ISO 2709 it is what stands between two record
terminators, since damage may make one record two, or two one; by OAI-PMH it is the identifiers.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.catalogue import services
from hyllan.catalogue.connectors.files import NoRecords, read_records
from hyllan.catalogue.models import Quarantined, Record
from hyllan.catalogue.tests import make
from hyllan.catalogue.tests.make import NOON, Repository, marc, marc_field, marc_item
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import (
    BadRecord,
    ControlField,
    MarcRecord,
    read_marc,
    read_marcxml,
    to_marcxml,
    write_marc,
)
from hyllan.region.tests import make as region

SHARED = Path(os.environ.get("HYLLAN_SHARED", Path(__file__).parents[5] / "shared"))
MARC = SHARED / "data" / "marc"
NUMBER = 5_000  # of each kind
TERMINATOR = b"\x1d"
needs_shared = pytest.mark.skipif(not MARC.exists(), reason="HYLLAN_SHARED is missing")

OWN = [
    marc("Pippi Långstrump", marc_item("1"), marc_item("2", "MALMO"), isbn="9129688310"),
    marc("Bihānī : kathā saṅgraha", more=(marc_field("520", a="x" * 400),), language="nep"),
    marc("Röda rummet", marc_item("3", status="på månen"), author="Strindberg, August"),
]


def real() -> Iterator[MarcRecord]:
    for name in ("jazz_1k.mrc", "lul_fre_500.mrc", "nepali.marc", "oss.marc"):
        found = read_marc((MARC / name).read_bytes())
        yield from (it for it in found if isinstance(it, MarcRecord) and _is_plain(it))
    xml = (MARC / "badisbns.xml").read_bytes()
    yield from (it for it in read_marcxml(xml) if isinstance(it, MarcRecord))


def _is_plain(record: MarcRecord) -> bool:
    """Return whether it can be written in both forms: some real codes have no place in XML."""
    try:
        return bool(to_marcxml(record)) and bool(write_marc(record))
    except Malformed:
        return False


def numbered(records: list[MarcRecord], number: int) -> Iterator[MarcRecord]:
    """Yield so many records, the same again and again, each with a number of its own."""
    for n in range(number):
        it = records[n % len(records)]
        rest = tuple(field for field in it.control_fields if field.tag not in {"001", "003"})
        own = ControlField("001", f"{n:06}"), ControlField("003", "FUZZ")
        yield MarcRecord(it.leader, (*own, *rest), it.data_fields)


def damaged(data: bytes, random: Random) -> bytes:
    """Return the bytes with something wrong: flips, cuts, doubled pieces, other numbers."""
    kind = random.randrange(6)
    at = random.randrange(len(data))
    if kind == 0:  # bytes are others
        spoilt = bytearray(data)
        for _ in range(random.randint(1, 4)):
            spoilt[random.randrange(len(data))] = random.randrange(256)
        return bytes(spoilt)
    if kind == 1:  # it ends too early
        return data[:at]
    if kind == 2:  # a piece is missing
        return data[:at] + data[at + random.randint(1, 40) :]
    if kind == 3:  # a piece stands twice
        return data[: at + 20] + data[at:]
    if kind == 4:  # two numbers have changed places: lengths, addresses
        numbers = list(re.finditer(rb"\d{4,5}", data))
        if len(numbers) < 2:
            return data
        one, two = sorted(random.sample(numbers, 2), key=lambda found: found.start())
        between = data[one.end() : two.start()]
        return data[: one.start()] + two[0] + between + one[0] + data[two.end() :]
    return data[:at] + random.choice([b"\x1f", b"\x1e", b"\x1d", b"&", b"<", b"\x00"]) + data[at:]


def bases(kind: str) -> list[MarcRecord]:
    return OWN if kind == "own" else list(real())


KINDS = ["own", pytest.param("real", marks=needs_shared)]


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_damaged_record_of_a_file_is_loaded_or_stands_aside(kind: str) -> None:
    random = Random(7)  # noqa: S311 - the same damage each time
    at = region.library("LUND")
    number = NUMBER if kind == "real" else 300
    sent = [damaged(write_marc(it), random) for it in numbered(bases(kind), number)]
    data = b"".join(sent)
    rest = data.rpartition(TERMINATOR)[2].strip(b" \t\r\n\0\x1a")
    pieces = data.count(TERMINATOR) + bool(rest)

    result = services.import_records(library=at, files=[("damaged.mrc", data)], now=NOON)

    names = {_name(found) for found in read_marc(data)}
    loaded = set(Record.objects.values_list("identifier", flat=True))
    aside = set(Quarantined.objects.values_list("identifier", flat=True))
    assert result.read == pieces
    assert (result.loaded > number / 4, len(aside) > number / 10) == (True, True)
    assert {name for name in names if name} <= loaded | aside
    assert len(loaded | aside) >= len(names) - 1
    kept = {bytes(raw) for raw in Quarantined.objects.values_list("raw", flat=True)}
    bad = {it.raw for it in read_marc(data) if isinstance(it, BadRecord)}
    assert bad <= kept
    assert all(raw in data for raw in bad)


def _name(found: MarcRecord | BadRecord) -> str:
    """Return the name by which it is kept; empty: by its content."""
    if isinstance(found, BadRecord) or not found.control("001").strip() or not _has_form(found):
        return ""
    return f"file:{found.control('003').strip()}:{found.control('001').strip()}"[:200]


def _has_form(record: MarcRecord) -> bool:
    """Return whether it can be written as MARCXML or as ISO 2709."""
    for write in (to_marcxml, write_marc):
        with suppress(Malformed):
            return bool(write(record))
    return False


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_damaged_record_of_a_harvest_is_loaded_or_stands_aside(kind: str) -> None:
    random = Random(11)  # noqa: S311 - the same damage each time
    source = make.source()
    repository = Repository(page_size=100)
    number = NUMBER if kind == "real" else 300
    records = list(numbered(bases(kind), number))
    for n, record in enumerate(records):
        repository.put(f"oai:fuzz:{n:06}", record)
    sent: list[bytes] = []

    def spoilt(arguments: Mapping[str, str]) -> bytes:
        told = repository(arguments)
        if arguments["verb"] != "ListRecords":
            return told
        parts = re.split(rb"(?<=<metadata>)(.*?)(?=</metadata>)", told, flags=re.DOTALL)
        for at in range(1, len(parts), 2):
            parts[at] = damaged(parts[at], random)
            sent.append(parts[at])
        return b"".join(parts)

    result = services.harvest(source_id=source.pk, now=NOON, fetch=spoilt)

    loaded = set(Record.objects.values_list("identifier", flat=True))
    aside = set(Quarantined.objects.values_list("identifier", flat=True))
    assert (result.read, len(sent)) == (number, number)
    assert loaded | aside == set(repository.records)
    assert (len(loaded) > number / 4, len(aside) > number / 10) == (True, True)
    assert result.loaded == len(loaded)
    assert result.quarantined == Quarantined.objects.count()


seeds = st.integers(0, 2**32)


@given(st.sampled_from(OWN), seeds, st.sampled_from(["binary", "xml"]))
def test_a_damaged_record_between_two_good_ones_costs_neither(
    record: MarcRecord, seed: int, shape: str
) -> None:
    random = Random(seed)  # noqa: S311 - damage
    good = OWN[0]
    if shape == "binary":
        hurt = damaged(write_marc(record), random).removesuffix(TERMINATOR) + TERMINATOR
        data = write_marc(good) + hurt + write_marc(good)
    else:
        hurt = damaged(to_marcxml(record), random)
        data = b"<collection>%b%b%b</collection>" % (to_marcxml(good), hurt, to_marcxml(good))

    try:
        found = list(read_records(data))
    except NoRecords:
        found = []  # the file is refused as a whole: it holds what no XML may

    if found:
        fields = [it.data_fields for it in found if isinstance(it, MarcRecord)]
        assert fields[0] == good.data_fields
        assert shape == "xml" or fields[-1] == good.data_fields
    else:
        assert b"<!" in data

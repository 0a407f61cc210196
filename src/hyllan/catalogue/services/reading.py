"""From the metadata of a record, as a system sends or quarantine keeps it, to an arrival."""

from datetime import datetime

from lxml import etree

from hyllan.catalogue.engine.arrivals import (
    LONGEST_IDENTIFIER,
    Arrival,
    arrival_of,
    arrival_of_description,
)
from hyllan.catalogue.engine.dublin_core import describe_dublin_core, is_dublin_core
from hyllan.catalogue.engine.item_map import ItemMap
from hyllan.protocols.errors import Malformed
from hyllan.protocols.marc import BadRecord, from_element, read_marc
from hyllan.protocols.marc.marc_json import read_marc_json
from hyllan.protocols.mending import parse_or_mend

_FRAME = (
    b'<x xmlns:marc="http://www.loc.gov/MARC21/slim" xmlns:m="http://www.loc.gov/MARC21/slim"'
    b' xmlns:oai="http://www.openarchives.org/OAI/2.0/"'
    b' xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    b' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">%b</x>'
)


def arrival_from(raw: bytes, *, identifier: str, datestamp: datetime, item_map: ItemMap) -> Arrival:
    """Return the record in MARCXML, Dublin Core, ISO 2709 or JSON; what cannot be read says why."""
    if len(identifier) > LONGEST_IDENTIFIER:
        problem = f"the identifier {identifier[:60]}… is longer than 200 characters"
        return Arrival("", datestamp, raw, problems=(problem,))
    try:
        return _read(raw, identifier=identifier, datestamp=datestamp, item_map=item_map)
    except Malformed as error:
        return Arrival(identifier, datestamp, raw, problems=(error.message,))


def _read(raw: bytes, *, identifier: str, datestamp: datetime, item_map: ItemMap) -> Arrival:
    if not raw.lstrip().startswith(b"<"):
        read = read_marc_json if raw.lstrip().startswith(b"{") else read_marc
        found = next(read(raw), None)
        if found is None or isinstance(found, BadRecord):
            raise Malformed(found.reason if found else "it is empty")
        return arrival_of(
            found, identifier=identifier, datestamp=datestamp, raw=raw, item_map=item_map
        )
    for element in _root(raw).iter():
        if _is_marc(element):
            return arrival_of(
                from_element(element),
                identifier=identifier,
                datestamp=datestamp,
                raw=raw,
                item_map=item_map,
            )
        if is_dublin_core(element):
            description = describe_dublin_core(etree.tostring(element, encoding="utf-8"))
            return arrival_of_description(
                description, identifier=identifier, datestamp=datestamp, raw=raw
            )
    raise Malformed("there is neither MARC nor Dublin Core in it")


def _root(raw: bytes) -> etree._Element:
    """Return the root; a record cut out of a page has left its prefixes' names behind there."""
    try:
        return parse_or_mend(raw)[0]
    except Malformed:
        return parse_or_mend(_FRAME % raw)[0]


def _is_marc(element: etree._Element) -> bool:
    names = {str(child.tag).rpartition("}")[2] for child in element}
    return bool(names & {"leader", "controlfield", "datafield"})


def control_number(raw: bytes) -> str:
    """Return who numbered the MARC record in XML and its number (003, 001); empty: it has none."""
    try:
        record = next((from_element(it) for it in _root(raw).iter() if _is_marc(it)), None)
    except Malformed:
        return ""
    number = record.control("001").strip() if record else ""
    return f"{record.control('003').strip()}:{number}" if record and number else ""

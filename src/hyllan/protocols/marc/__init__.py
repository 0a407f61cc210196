"""
MARC 21: ISO 2709 (Z39.2) and MARCXML, read as it comes and written as the standard says.

Start at: `record.py` for what a record is, `iso2709.py` for bytes, `marcxml.py` for XML.
"""

from .iso2709 import read_marc, read_one, split_marc, write_marc
from .marcxml import from_element, read_marcxml, to_element, to_marcxml
from .record import BadRecord, ControlField, DataField, MarcRecord, Subfield

__all__ = [
    "BadRecord",
    "ControlField",
    "DataField",
    "MarcRecord",
    "Subfield",
    "from_element",
    "read_marc",
    "read_marcxml",
    "read_one",
    "split_marc",
    "to_element",
    "to_marcxml",
    "write_marc",
]

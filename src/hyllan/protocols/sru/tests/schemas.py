"""The published schemas of SRU 2.0, which point at each other by addresses of the network."""

import re
from pathlib import Path

from lxml import etree

_ADDRESS = re.compile(r'schemaLocation="[^"]*/(\w+\.xsd)"')


def sru_schema(shared: Path, folder: Path) -> etree.XMLSchema:
    """Return sruResponse.xsd with all that it imports, from copies in a folder."""
    for path in (shared / "schemas").glob("sru_*.xsd"):
        text = _ADDRESS.sub(r'schemaLocation="\1"', path.read_text())
        (folder / path.name.removeprefix("sru_")).write_text(text)
    return etree.XMLSchema(file=str(folder / "sruResponse.xsd"))

"""
Read XML from strangers in bounded time and memory: nothing is fetched, expanded or guessed.

A DOCTYPE is refused before the parser sees it, so there are no entities to expand. Bytes are
decoded here, strictly, so that what was checked is what is parsed, whatever encoding is named.
"""

import codecs
import re
from functools import lru_cache

from lxml import etree

from .errors import Malformed

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 100
MAX_MARKUP = 1_000_000
"""Tags and attributes in one document: each costs some 100 bytes of memory, however short it is."""

_ENCODINGS = {"utf-8", "utf-16", "ascii", "iso8859-1", "cp1252"}  # as codecs.lookup names them
_DECLARATION = re.compile(
    r"""<\?xml\s[^<>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""", re.ASCII
)


def parse(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> etree._Element:
    """
    Return the root element of a document; comments and processing instructions are left out.

    :raises Malformed: not well-formed, a DOCTYPE, a wrong encoding, or larger than the limits
    """
    if len(data) > max_bytes:
        raise Malformed(f"the document has {len(data)} bytes; {max_bytes} are allowed")
    text = _decoded(data)
    _refuse_doctype(text)
    if text.count("<") + text.count("=") > MAX_MARKUP:
        raise Malformed(f"the document has more than {MAX_MARKUP} tags and attributes")
    parser = etree.XMLParser(
        encoding="utf-8",  # what we hand over, whatever the declaration says
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(_reason(error), line=getattr(error, "lineno", None)) from error
    if _deeper_than(max_depth)(root):
        raise Malformed(f"elements are nested deeper than {max_depth}")
    return root


def _decoded(data: bytes) -> str:
    """Return the text, by byte order mark, else by the declaration, else as UTF-8."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    elif data.startswith(codecs.BOM_UTF8):
        name = "utf-8-sig"
    else:
        name = _declared_encoding(data)
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise Malformed(f"the bytes are not {name}", offset=error.start) from error


def _declared_encoding(data: bytes) -> str:
    found = _DECLARATION.match(data[:300].decode("latin-1"))
    if not found:
        return "utf-8"
    try:
        name = codecs.lookup(found[1]).name
    except LookupError:
        name = ""
    if name == "utf-16":
        raise Malformed("the declaration says UTF-16, the bytes do not begin so", offset=0)
    if name not in _ENCODINGS:
        raise Malformed(f"the encoding {found[1]} is not read here", offset=0)
    return name


def _refuse_doctype(text: str) -> None:
    """Walk over the prolog (XML 1.0, production 22): a DOCTYPE can stand nowhere else."""
    place = 0
    while True:
        place += len(text[place : place + 1000]) - len(text[place : place + 1000].lstrip())
        if text.startswith("<!--", place):
            end, length = text.find("-->", place + 4), 3
        elif text.startswith("<?", place):
            end, length = text.find("?>", place + 2), 2
        elif text.startswith("<!", place):
            raise Malformed("a DOCTYPE is not allowed", line=text.count("\n", 0, place) + 1)
        elif text[place : place + 1].isspace():
            continue
        else:
            return
        if end < 0:
            raise Malformed("the prolog does not end", line=text.count("\n", 0, place) + 1)
        place = end + length


@lru_cache(maxsize=8)
def _deeper_than(depth: int) -> etree.XPath:
    """Return a test for elements below that depth; XPath walks level by level."""
    return etree.XPath("boolean(" + "/*" * (depth + 1) + ")")


def _reason(error: Exception) -> str:
    return str(error).split(", line ")[0] or "not well-formed"

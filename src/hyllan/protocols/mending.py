"""
Mend XML that is none, where it is certain what was meant.

The bytes are read in the encoding they are really in; characters that XML cannot carry are left
out; entities that only HTML knows, and a bare & or <, become what they stand for. Tags are never
guessed: a parser that closes and skips moves text into other elements.
"""

import html
import re

from lxml import etree

from .errors import Malformed
from .marc.encoding import decoder_for
from .xml import MAX_BYTES, parse

_DECLARATION = re.compile(r"\s*<\?xml[^<>]{0,300}\?>")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ufeff]"
    "|&#0*(?:[0-8]|1[124-9]|2\\d|3[01]);|&#[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]);"
)
_AMPERSAND = re.compile(r"&(?:(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)?")
_OF_XML = {"amp", "lt", "gt", "quot", "apos"}
_NO_TAG = re.compile(r"<(?![A-Za-z_/!?])")


def parse_or_mend(data: bytes, *, max_bytes: int = MAX_BYTES) -> tuple[etree._Element, bool]:
    """
    Return the root element, and whether it had to be mended.

    :raises Malformed: it is no XML, and nobody can say for certain what was meant
    """
    try:
        return parse(data, max_bytes=max_bytes), False
    except Malformed as error:
        if len(data) > max_bytes:
            raise
        try:
            return parse(_text(data).encode(), max_bytes=2 * max_bytes), True
        except Malformed:
            raise error from None


def _text(data: bytes) -> str:
    """Return the document as text that XML can carry, without its declaration."""
    text = decoder_for(data)(data)
    text = _DECLARATION.sub("", text.removeprefix("\ufeff"), count=1)
    return _NO_TAG.sub("&lt;", _AMPERSAND.sub(_entity, _CONTROL.sub("", text)))


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    if name and (name in _OF_XML or name.startswith("#")):
        return found[0]
    told = html.unescape(found[0]) if name else "&"
    return told if told != found[0] and told not in "<>&" else f"&amp;{found[0][1:]}"

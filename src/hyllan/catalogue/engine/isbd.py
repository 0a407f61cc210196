"""The text of a field without the punctuation that ISBD puts between fields."""

import re
from collections.abc import Iterable

from hyllan.protocols.marc import DataField

_BEFORE_NEXT = " \t/:;=,+&"
_WORD_AT_END = re.compile(r"[^\W\d_]{4}\.$")


def plain(text: str) -> str:
    """Return the text without the punctuation that ISBD puts before the next part."""
    text = text.strip().rstrip(_BEFORE_NEXT).strip("[] ")
    # A full stop ends a field, but also an initial or an abbreviation: Holm, A. / 2 uppl.
    return text[:-1] if text.endswith(".") and _WORD_AT_END.search(text) else text


def turned(name: str) -> str:
    """Return "Astrid Lindgren" for "Lindgren, Astrid"."""
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma and "," not in given else name


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that say something, each once, in their order."""
    return tuple(dict.fromkeys([text for text in texts if text]))


def title_of(field: DataField) -> str:
    """Return a title with its parts: "Proper : rest. Part number. Part name"."""
    text = ""
    for part in field.subfields:
        if part.code in "abnp" and (value := plain(part.value)):
            joint = " : " if part.code == "b" else " " if text.endswith(".") else ". "
            text = f"{text}{joint}{value}" if text else value
    return text

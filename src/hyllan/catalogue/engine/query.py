"""
What a reader means by what she writes: all parts must be found, in any order.

    röda rummet            words          "röda rummet"      side by side
    978-91-29-68831-3      an ISBN        1234-5678          an ISSN, or any number on the book
    strind*                a beginning    -film              not this
    författare:strindberg  author:, titel: title:, ämne: subject:, serie: series:, isbn:,
                           år:1945 year:1945-1950
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hyllan.catalogue.engine.folding import fold, words
from hyllan.catalogue.engine.isbn import normalised

LONGEST, MOST_PARTS, LONGEST_WORD = 500, 20, 100
FEWEST_DIGITS = 5  # of a number that may stand on the book
FIELDS = {
    "titel": "title",
    "title": "title",
    "författare": "responsible",
    "upphov": "responsible",
    "author": "responsible",
    "ämne": "subjects",
    "subject": "subjects",
    "serie": "series",
    "series": "series",
    "isbn": "identifier",
    "issn": "identifier",
    "nummer": "identifier",
    "number": "identifier",
    "år": "year",
    "year": "year",
}
_TOKEN = re.compile(
    r"(?P<not>(?<!\S)-(?=\S))?(?:(?P<field>\w+):\s*)?"
    r"(?:\"(?P<phrase>[^\"]*)\"|(?P<word>[^\s\"]+))"
)
_QUOTES = re.compile('["“”„«»]')
_YEARS = re.compile(r"([0-9]{4})?(?:([-\u2013])([0-9]{4})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """Words that must stand side by side (one word is a phrase of one), a number, or years."""

    written: tuple[str, ...] = ()
    isbn: str = ""  # 13 digits
    identifier: str = ""  # another number as `compact` makes it; found by it or by the words
    field: str = ""  # title, responsible, subjects, series; empty: anywhere
    years: tuple[int, int] | None = None  # first and last, both included
    begins: bool = False  # the last word is only a beginning
    without: bool = False  # what has it is not meant
    exact: bool = False  # one word in quotes: not by its stems

    @property
    def folded(self) -> tuple[str, ...]:
        """Return the words as they are compared."""
        return tuple(fold(word) for word in self.written)

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to look for."""
        return not (self.written or self.isbn or self.identifier or self.years)


def compact(text: str) -> str:
    """Return a number on a book (ISSN, EAN, publisher's, Libris) without what parts its digits."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())[:LONGEST_WORD]


def parse(text: str) -> tuple[Part, ...]:
    """Return the parts of a query; anything at all may be written, nothing is an error."""
    text = _QUOTES.sub('"', text[:LONGEST])
    if isbn := normalised(text.strip()):
        return (Part(isbn=isbn),)
    parts = [part for found in _TOKEN.finditer(text) for part in _parts(found)]
    return tuple(dict.fromkeys(part for part in parts if not part.is_empty))[:MOST_PARTS]


def as_text(parts: Iterable[Part]) -> str:
    """Return a query that `parse` makes these parts of."""
    return " ".join(map(_as_text, parts))


def in_field(name: str, text: str) -> str:
    """
    Return a query for a text as it stands, in one field.

    :param name: one of FIELDS
    """
    return f'{name}:"{" ".join(_QUOTES.sub(" ", text).split())}"'


def words_in_field(name: str, text: str) -> str:
    """
    Return a query for every word of a text in one field; what stands in quotes stays together.

    :param name: one of FIELDS
    """
    pieces = re.findall(r'"[^"]*"?|[^\s"]+', _QUOTES.sub('"', text))
    plain = (piece.strip('"').strip() for piece in pieces)
    return " ".join(
        in_field(name, each) if " " in each else f"{name}:{each}" for each in plain if each
    )


def _as_text(part: Part) -> str:
    text = part.isbn or " ".join(part.written) or part.identifier
    field = next((name for name, known in FIELDS.items() if known == part.field), "")
    if part.years:
        field, text = "år", "-".join(f"{year:04}" for year in part.years)
    elif part.identifier and not part.written:
        field = "nummer"
    elif part.identifier:
        text = "-".join(part.written)
    elif part.exact or len(part.written) > 1:
        text = f'"{text}"'
    text = f"{text}*" if part.begins else text
    return ("-" if part.without else "") + (f"{field}:" if field else "") + text


def _parts(found: re.Match[str]) -> list[Part]:
    field = FIELDS.get((found["field"] or "").casefold(), "")
    without = found["not"] is not None
    if found["field"] and not field:  # "Stone: a history" is no field
        before = _token(found["field"])
        return [replace(part, without=without) for part in (*before, *_plain(found, ""))]
    if field == "year":
        parts = [_years(found["phrase"] or found["word"] or "")]
    elif field == "identifier":
        parts = [_number(found["phrase"] or found["word"] or "")]
    else:
        parts = _plain(found, field)
    return [replace(part, without=without) for part in parts]


def _plain(found: re.Match[str], field: str) -> list[Part]:
    if found["phrase"] is not None:
        return [replace(_phrase(found["phrase"]), field=field)]
    return [replace(part, field=field) for part in _token(found["word"])]


def _phrase(text: str) -> Part:
    found = tuple(word for word in words(text) if len(word) <= LONGEST_WORD)
    return Part(found, exact=len(found) == 1)


def _token(token: str) -> list[Part]:
    token = token.strip(".,;:()")
    if isbn := normalised(token):
        return [Part(isbn=isbn)]
    found = [word for word in words(token) if len(word) <= LONGEST_WORD]
    if sum(letter.isdigit() for letter in token) >= FEWEST_DIGITS:
        return [Part(tuple(found), identifier=compact(token))]
    parts = [Part((word,)) for word in found]
    if parts and token.endswith("*"):
        parts[-1] = replace(parts[-1], begins=True)
    return parts


def _number(text: str) -> Part:
    isbn = normalised(text.strip())
    return Part(isbn=isbn) if isbn else Part(identifier=compact(text))


def _years(text: str) -> Part:
    """Return 1945, 1945-1950, 1945- or -1950; another word is looked for as a word."""
    found = _YEARS.fullmatch(text.strip(".,;"))
    if found is None or not (found[1] or found[3]):
        return replace(_phrase(text), exact=False)
    first = int(found[1] or 0)
    last = int(found[3]) if found[3] else (9999 if found[2] else first)
    return Part(years=(first, last))

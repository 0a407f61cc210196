"""
The documents as the peers get them: one JSON object a line, made of what hyllan's index gets.

Words come cut, folded and with hyllan's stems, so the peers need no analysis of their own, destroy
no Swedish letter, and must find exactly the same documents. They get no more fields than the
questions need (hyllan can also search in titles, names and subjects alone, keep to a library, to
what is in, and so on), which is in their favour. What they store for showing a hit are the fields
in SHOWN.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from hyllan.catalogue.engine.folding import folded_words, words
from hyllan.catalogue.engine.query import compact
from hyllan.catalogue.search_index import Entry
from hyllan.catalogue.search_index.entry import terms

SHOWN = ("id", "shown", "by", "year", "material", "languages", "libraries")


def document(entry: Entry) -> dict[str, Any]:
    """Return what a peer is given of an edition."""
    titles = [entry.title, *entry.other_titles]
    searched = [*titles, *entry.names, *entry.subjects, entry.series, entry.notes, entry.publisher]
    return {
        "id": entry.edition_id,
        "shown": entry.title,
        "by": entry.names[0] if entry.names else "",
        "year": entry.year,
        "material": entry.material,
        "languages": list(entry.languages),
        "organisations": list(entry.organisations),
        "libraries": list(entry.libraries),
        "decade": entry.year // 10 * 10 if entry.year else None,
        "isbns": list(entry.isbns),
        "identifiers": [*entry.isbns, *map(compact, entry.identifiers)],
        "texts": _texts([*titles, *entry.names, *entry.subjects, entry.series]),  # for phrases
        "words": " ".join(_terms(searched, entry)),
    }


def _texts(texts: Iterable[str]) -> list[str]:
    return [" ".join(found) for text in texts if (found := folded_words(text))]


def _terms(texts: Iterable[str], entry: Entry) -> Iterator[str]:
    in_english = not entry.languages or "eng" in entry.languages
    for text in texts:
        for word in words(text):
            yield from _known_terms(word, in_english)
    if entry.year:
        yield str(entry.year)


@lru_cache(maxsize=200_000)
def _known_terms(word: str, in_english: bool) -> tuple[str, ...]:
    return terms(word, in_english=in_english)


def write(entries: Iterable[Entry], path: Path) -> int:
    """Write the documents, and return how many there are; the file is there only when whole."""
    number = 0
    beside = path.with_suffix(".new")
    with beside.open("wb") as out:
        for entry in entries:
            out.write(orjson.dumps(document(entry), option=orjson.OPT_APPEND_NEWLINE))
            number += 1
    beside.replace(path)
    return number

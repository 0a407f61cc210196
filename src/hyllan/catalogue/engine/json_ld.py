"""
An edition in the words of schema.org, for search engines and others who read pages by program.

A library that holds it makes an offer of it: schema.org has no other way to say that something can
be borrowed (businessFunction: LeaseOut).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_TYPES = {
    "book": "Book",
    "audiobook": "Audiobook",
    "film": "Movie",
    "music": "MusicAlbum",
    "game": "VideoGame",
    "other": "CreativeWork",
}
_MAKERS = {"Book": "author", "Audiobook": "author", "MusicAlbum": "byArtist"}
_LENDING = "http://purl.org/goodrelations/v1#LeaseOut"
# ISO 639-2/B, as in MARC, to the tags of BCP 47 where there is a shorter code
_TAGS = {
    "ara": "ar", "bos": "bs", "chi": "zh", "dan": "da", "dut": "nl", "eng": "en", "est": "et",
    "fin": "fi", "fre": "fr", "ger": "de", "gre": "el", "hrv": "hr", "hun": "hu", "ice": "is",
    "ita": "it", "jpn": "ja", "kur": "ku", "lat": "la", "lav": "lv", "lit": "lt", "nep": "ne",
    "nor": "no", "per": "fa", "pol": "pl", "por": "pt", "pus": "ps", "rum": "ro", "rus": "ru",
    "som": "so", "spa": "es", "srp": "sr", "swe": "sv", "tha": "th", "tir": "ti", "tur": "tr",
    "ukr": "uk", "vie": "vi", "yid": "yi",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """An edition of a work, briefly."""

    url: str
    title: str
    year: int | None = None
    language: str = ""
    material: str = "book"


@dataclass(frozen=True, slots=True)
class Holder:
    """A library that has it."""

    name: str
    available: bool


@dataclass(frozen=True, slots=True)
class Told(Example):
    """What is told of an edition."""

    form: str = ""
    names: tuple[str, ...] = ()  # the first is who it is filed under
    responsible: str = ""
    isbns: tuple[str, ...] = ()
    publisher: str = ""
    summary: str = ""
    subjects: tuple[str, ...] = ()
    series: str = ""
    work: str = ""  # its title


def json_ld(told: Told, examples: Sequence[Example], holders: Sequence[Holder]) -> dict[str, Any]:
    """
    Return the object for an edition's page.

    :param examples: the work's other editions
    """
    kind = _TYPES.get(told.material, "CreativeWork")
    person = _MAKERS.get(kind, "creator")
    maker = told.responsible or next(iter(told.names), "")
    found = _example(told) | {
        "@context": "https://schema.org",
        "url": told.url,
        person: _person(maker),
        "contributor": [_person(name) for name in told.names if name != maker],
        "isbn": list(told.isbns),
        "bookFormat": "https://schema.org/EBook" if told.form == "e_book" else "",
        "publisher": {"@type": "Organization", "name": told.publisher} if told.publisher else None,
        "description": told.summary,
        "keywords": list(told.subjects),
        "isPartOf": {"@type": "CreativeWorkSeries", "name": told.series} if told.series else None,
        "exampleOfWork": _work(told, examples),
        "offers": [_offer(holder) for holder in holders],
    }
    return _without_empty(found)


def _work(told: Told, examples: Sequence[Example]) -> dict[str, Any]:
    return {
        "@type": _TYPES.get(told.material, "CreativeWork"),
        "name": told.work or told.title,
        "workExample": [_without_empty(_example(example)) for example in examples],
    }


def _example(told: Example) -> dict[str, Any]:
    return {
        "@type": _TYPES.get(told.material, "CreativeWork"),
        "@id": told.url,
        "name": told.title,
        "datePublished": str(told.year) if told.year else "",
        "inLanguage": _TAGS.get(told.language, told.language),
    }


def _person(name: str) -> dict[str, str] | None:
    return {"@type": "Person", "name": _in_order(name)} if name else None


def _in_order(name: str) -> str:
    """Return a name that is filed by its surname as it is said."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first else name


def _offer(holder: Holder) -> dict[str, Any]:
    state = "InStock" if holder.available else "OutOfStock"
    return {
        "@type": "Offer",
        "businessFunction": _LENDING,
        "availability": f"https://schema.org/{state}",
        "offeredBy": {"@type": "Library", "name": holder.name},
    }


def _without_empty(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in ("", None, [])}

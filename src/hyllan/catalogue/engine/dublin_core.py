"""What a Dublin Core record (oai_dc, or DC terms) says of its edition: little, and loosely."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from lxml import etree

from hyllan.catalogue.engine import isbn
from hyllan.catalogue.engine.normalise import Description
from hyllan.protocols.errors import Malformed
from hyllan.protocols.mending import parse_or_mend

NAMESPACES = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
LONGEST_NOTES = 5_000
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_ISSN = re.compile(r"(?:ISSN|urn:issn:)[:\s]*(\d{4}-?\d{3}[\dXx])", re.IGNORECASE)
_LIBRIS = re.compile(r"libris\.kb\.se/(?:bib/)?(\w+)")
_URI = re.compile(r"(?:https?://|urn:|doi:|info:)\S+", re.IGNORECASE)
_MATERIALS = (  # the first that is found in a type or format
    ("audiobook", ("audiobook", "talbok", "ljudbok", "spokenword", "spoken word")),
    ("music", ("music", "musik", "sound", "ljud", "notated")),
    ("film", ("movingimage", "moving image", "film", "video", "dvd")),
    ("game", ("game", "spel")),
    ("book", ("text", "book", "bok", "monograph", "article", "thesis")),
    ("other", ("image", "map", "dataset", "software", "physicalobject", "collection")),
)
_LANGUAGES = {  # ISO 639-1 and English names to ISO 639-2/B
    "sv": "swe",
    "swedish": "swe",
    "svenska": "swe",
    "en": "eng",
    "english": "eng",
    "da": "dan",
    "danish": "dan",
    "no": "nor",
    "nb": "nor",
    "nn": "nor",
    "norwegian": "nor",
    "fi": "fin",
    "finnish": "fin",
    "de": "ger",
    "deu": "ger",
    "german": "ger",
    "fr": "fre",
    "fra": "fre",
    "french": "fre",
    "es": "spa",
    "spanish": "spa",
    "it": "ita",
    "italian": "ita",
    "ar": "ara",
    "arabic": "ara",
    "fa": "per",
    "fas": "per",
    "ru": "rus",
    "russian": "rus",
    "pl": "pol",
    "polish": "pol",
    "so": "som",
    "somali": "som",
    "tr": "tur",
    "turkish": "tur",
    "uk": "ukr",
    "zh": "chi",
    "zho": "chi",
    "nl": "dut",
    "nld": "dut",
    "bs": "bos",
    "hr": "hrv",
    "sr": "srp",
    "is": "ice",
    "isl": "ice",
    "el": "gre",
    "ell": "gre",
    "ro": "rum",
    "ron": "rum",
}


def is_dublin_core(root: etree._Element) -> bool:
    """Return whether an element holds Dublin Core: its children are in that namespace."""
    return any(_in_dublin_core(child) for child in root)


def describe_dublin_core(metadata: bytes) -> Description:
    """
    Return what the record says; a title it does not have is empty.

    :param metadata: the one element inside <metadata>
    :raises Malformed: it is no XML, or holds nothing of Dublin Core
    """
    root, _mended = parse_or_mend(metadata)
    if not is_dublin_core(root):
        raise Malformed("there is no Dublin Core in it")
    told: dict[str, list[str]] = defaultdict(list)
    for child in root:
        text = " ".join("".join(map(str, child.itertext())).split())
        if text and _in_dublin_core(child):
            told[child.tag.rpartition("}")[2]].append(text)
    return _description(told)


def _in_dublin_core(element: etree._Element) -> bool:
    return str(element.tag).startswith(tuple(f"{{{name}}}" for name in NAMESPACES))


def _description(told: Mapping[str, list[str]]) -> Description:
    titles = [*told.get("title", []), *told.get("alternative", [])]
    creators, contributors = told.get("creator", []), told.get("contributor", [])
    numbers = [*told.get("identifier", []), *told.get("source", []), *told.get("relation", [])]
    codes = _unique(map(_language, told.get("language", [])))
    summaries = [*told.get("abstract", []), *told.get("description", [])]
    return Description(
        title=titles[0][:500] if titles else "",
        responsible=_turned(creators[0])[:300] if creators else "",
        year=_year([*told.get("issued", []), *told.get("date", []), *told.get("created", [])]),
        language=codes[0] if codes else "",
        languages=codes,
        material=_material([*told.get("type", []), *told.get("format", [])]),
        isbns=_unique(isbn.found_in(text) for text in told.get("identifier", [])),
        issns=_unique(found[1].upper() for text in numbers if (found := _ISSN.search(text))),
        libris_ids=_unique(found[1] for text in numbers if (found := _LIBRIS.search(text))),
        uris=_unique(
            found[0] for text in told.get("identifier", []) if (found := _URI.search(text))
        ),
        publisher=next(iter(told.get("publisher", [])), "")[:200],
        extent=next(iter(told.get("extent", [])), ""),
        series=next(iter(told.get("isPartOf", [])), ""),
        summary=summaries[0] if summaries else "",
        subjects=_unique(told.get("subject", [])),
        names=_unique([*creators, *contributors]),
        main_entry=creators[0] if creators else "",
        other_titles=_unique(titles[1:]),
        notes=" ".join([*summaries[1:], *told.get("coverage", [])])[:LONGEST_NOTES],
    )


def _turned(name: str) -> str:
    """Return "Astrid Lindgren" for "Lindgren, Astrid, 1907-2002"."""
    family, comma, given = name.partition(", ")
    return f"{given.partition(', ')[0]} {family}" if comma else name


def _year(dates: Iterable[str]) -> int | None:
    return next((int(found[0]) for text in dates if (found := _YEAR.search(text))), None)


def _language(text: str) -> str:
    code = text.lower().partition("-")[0].partition("_")[0].strip()
    if found := _LANGUAGES.get(code):
        return found
    return code if re.fullmatch("[a-z]{3}", code) and code not in {"und", "zxx", "mul"} else ""


def _material(texts: Iterable[str]) -> str:
    said = " ".join(texts).lower()
    return next(
        (material for material, words in _MATERIALS if any(word in said for word in words)), "book"
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))

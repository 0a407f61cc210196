"""What a MARC record says of its edition, in plain fields."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hyllan.catalogue.engine.isbn import found_in
from hyllan.protocols.marc import DataField, MarcRecord

MATERIALS = ("book", "audiobook", "film", "music", "game", "other")
_ISBD = re.compile(r"[\s/:;=,+&]+$")
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_NO_LANGUAGE = {"", "und", "zxx", "mul", "mis"}
_MATERIAL_OF_TYPE = {  # leader/06
    "a": "book",
    "t": "book",
    "i": "audiobook",
    "j": "music",
    "c": "music",
    "d": "music",
    "g": "film",
}
_STILL = set("abcdfiklnopqrstw")  # 008/33: slides, flash cards, toys
_PERSONS, _OTHERS = ("100", "700"), ("110", "111", "710", "711")
_SUBJECTS = ("600", "610", "611", "630", "650", "651", "653", "655")
_NOTES = ("246", "440", "490", "500", "505", "520", "740", "830", "880")
LONGEST_NOTES = 5_000


@dataclass(frozen=True, slots=True)
class Description:
    """A record's facts for display, search and matching. Empty: it does not say."""

    title: str
    responsible: str = ""
    year: int | None = None
    language: str = ""
    material: str = "book"
    isbns: tuple[str, ...] = ()
    publisher: str = ""
    extent: str = ""
    series: str = ""
    summary: str = ""
    subjects: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # everybody named, as the record writes them
    notes: str = ""
    uniform_title: str = ""
    main_entry: str = ""  # 100, 110 or 111: who the record is filed under
    statement: str = ""  # of responsibility, as the title page has it: 245 $c
    other_titles: tuple[str, ...] = ()  # 246, 740, 880: also found by these
    part_number: str = ""  # 245 $n
    part_name: str = ""  # 245 $p
    edition_statement: str = ""  # 250 $a
    languages: tuple[str, ...] = ()  # of the text: 008 and 041 $a $d; `language` is the first
    original_languages: tuple[str, ...] = ()  # 041 $h
    original_title: str = ""  # 240, or 765 $t
    form: str = ""  # what it is played or read with: engine/forms.py; empty: as usual
    audience: str = ""  # children, young; empty: anyone (008/22, 521)
    easy: bool = False  # easy to read (655, 650, 521)
    issns: tuple[str, ...] = ()  # 022 $a
    eans: tuple[str, ...] = ()  # 024 with indicator 3
    publisher_numbers: tuple[str, ...] = ()  # 028 $a
    libris_ids: tuple[str, ...] = ()  # 035 (LIBRIS) or (SE-LIBR), 001 where 003 says so
    uris: tuple[str, ...] = ()  # 024 with indicator 7: DOI, URN, http
    wrong_isbns: tuple[str, ...] = ()  # as written, with a check digit that does not fit

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Description":
        """Return the description that `asdict` and JSON made this of."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
        }
        return cls(**fields)


def describe(record: MarcRecord) -> Description:
    """Return what the record says; a title it does not have is empty."""
    imprint = next(record.fields("260", "264"), None)
    main = next(record.fields("100", "110", "111"), None)
    return Description(
        title=_title(record)[:500],
        responsible=_responsible(record, main)[:300],
        year=_year(record, imprint),
        language=_language(record),
        material=_material(record),
        isbns=_unique(found_in(f.first("a")) for f in record.fields("020")),
        publisher=_plain(imprint.first("b"))[:200] if imprint else "",
        extent=_plain(record.first("300", "a")),
        series=_plain(record.first("490", "a") or record.first("830", "a")),
        summary=record.first("520", "a"),
        subjects=_unique(_subject(f) for f in record.fields(*_SUBJECTS)),
        names=_unique(_plain(f.first("a")) for f in record.fields(*_PERSONS, *_OTHERS)),
        notes=_notes(record),
        uniform_title=_plain(record.first("240", "a") or record.first("130", "a")),
        main_entry=_plain(main.first("a")) if main else "",
    )


def fullest(described: Mapping[str, Description]) -> Description:
    """Return the one that says most, to stand for all; ties go to the first identifier."""

    def silence(identifier: str) -> tuple[int, int, int, str]:
        it = described[identifier]
        said = (it.responsible, it.year, it.language, it.isbns, it.publisher, it.extent, it.summary)
        return -sum(map(bool, said)), -len(it.subjects), -len(it.title), identifier

    return described[min(described, key=silence)]


def _plain(text: str) -> str:
    """Return the text without the punctuation that ISBD puts before the next part."""
    text = _ISBD.sub("", text.strip()).strip("[] ")
    # A full stop ends a field, but also an initial or an abbreviation: Holm, A. / 2 uppl.
    return text[:-1] if re.search(r"[^\W\d_]{4,}\.$", text) else text


def _title(record: MarcRecord) -> str:
    for found in record.fields("245"):
        parts = [(part.code, _plain(part.value)) for part in found.subfields if part.code in "abnp"]
        text = ""
        for code, value in parts:
            joint = " : " if code == "b" else ". "
            text += (joint if text and value else "") + value
        if text:
            return text
    return ""


def _responsible(record: MarcRecord, main: DataField | None) -> str:
    if main is not None and (name := _plain(main.first("a"))):
        return _turned(name) if main.tag == "100" and main.indicator1 != "0" else name
    return _plain(record.first("245", "c").partition(" ; ")[0])


def _turned(name: str) -> str:
    """Return "Astrid Lindgren" for "Lindgren, Astrid"."""
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma and "," not in given else name


def _year(record: MarcRecord, imprint: DataField | None) -> int | None:
    for text in (record.control("008")[7:11], imprint.first("c") if imprint else ""):
        if found := _YEAR.search(text):
            return int(found[0])
    return None


def _language(record: MarcRecord) -> str:
    for code in (record.control("008")[35:38], record.first("041", "a")[:3]):
        code = code.lower()  # noqa: PLW2901 - the same code, as it is kept
        if re.fullmatch("[a-z]{3}", code) and code not in _NO_LANGUAGE:
            return code
    return ""


def _material(record: MarcRecord) -> str:
    kind, fixed = record.leader[6:7], record.control("008")
    if kind == "m" and fixed[26:27] == "g":
        return "game"
    if kind == "r" and fixed[33:34] == "g":
        return "game"
    if kind == "g" and fixed[33:34] in _STILL:
        return "other"
    return _MATERIAL_OF_TYPE.get(kind, "other")


def _subject(found: DataField) -> str:
    return " \u2013 ".join(_plain(value).rstrip(".") for value in found.values("axyz"))


def _notes(record: MarcRecord) -> str:
    """Return all that is only searched; a title in another script is a second 245, or an 880."""
    fields = [*islice(record.fields("245"), 1, None), *record.fields(*_NOTES)]
    texts = (part.value for found in fields for part in found.subfields)
    return " ".join(text for text in texts if text)[:LONGEST_NOTES]


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))

"""What a MARC record says of its edition, in plain fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from hyllan.catalogue.engine.forms import MATERIALS, form_of, material_of
from hyllan.catalogue.engine.isbd import plain, title_of, turned, unique
from hyllan.catalogue.engine.numbers import numbers
from hyllan.catalogue.engine.readers import audience_of, is_easy
from hyllan.protocols.marc import DataField, MarcRecord

__all__ = ["DESCRIBED", "MATERIALS", "Description", "describe"]

DESCRIBED = 2  # what `describe` makes of a record has changed so often: count on when it does
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_NO_LANGUAGE = {"", "und", "zxx", "mul", "mis"}
_WHOLE_FIXED = 40  # characters of 008
_LANGUAGE_AT_END = re.compile(r" ([a-z]{3})(?: [a-z|]?)?$")
_NOT_LATIN = re.compile("[\u0370-\u1dff\u2c00-\ud7ff]")
_ORIGINAL = re.compile(
    r"(?:original(?:ets|ens)? ?tite?l|orig[.:]*s? ?tit(?:el|\.)|original title)[:.]?\s*",
    re.IGNORECASE,
)
_NAMES = ("100", "110", "111", "700", "710", "711")
_SUBJECTS = ("600", "610", "611", "630", "650", "651", "653", "655")
_NOTES = ("246", "440", "490", "500", "505", "520", "740", "830", "880")
LONGEST_NOTES = 5_000

_ByTag = Mapping[str, Sequence[DataField]]


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
    other_titles: tuple[str, ...] = ()  # 246, 740, 245 in the other script: also found by these
    part_number: str = ""  # 245 $n
    part_name: str = ""  # 245 $p
    edition_statement: str = ""  # 250 $a
    languages: tuple[str, ...] = ()  # of the text: 008 and 041 $a $d; `language` is the first
    original_languages: tuple[str, ...] = ()  # 041 $h
    original_title: str = ""  # 240, 765 $t, or said in 500
    form: str = ""  # what it is played or read with: engine/forms.py; empty: as usual
    audience: str = ""  # children, young; empty: anyone (008/22, 521)
    easy: bool = False  # easy to read (655, 650, 521)
    issns: tuple[str, ...] = ()  # 022 $a
    eans: tuple[str, ...] = ()  # 024 with indicator 3
    publisher_numbers: tuple[str, ...] = ()  # 028 $a
    libris_ids: tuple[str, ...] = ()  # 035 (LIBRIS) or (SE-LIBR), 001 where 003 says so
    uris: tuple[str, ...] = ()  # 024 with indicator 7: DOI, URN, http
    wrong_isbns: tuple[str, ...] = ()  # as written, with a check digit that does not fit
    serial: bool = False  # it goes on appearing: leader/07

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Description":
        """Return the description that `asdict` and JSON made this of."""
        told: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
        }
        return cls(**told)

    def to_json(self) -> dict[str, Any]:
        """Return what the record says, without what it does not: to be stored."""
        return {name: said for name in _SAID if (said := getattr(self, name))}


_SAID = tuple(field.name for field in fields(Description))


def describe(record: MarcRecord) -> Description:
    """Return what the record says; a title it does not have is empty."""
    by_tag: dict[str, list[DataField]] = {}
    for field in record.data_fields:
        by_tag.setdefault(field.tag, []).append(field)
    control = {field.tag: field.value for field in reversed(record.control_fields)}
    fixed, leader = control.get("008", ""), record.leader
    titles = _titles(by_tag)
    main = next((by_tag[tag][0] for tag in ("100", "110", "111") if tag in by_tag), None)
    imprint = _imprint(by_tag)
    languages = _languages(fixed, by_tag)
    material = material_of(leader, fixed, by_tag)
    shown = titles[0][0] if titles else None
    numbered = numbers(by_tag, control_number=control.get("001", ""), agency=control.get("003", ""))
    return Description(
        title=titles[0][1][:500] if titles else "",
        responsible=_responsible(main, shown)[:300],
        year=_year(fixed, imprint),
        language=languages[0] if languages else "",
        material=material,
        isbns=numbered.isbns,
        publisher=plain(imprint.first("b"))[:200] if imprint else "",
        extent=plain(_first(by_tag, "300", "a")),
        series=plain(
            next((said for tag in ("490", "830", "440") if (said := _first(by_tag, tag, "a"))), "")
        ),
        summary=_first(by_tag, "520", "a"),
        subjects=unique(_subject(f) for tag in _SUBJECTS for f in by_tag.get(tag, ())),
        names=_names(by_tag),
        notes=_notes(by_tag),
        uniform_title=plain(_first(by_tag, "240", "a") or _first(by_tag, "130", "a")),
        main_entry=plain(main.first("a")) if main else "",
        statement=plain(shown.first("c")) if shown else "",
        other_titles=_other_titles(by_tag, titles),
        part_number=plain(shown.first("n")) if shown else "",
        part_name=plain(shown.first("p")) if shown else "",
        edition_statement=_first(by_tag, "250", "a"),
        languages=languages,
        original_languages=unique(
            code for f in by_tag.get("041", ()) for text in f.values("h") for code in _codes(text)
        ),
        original_title=_original_title(by_tag),
        form=form_of(material, leader, (fixed, control.get("007", "")), by_tag),
        audience=audience_of(leader, fixed, by_tag),
        easy=is_easy(by_tag),
        issns=numbered.issns,
        eans=numbered.eans,
        publisher_numbers=numbered.publisher_numbers,
        libris_ids=numbered.libris_ids,
        uris=numbered.uris,
        wrong_isbns=numbered.wrong_isbns,
        serial=leader[7:8] == "s",
    )


def _first(by_tag: _ByTag, tag: str, code: str) -> str:
    for field in by_tag.get(tag, ()):
        for part in field.subfields:
            if part.code == code and part.value:
                return part.value
    return ""


def _titles(by_tag: _ByTag) -> list[tuple[DataField, str]]:
    """Return the fields 245 with what they say, the one in the script of the book first."""
    fields = [*by_tag.get("245", ()), *_linked(by_tag, "245")]
    found = [(field, text) for field in fields if (text := title_of(field))]
    if len(found) > 1:
        found.sort(key=lambda each: not _NOT_LATIN.search(each[1]))
    return found


def _linked(by_tag: _ByTag, tag: str) -> list[DataField]:
    """Return the fields 880 that say in another script what a field of this tag says."""
    return [field for field in by_tag.get("880", ()) if field.first("6").startswith(tag)]


def _other_titles(by_tag: _ByTag, titles: Sequence[tuple[DataField, str]]) -> tuple[str, ...]:
    found = [text for _, text in titles[1:]]
    if "246" in by_tag or "740" in by_tag:
        fields = (*by_tag.get("246", ()), *_linked(by_tag, "246"), *by_tag.get("740", ()))
        found += [title_of(field) for field in fields]
    return unique(found) if found else ()


def _responsible(main: DataField | None, shown: DataField | None) -> str:
    if main is not None and (name := plain(main.first("a"))):
        return turned(name) if main.tag == "100" and main.indicator1 != "0" else name
    return plain(shown.first("c").partition(" ; ")[0]) if shown else ""


def _imprint(by_tag: _ByTag) -> DataField | None:
    """Return who published it: 264 may say first who made or copied it."""
    fields = [*by_tag.get("260", ()), *by_tag.get("264", ())]
    published = (field for field in fields if field.tag == "260" or field.indicator2 == "1")
    return next(published, fields[0] if fields else None)


def _year(fixed: str, imprint: DataField | None) -> int | None:
    if (year := fixed[7:11]) and _YEAR.fullmatch(year):
        return int(year)
    found = _YEAR.search(imprint.first("c")) if imprint else None
    return int(found[0]) if found else None


def _languages(fixed: str, by_tag: _ByTag) -> tuple[str, ...]:
    if len(fixed) < _WHOLE_FIXED:  # its spaces were run together on the way
        found = _LANGUAGE_AT_END.search(fixed.lower())
        codes = [found[1] if found else ""]
    else:
        codes = [fixed[35:38].lower()]
    for field in by_tag.get("041", ()):
        codes += [code for text in field.values("ad") for code in _codes(text)]
    return unique(code for code in codes if _is_language(code))


def _codes(text: str) -> list[str]:
    """Return the codes of a subfield; older records run them together: sweeng."""
    text = text.strip().lower()
    return [code for at in range(0, len(text), 3) if _is_language(code := text[at : at + 3])]


def _is_language(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha() and code not in _NO_LANGUAGE


def _subject(found: DataField) -> str:
    return " \u2013 ".join([plain(value).rstrip(".") for value in found.values("axyz")])


def _names(by_tag: _ByTag) -> tuple[str, ...]:
    fields = [field for tag in _NAMES for field in by_tag.get(tag, ())]
    if "880" in by_tag:
        fields += [field for tag in _NAMES for field in _linked(by_tag, tag)]
    return unique([plain(field.first("a")) for field in fields])


def _original_title(by_tag: _ByTag) -> str:
    for tag, code in (("240", "a"), ("765", "t")):
        if found := _first(by_tag, tag, code):
            return plain(found)
    for field in by_tag.get("500", ()):
        text = field.first("a")
        if "rig" in text and (said := _ORIGINAL.match(text)):
            return plain(text[said.end() :])
    return ""


def _notes(by_tag: _ByTag) -> str:
    """Return all that is only searched; a title in another script is a second 245, or an 880."""
    fields = [*by_tag.get("245", ())[1:]]
    for tag in _NOTES:
        fields += by_tag.get(tag, ())
    texts = [part.value for found in fields for part in found.subfields if part.code != "6"]
    return " ".join([text for text in texts if text])[:LONGEST_NOTES]

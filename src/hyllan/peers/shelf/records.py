"""MARC 21 records of what an organisation has, with items in 852 and 876."""

from collections.abc import Iterator

from hyllan.protocols.marc import ControlField, DataField, MarcRecord, Subfield

from .classify import call_number, dewey, sab
from .describe import capitals, isbn, publisher, responsibility, skipped
from .lots import lot
from .stock import StockedItem, StockedTitle
from .style import Style
from .titles import Title

KINDS = {"book": "a", "comic": "a", "film": "g", "music": "j"}  # leader/06
AUDIENCES = {"adult": "e", "young": "d", "children": "j"}  # 008/22
LITERARY_FORMS = {"fiction": "1", "poetry": "p", "drama": "d", "nonfiction": "0"}  # 008/33
CATALOGUING = {"isbd": "a", "none": "c", "loose": " "}  # leader/18: AACR 2, ISBD without, other
MEDIA = {"book": ("text", "txt"), "comic": ("text", "txt"), "music": ("framförd musik", "prm")}
MOVING = ("tvådimensionell rörlig bild", "tdi")
NOT_IN_MARC = {"fit": "fiu"}  # Meänkieli: MARC has only "other Finno-Ugrian"
SCRIPTS = {"ara": "(3/r", "per": "(3/r", "yid": "(2/r", "rus": "(N", "ukr": "(N"}  # 880 $6
SENT_ON = "190101"  # 008/00-05 of records made before anybody noted when


def record(entry: StockedTitle, style: Style, *, code: str, seed: int) -> MarcRecord:
    """Return the record of a title as this organisation catalogues it, with its items."""
    title = entry.title
    fields = [
        *_numbers(title, style, code, seed),
        *_names(title, style),
        *_title(title, style, code, seed),
        *_published(title, style, code, seed),
        *_about(title, style),
    ]
    own = sorted(_own_script(title, style), key=lambda field: field.tag)
    fields = sorted(fields, key=lambda field: field.tag) + own
    for item in entry.items:
        fields += _item(item, call_number(title, style.classification))
    leader = f"00000n{KINDS[title.material]}m a2200000 {CATALOGUING[style.punctuation]} 4500"
    controls = (
        ControlField("001", f"{entry.number:07}"),
        ControlField("003", code),
        ControlField("008", _fixed(title)),
    )
    return MarcRecord(leader, controls, tuple(fields))


def _field(tag: str, indicators: str, *parts: tuple[str, str]) -> DataField:
    """Return a data field of (code, value) pairs; empty values are left out."""
    kept = tuple(Subfield(code, value) for code, value in parts if value)
    return DataField(tag, indicators[0], indicators[1], kept)


def _fixed(title: Title) -> str:
    """Return 008: 40 characters, each with its meaning by its place."""
    dates = f"s{title.year}    " if title.year else "nuuuuuuuu"
    country = "sw " if title.language == "swe" else "xx "
    language = NOT_IN_MARC.get(title.language, title.language)
    text = "000 " + LITERARY_FORMS[title.form] if title.form in LITERARY_FORMS else "     "
    return f"{SENT_ON}{dates}{country}    {AUDIENCES[title.audience]}      {text} {language} c"


def _numbers(title: Title, style: Style, code: str, seed: int) -> Iterator[DataField]:
    if number := isbn(title, style, seed=seed, code=code):
        yield _field("020", "  ", ("a", number))
    languages = [("a", language) for language in (title.language, title.also) if language]
    if title.language in NOT_IN_MARC:
        yield _field("041", " 7", *languages, ("2", "iso639-3"))
    elif title.original_language or title.also:
        translated = "1" if title.original_language else "0"
        yield _field("041", f"{translated} ", *languages, ("h", title.original_language))
    if style.classification == "sab":
        yield _field("084", "  ", ("a", sab(title)), ("2", "kssb/8"))
    else:
        yield _field("082", "04", ("a", dewey(title)), ("2", "23/swe"))


def _names(title: Title, style: Style) -> Iterator[DataField]:
    for place, name in enumerate(title.authors):
        dates = title.dates if style.author_dates and not place else ""
        tag = "700" if place or title.material == "film" else "100"
        comma = "," if dates and style.punctuation == "isbd" else ""
        relation = "drt" if title.material == "film" else "aut"
        parts = (("a", name + comma), ("d", dates), ("4", relation))
        yield _field(tag, f"{int(',' in name)} ", *parts)
    for name in title.translators:
        yield _field("700", f"{int(',' in name)} ", ("a", name), ("4", "trl"))


def _title(title: Title, style: Style, code: str, seed: int) -> Iterator[DataField]:
    if title.original_title and style.names_original == "240":
        yield _field("240", "10", ("a", title.original_title))
    elif title.original_title:
        yield _field("500", "  ", ("a", f"Originaltitel: {title.original_title}"))
    romanised = bool(title.romanised) and style.romanises
    proper = title.romanised if romanised else title.title
    bare = lot(seed, "subtitle", code, title.key) < style.without_subtitle
    subtitle = "" if bare else title.subtitle
    parts = [
        ("6", "880-01" if romanised else ""),
        ("a", capitals(proper, style)),
        ("n", title.part),
        ("p", capitals(title.part_title, style)),
        ("b", capitals(subtitle, style)),
        ("c", responsibility(title)),
    ]
    main_entry = bool(title.authors) and title.material != "film"
    skip = 0 if romanised else skipped(title.title, title.language)
    yield _field("245", f"{int(main_entry)}{skip}", *_punctuated(parts, style))
    if title.series:
        mark = " ;" if title.series_part and style.punctuation == "isbd" else ""
        yield _field("490", "0 ", ("a", title.series + mark), ("v", title.series_part))


def _punctuated(parts: list[tuple[str, str]], style: Style) -> list[tuple[str, str]]:
    """Put the mark that leads each part at the end of the part before it, as MARC 21 has it."""
    marks = {
        "isbd": {"n": ".", "p": ",", "b": " :", "c": " /"},
        "loose": {"n": ".", "p": ".", "b": ":", "c": "/"},
        "none": {},
    }[style.punctuation]
    there = [part for part in parts if part[1]]
    following = [code for code, _ in there[1:]] + [""]
    return [
        (code, value if code == "6" else value + marks.get(after, ""))
        for (code, value), after in zip(there, following, strict=True)
    ]


def _published(title: Title, style: Style, code: str, seed: int) -> Iterator[DataField]:
    place, name = publisher(title, seed=seed, code=code)
    if lot(seed, "no publisher", code, title.key) < style.without_publisher:
        place = name = ""
    year = str(title.year or "")
    if style.punctuation == "isbd":
        place = f"{place} :" if place and name else place
        name = f"{name}," if name and year else name
    if name or year:
        indicators = " 1" if style.publication == "264" else "  "
        yield _field(style.publication, indicators, ("a", place), ("b", name), ("c", year))
    if style.publication == "264":  # a cataloguer of RDA also says what kind of content it is
        content, short = MEDIA.get(title.material, MOVING)
        yield _field("336", "  ", ("a", content), ("b", short), ("2", "rdacontent/swe"))


def _about(title: Title, style: Style) -> Iterator[DataField]:
    for subject in title.subjects:
        yield _field("653", "  ", ("a", capitals(subject, style)))


def _own_script(title: Title, style: Style) -> Iterator[DataField]:
    if title.romanised and style.romanises:
        script = SCRIPTS[title.language]
        yield _field("880", "10", ("6", f"245-01/{script}"), ("a", title.title))


def _item(item: StockedItem, call: str) -> Iterator[DataField]:
    yield _field("852", "  ", ("b", item.library), ("h", call), ("p", item.barcode))
    loan = "" if item.for_loan else "not for loan"
    yield _field("876", "  ", ("p", item.barcode), ("j", item.status), ("h", loan))

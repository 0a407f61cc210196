"""
The items in a record: 852 with 876 to 878, Koha's 952, 949 and 945, or as the library's map says.

Which of these a record has is seen from what is there, record by record (engine/item_map.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hyllan.catalogue.engine import item_map as maps
from hyllan.catalogue.engine.item_map import GONE, NOT_FOR_LOAN, USUAL, ItemMap, Rule, Shape
from hyllan.protocols.marc import DataField, MarcRecord

AVAILABLE, ON_LOAN, MISSING = maps.AVAILABLE, maps.ON_LOAN, maps.MISSING
LONGEST_BARCODE, LONGEST_CALL_NUMBER = 60, 100


class Holding(NamedTuple):
    library: str  # code, as the record says it or the library's map translates it
    barcode: str
    call_number: str
    status: str


@dataclass(frozen=True, slots=True)
class Holdings:
    items: tuple[Holding, ...]
    problems: tuple[str, ...]  # what could not be used, one sentence each


@dataclass(frozen=True, slots=True)
class _Found:
    """An item as it stands: the field that says where, and the one that says how, if any."""

    place: DataField | None
    more: DataField | None
    barcode: str


NONE = Holdings((), ())


def holdings(record: MarcRecord, item_map: ItemMap = USUAL) -> Holdings:
    """Return the items with barcodes; a field 852 without library and barcode is only a note."""
    tags = {field.tag for field in record.data_fields}
    first = NONE
    for shape in item_map.shapes:
        if shape.tag not in tags and tags.isdisjoint(shape.linked):
            continue
        found = _in_shape(record, shape, item_map)
        if found.items:
            return found
        first = first if first.problems else found
    return first


def _in_shape(record: MarcRecord, shape: Shape, item_map: ItemMap) -> Holdings:
    items: dict[str, Holding] = {}
    problems: list[str] = []
    for found in _found(record, shape):
        barcode = found.barcode
        library = _first(found.place, shape.library)
        if not barcode:
            if library and not shape.local:
                problems.append(f"an item at {library} has no barcode")
            continue
        if problem := _problem(found, items):
            problems.append(problem)
            continue
        status, unknown = _status(found, shape.rules)
        if unknown:
            problems.append(f"{unknown} of {barcode} is not a status we know")
        if status != GONE:
            library = item_map.libraries.get(library, library)
            items[barcode] = Holding(library, barcode, _call_number(found.place, shape), status)
    return Holdings(tuple(items.values()), tuple(problems))


def _problem(found: _Found, items: dict[str, Holding]) -> str:
    if len(found.barcode) > LONGEST_BARCODE:
        return f"the barcode {found.barcode[:LONGEST_BARCODE]}… is longer than 60 characters"
    if found.barcode in items:
        return f"the barcode {found.barcode} stands twice"
    if found.place is None:
        return f"where the item {found.barcode} stands is not said"
    return ""


def _found(record: MarcRecord, shape: Shape) -> Iterator[_Found]:
    """Yield the items in their order; in holdings of several fields, with what belongs to each."""
    places = list(record.fields(shape.tag))
    more = list(record.fields(*shape.linked)) if shape.linked else []
    told = {code: field for field in more if (code := _first(field, shape.barcode))}
    nameless = [field for field in more if not _first(field, shape.barcode)]
    coded = [(place, _first(place, shape.barcode)) for place in places]
    lonely = [place for place, code in coded if code and code not in told]
    known = {code for _, code in coded}
    rest = [field for code, field in told.items() if code not in known]
    for place, code in coded:
        if code:
            yield _Found(place, told.get(code) or _belonging(place, lonely, nameless), code)
        elif not rest:  # else it says where the items of `rest` stand
            yield _Found(place, None, "")
    open_places = [place for place, code in coded if not code]
    for field in rest:
        place_of = _belonging(field, rest, open_places, alone=True)
        yield _Found(place_of, field, _first(field, shape.barcode))


def _belonging(
    field: DataField,
    beside: Sequence[DataField],
    others: Sequence[DataField],
    *,
    alone: bool = False,
) -> DataField | None:
    """
    Return the one of the others that is linked by $8 or $3, or stands at the same place in line.

    :param alone: one that is the only one belongs to all
    """
    for code in "83":
        mark = _mark(field, code)
        if mark and (same := [other for other in others if _mark(other, code) == mark]):
            return same[0]
    if alone and len(others) == 1:
        return others[0]
    if len(beside) == len(others):
        return others[next(at for at, each in enumerate(beside) if each is field)]
    return None


def _mark(field: DataField, code: str) -> str:
    """Return what links the field: of $8 the number before the point ("1.2")."""
    value = field.first(code).strip()
    return value.partition(".")[0].partition("\\")[0] if code == "8" else value


def _first(field: DataField | None, codes: str) -> str:
    """Return what the first of these subfields says that says anything."""
    if field is None:
        return ""
    return next((text for code in codes if (text := field.first(code).strip())), "")


def _call_number(place: DataField | None, shape: Shape) -> str:
    if place is None:
        return ""
    written = (" ".join(place.values(codes)) for codes in shape.call_number)
    return next((text for text in written if text), "")[:LONGEST_CALL_NUMBER]


def _status(found: _Found, rules: Sequence[Rule]) -> tuple[str, str]:
    """Return the status and, where the word is unknown, the word: then nothing is lent."""
    for rule in rules:
        field = found.more if rule.linked else found.place
        value = _first(field, rule.subfield)
        if not value or value in rule.unless:
            continue
        if rule.words is None:
            return rule.status, ""
        told = maps.status_of(value, rule.words)
        if told is None and rule.strict:
            return NOT_FOR_LOAN, value
        if told not in {None, AVAILABLE}:
            return told or "", ""
    return AVAILABLE, ""

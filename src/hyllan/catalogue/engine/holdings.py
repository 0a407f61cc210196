"""The items in a record: 852 says where ($b library, $h call number, $p barcode), 876 how it is."""

from dataclasses import dataclass

from hyllan.catalogue.engine.folding import words
from hyllan.protocols.marc import DataField, MarcRecord

AVAILABLE, ON_LOAN, NOT_FOR_LOAN, MISSING = "available", "on_loan", "not_for_loan", "missing"
# What systems write in 876 $j and $h, in small letters
STATUS_OF = {
    "": AVAILABLE,
    "available": AVAILABLE,
    "inne": AVAILABLE,
    "tillgänglig": AVAILABLE,
    "on loan": ON_LOAN,
    "on_loan": ON_LOAN,
    "checked out": ON_LOAN,
    "utlånad": ON_LOAN,
    "not for loan": NOT_FOR_LOAN,
    "not_for_loan": NOT_FOR_LOAN,
    "reference": NOT_FOR_LOAN,
    "ej hemlån": NOT_FOR_LOAN,
    "missing": MISSING,
    "lost": MISSING,
    "saknas": MISSING,
    "förkommen": MISSING,
}


@dataclass(frozen=True, slots=True)
class Holding:
    library: str  # code, as the record says it
    barcode: str
    call_number: str
    status: str


@dataclass(frozen=True, slots=True)
class Holdings:
    items: tuple[Holding, ...]
    problems: tuple[str, ...]  # what could not be used, one sentence each


def holdings(record: MarcRecord) -> Holdings:
    """Return the items with barcodes; a field 852 without library and barcode is only a note."""
    told = {found.first("p"): found for found in record.fields("876") if found.first("p")}
    items: dict[str, Holding] = {}
    problems: list[str] = []
    for place in record.fields("852"):
        barcode, library = place.first("p").strip(), place.first("b").strip()
        if not barcode:
            if library:
                problems.append(f"an item at {library} has no barcode")
            continue
        if len(barcode) > 60:
            problems.append(f"the barcode {barcode[:60]}… is longer than 60 characters")
            continue
        if barcode in items:
            problems.append(f"the barcode {barcode} stands twice")
            continue
        status, problem = _status(told.get(place.first("p")))
        if problem:
            problems.append(f"{problem} of {barcode} is not a status we know")
        call_number = " ".join(place.values("hi"))[:100]
        items[barcode] = Holding(library, barcode, call_number, status)
    return Holdings(tuple(items.values()), tuple(problems))


def _status(found: DataField | None) -> tuple[str, str]:
    """Return the status and, where the word is unknown, the word: then nothing is lent."""
    if found is None:
        return AVAILABLE, ""
    use, state = _known(found.first("h")), _known(found.first("j"))
    if state is None:
        return NOT_FOR_LOAN, found.first("j")
    if use == NOT_FOR_LOAN and state == AVAILABLE:
        return NOT_FOR_LOAN, ""
    return state, ""


def _known(word: str) -> str | None:
    plain = word.strip().lower()
    return STATUS_OF.get(plain) or STATUS_OF.get(" ".join(words(plain)))

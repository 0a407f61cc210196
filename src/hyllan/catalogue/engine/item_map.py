"""
Where in a record a library system writes its items: the maps we know, and a library's own.

An administrator writes a map as JSON (docs/sources.md shows each system's). One that is wrong is
refused with a sentence for each fault.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hyllan.catalogue.engine.folding import words

AVAILABLE, ON_LOAN, NOT_FOR_LOAN, MISSING = "available", "on_loan", "not_for_loan", "missing"
GONE = "gone"  # it is written in the record still, and no longer an item of the library
STATUSES = (AVAILABLE, ON_LOAN, NOT_FOR_LOAN, MISSING, GONE)
# What systems write, in small letters
STATUS_OF = {
    "": AVAILABLE,
    "-": AVAILABLE,
    "0": AVAILABLE,
    "available": AVAILABLE,
    "inne": AVAILABLE,
    "tillgänglig": AVAILABLE,
    "in": AVAILABLE,
    "on shelf": AVAILABLE,
    "reshelving": AVAILABLE,
    "på plats": AVAILABLE,
    "on loan": ON_LOAN,
    "on_loan": ON_LOAN,
    "checked out": ON_LOAN,
    "utlånad": ON_LOAN,
    "on holds shelf": ON_LOAN,
    "in transit": ON_LOAN,
    "reserverad": ON_LOAN,
    "not for loan": NOT_FOR_LOAN,
    "not_for_loan": NOT_FOR_LOAN,
    "reference": NOT_FOR_LOAN,
    "library use only": NOT_FOR_LOAN,
    "ej hemlån": NOT_FOR_LOAN,
    "on order": NOT_FOR_LOAN,
    "in process": NOT_FOR_LOAN,
    "damaged": NOT_FOR_LOAN,
    "missing": MISSING,
    "lost": MISSING,
    "saknas": MISSING,
    "förkommen": MISSING,
    "withdrawn": GONE,
    "gallrad": GONE,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One sign of an item's status: the first that says anything but available decides."""

    subfield: str
    status: str = ""  # what it is where the subfield says anything but `unless`
    unless: frozenset[str] = frozenset()
    words: Mapping[str, str] | None = None  # where status is empty: what each value means
    linked: bool = False  # the subfield stands in the linked field (876)
    strict: bool = True  # an unknown word lends nothing; else it is no word on the status


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields in which items stand. Subfields are given as codes; the first that says wins."""

    tag: str
    library: str
    barcode: str
    call_number: tuple[str, ...] = ()  # each a row of codes that are written side by side
    rules: tuple[Rule, ...] = ()
    linked: tuple[str, ...] = ()  # 876, 877, 878: more about the items (by barcode, $8, $3, order)
    local: bool = False  # others use the tag for notes: a field without barcode is none of ours


@dataclass(frozen=True, slots=True)
class ItemMap:
    shapes: tuple[Shape, ...]  # the first that finds an item in a record is the record's
    libraries: Mapping[str, str]  # the system's codes to the region's


class WrongItemMap(ValueError):  # noqa: N818 - what is wrong is the map
    """The map cannot be used; `faults` has a code and its parameters for each reason."""

    def __init__(self, faults: list[tuple[str, dict[str, str]]]) -> None:
        """Keep the faults."""
        self.faults = faults
        super().__init__("; ".join(text % found for text, found in faults))


MARC_HOLDINGS = Shape(
    tag="852",
    library="b",
    barcode="p",
    call_number=("hi", "j"),
    linked=("876", "877", "878"),
    rules=(
        Rule("j", words=STATUS_OF, linked=True),
        Rule(
            "h",
            words={word: it for word, it in STATUS_OF.items() if it == NOT_FOR_LOAN},
            linked=True,
            strict=False,
        ),
    ),
)
KOHA = Shape(
    tag="952",
    local=True,
    library="ba",
    barcode="p",
    call_number=("o",),
    rules=(
        Rule("0", GONE, unless=frozenset("0")),
        Rule("1", MISSING, unless=frozenset("0")),
        Rule("4", NOT_FOR_LOAN, unless=frozenset("0")),
        Rule("5", NOT_FOR_LOAN, unless=frozenset("0")),
        Rule("7", NOT_FOR_LOAN, unless=frozenset("0")),
        Rule("q", ON_LOAN),
    ),
)
_SIERRA_WORDS = {
    "-": AVAILABLE,
    "m": MISSING,
    "n": MISSING,
    "z": MISSING,
    "$": MISSING,
    "o": NOT_FOR_LOAN,
    "p": NOT_FOR_LOAN,
    "r": NOT_FOR_LOAN,
    "!": ON_LOAN,
    "t": ON_LOAN,
    "w": GONE,
    "d": GONE,
}
_PLACE_WORDS = {"checkedout": ON_LOAN, "intransit": ON_LOAN, "holds": ON_LOAN, "discard": GONE}
# Symphony has its library in $m, and where the item is now in $k if that is not its home, $l
SIERRA_OR_SYMPHONY = Shape(
    tag="949",
    local=True,
    library="ml",
    barcode="i",
    call_number=("a",),
    rules=(
        Rule("s", words=_SIERRA_WORDS | STATUS_OF | {"y": AVAILABLE}),
        Rule("k", words=_PLACE_WORDS | STATUS_OF),
        Rule("r", NOT_FOR_LOAN, unless=frozenset("Yy1")),
    ),
)
SIERRA = replace(SIERRA_OR_SYMPHONY, tag="945", library="l", rules=SIERRA_OR_SYMPHONY.rules[:1])
USUAL = ItemMap((MARC_HOLDINGS, KOHA, SIERRA_OR_SYMPHONY, SIERRA), {})

_TAG = re.compile(r"\d{3}")
_CODES = re.compile(r"[0-9a-z]{1,8}")
_KEYS = {"tag", "library", "barcode", "call_number", "linked", "status", "libraries"}
_RULE_KEYS = {"subfield", "linked", "is", "unless", "words"}
_FAULTS = {  # msgids; catalogue/wording.py says them in the reader's language
    "object": "A map is an object: {…}.",
    "unknown": "%(key)s is no part of a map. There are: %(known)s.",
    "needed": "%(key)s is needed, since %(because)s is given.",
    "tag": "%(key)s must be a tag of three digits, such as 952.",
    "codes": "%(key)s must be subfield codes, such as p or hi.",
    "texts": "%(key)s must be an object of texts.",
    "status": "%(word)s is no status. There are: %(known)s.",
    "rule": "A rule of status is an object with subfield, and either is or words.",
}


def usual_or(stored: Mapping[str, Any]) -> ItemMap:
    """
    Return the map that was stored, or the usual where nothing was.

    :raises WrongItemMap: with a reason for each fault
    """
    return item_map_of(stored) if stored else USUAL


def item_map_of(told: object) -> ItemMap:
    """
    Return the map that an object read from JSON tells.

    :raises WrongItemMap: with a reason for each fault
    """
    reader = _Reader()
    found = reader.map(told)
    if reader.faults or found is None:
        raise WrongItemMap(reader.faults)
    return found


class _Reader:
    """Reads a map and remembers all that is wrong with it, not the first fault only."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, dict[str, str]]] = []

    def wrong(self, fault: str, **parameters: str) -> None:
        self.faults.append((_FAULTS[fault], parameters))

    def map(self, told: object) -> ItemMap | None:
        if not isinstance(told, dict):
            self.wrong("object")
            return None
        for key in sorted(map(str, told.keys() - _KEYS)):
            self.wrong("unknown", key=key, known=", ".join(sorted(_KEYS)))
        libraries = self.texts("libraries", told.get("libraries", {}))
        if not told.keys() - {"libraries"}:
            return ItemMap(USUAL.shapes, libraries)
        return ItemMap((self.shape(told),), libraries)

    def shape(self, told: Mapping[str, Any]) -> Shape:
        for key in ("tag", "library", "barcode"):
            if key not in told:
                self.wrong("needed", key=key, because=next(iter(told)))
        linked = told.get("linked", [])
        for tag in linked if isinstance(linked, list) else [linked]:
            self.tag("linked", tag)
        rules = told.get("status", [])
        numbers = told.get("call_number", [])
        return Shape(
            tag=self.tag("tag", told.get("tag", "000")),
            library=self.codes("library", told.get("library", "x")),
            barcode=self.codes("barcode", told.get("barcode", "x")),
            call_number=tuple(
                self.codes("call_number", each)
                for each in (numbers if isinstance(numbers, list) else [numbers])
            ),
            linked=tuple(map(str, linked if isinstance(linked, list) else [linked])),
            rules=tuple(
                self.rule(each) for each in (rules if isinstance(rules, list) else [rules])
            ),
        )

    def rule(self, told: object) -> Rule:
        if (
            not isinstance(told, dict)
            or told.keys() - _RULE_KEYS
            or "subfield" not in told
            or ("is" in told) == ("words" in told)
        ):
            self.wrong("rule")
            return Rule("x")
        unless = told.get("unless", [])
        own = self.texts("words", told.get("words", {}))
        for status in [told["is"]] if "is" in told else own.values():
            if status not in STATUSES:
                self.wrong("status", word=str(status), known=", ".join(STATUSES))
        return Rule(
            self.codes("subfield", told["subfield"]),
            str(told.get("is", "")),
            frozenset(map(str, unless if isinstance(unless, list) else [unless])),
            None if "is" in told else STATUS_OF | {plain(word): it for word, it in own.items()},
            linked=bool(told.get("linked", False)),
        )

    def tag(self, key: str, told: object) -> str:
        if not (isinstance(told, str) and _TAG.fullmatch(told)):
            self.wrong("tag", key=key)
        return str(told)

    def codes(self, key: str, told: object) -> str:
        if not (isinstance(told, str) and _CODES.fullmatch(told)):
            self.wrong("codes", key=key)
        return str(told)

    def texts(self, key: str, told: object) -> dict[str, str]:
        if not isinstance(told, dict) or not all(isinstance(it, str) for it in told.values()):
            self.wrong("texts", key=key)
            return {}
        return {str(name): value for name, value in told.items()}


def plain(word: str) -> str:
    """Return a status word as it is looked up."""
    return word.strip().lower()


def status_of(word: str, told: Mapping[str, str]) -> str | None:
    """Return what a word means, also with other punctuation in it; None: it is unknown."""
    letters = " ".join(words(plain(word)))
    return told.get(plain(word)) or (told.get(letters) if letters else None)

"""One library's record of an edition: copied from an agency and changed, or made by itself."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from random import Random

from . import distributions as shares
from .cataloguing import Field, described
from .classes import dewey, sab
from .habits import AGENCIES
from .kinds import KINDS
from .libraries import System
from .model import Edition
from .numbers import mistyped, short

_SWEDISH_SOURCES = (tuple(shares.SOURCES), tuple(accumulate(shares.SOURCES.values())))
_FOREIGN_SOURCES = (
    tuple(shares.SOURCES_OF_FOREIGN),
    tuple(accumulate(shares.SOURCES_OF_FOREIGN.values())),
)
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_BRIEF_TAGS = {"008", "020", "100", "245", "260", "264"}
_LIBRIS = ("(SE-LIBR)", "(LIBRIS)", "(Libris)")
_LOCAL_WORDS = ("Lokalsamling", "Bokcirkel", "Magasin", "Nyförvärv", "Sommarläsning", "Tema")


class Shelfmark:
    """An edition with what agencies have written of it, kept while libraries copy."""

    def __init__(self, edition: Edition, sibling: Edition | None, random: Random) -> None:
        """
        Start with nothing written.

        :param sibling: another edition of the same family, whose record some start from
        """
        self.edition, self.sibling, self.random = edition, sibling, random
        self._written: dict[str, list[Field]] = {}
        swedish = edition.language in {"swe", "zxx"}
        self.sources = _SWEDISH_SOURCES if swedish else _FOREIGN_SOURCES

    def record(self, system: System) -> tuple[str, list[Field]]:
        """Return the leader and the fields of the system's record, without number and items."""
        random = self.random
        names, weights = self.sources
        source = random.choices(names, cum_weights=weights)[0]
        level = "a" if source == "national" else " "
        if source == "own":
            fields = self._own(system)
            level = "3" if len(fields) < 6 else " "
        else:
            fields = self._copied(source, system)
        kind = KINDS[self.edition.kind].leader
        form = {"isbd": "a", "none": "c"}.get(system.habits.punctuation, " ")
        leader = f"00000n{kind} a2200000{level}{form} 4500"
        return leader, damaged(fields, random)

    def _own(self, system: System) -> list[Field]:
        fields = described(self.edition, system.habits, self.random)
        if self.random.random() < shares.BRIEF and any(tag == "020" for tag, _ in fields):
            fields = [field for field in fields if field[0] in _BRIEF_TAGS]
        return fields

    def _copied(self, source: str, system: System) -> list[Field]:
        """Return the agency's record as the library keeps it."""
        random = self.random
        if source not in self._written:
            self._written[source] = described(self.edition, AGENCIES[source], random)
        fields = [field for field in self._written[source] if field[0] != "520" or system.summaries]
        if system.free_words and random.random() < 0.5:
            fields.append(("653", f"  \x1fa{random.choice(_LOCAL_WORDS)}"))
        chance = random.random()
        if chance < shares.LOST_ISBN:
            fields = [field for field in fields if field[0] != "020"]
        elif chance < shares.LOST_ISBN + shares.OTHER_ISBN:
            fields = self._with_other_isbn(fields)
        elif chance < shares.LOST_ISBN + shares.OTHER_ISBN + shares.YEAR_LATER:
            fields = _year_later(fields, self.edition)
        if source == "national":
            fields += self._agency_number(system)
        return fields

    def _with_other_isbn(self, fields: list[Field]) -> list[Field]:
        """Return it with the number of another edition, as one typed into a copied record."""
        other = self.sibling.isbns if self.sibling else ()
        if not other:
            return fields
        kept = [field for field in fields if field[0] != "020"]
        return [*kept, ("020", f"  \x1fa{short(other[0])}")]

    def _agency_number(self, system: System) -> list[Field]:
        random = self.random
        if not system.keeps_agency or random.random() >= shares.AGENCY_ID_KEPT:
            return []
        whose = self.edition
        if self.sibling and random.random() < shares.AGENCY_ID_OF_OTHER:
            whose = self.sibling
        return [("035", f"  \x1fa{_LIBRIS[len(system.code) % 3]}{whose.agency_number}")]


def _year_later(fields: Sequence[Field], it: Edition) -> list[Field]:
    """Return it with the year that the library's own copies say: the copyright year and one."""
    later = str(min(shares.LAST_YEAR, it.year + 1))
    changed = []
    for tag, value in fields:
        if tag in {"260", "264"} and "\x1fc" in value:
            head, code, year = value.rpartition("\x1fc")
            changed.append((tag, head + code + _YEAR.sub(later, year, count=1)))
        elif tag == "008":
            changed.append((tag, f"{value[:7]}{later}{value[11:]}"))
        else:
            changed.append((tag, value))
    return changed


def damaged(fields: list[Field], random: Random) -> list[Field]:
    """Return the record as years of loads and moves have left it: most as they were."""
    chance = random.random()
    edge = shares.NO_MARKS
    if chance < edge:
        return [(tag, _without_marks(value)) for tag, value in fields]
    if chance < (edge := edge + shares.TRUNCATED):
        return [(tag, _cut(value) if tag == "245" else value) for tag, value in fields]
    if chance < (edge := edge + shares.COLLAPSED_FIXED):
        return [(tag, " ".join(v.split()) if tag == "008" else v) for tag, v in fields]
    if chance < edge + shares.WRONG_CHECK / 3:
        return [(tag, _wrong(v, random) if tag == "020" else v) for tag, v in fields]
    return fields


def _without_marks(value: str) -> str:
    marked = unicodedata.normalize("NFD", value)
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


def _cut(value: str) -> str:
    """Return a title cut off in its third subfield, or after 40 characters."""
    parts = value.split("\x1f")
    return "\x1f".join(parts[:2])[:60] if len(parts) > 2 else value[:60]


def _wrong(value: str, random: Random) -> str:
    found = re.search(r"\d{9,12}[\dX]", value)
    if not found:
        return value
    return value[: found.start()] + mistyped(found[0], random) + value[found.end() :]


def call_number(it: Edition, system: System) -> str:
    """Return the mark on the spine: class and the first three letters of the entry."""
    word = it.creators[0].family.first if it.creators else it.title.first
    letters = "".join(letter for letter in word.upper() if letter.isalpha())[:3]
    return f"{sab(it) if system.classes == 'sab' else dewey(it)} {letters}"

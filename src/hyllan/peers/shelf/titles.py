"""
The titles the demo's libraries own: facts, in titles.tsv, each of a book that exists.

A fact stands there only where it is certain: many rows have no ISBN, some no publisher or year.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

FILE = Path(__file__).with_name("titles.tsv")
BETWEEN = " ; "  # several persons or subjects in one column

Audience = Literal["adult", "young", "children"]
Material = Literal["book", "comic", "film", "music"]
Form = Literal["fiction", "poetry", "drama", "nonfiction", "film", "music"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """One edition (manifestation); languages are MARC codes, or ISO 639-3 where MARC has none."""

    title: str
    subtitle: str
    part: str  # "1" or "Första delen"
    part_title: str
    authors: tuple[str, ...]  # inverted, the first is the main entry; a film's is its director
    dates: str  # of the first author: "1858-1940"
    year: int | None  # of this edition, or of the first in this language
    language: str
    also: str  # a second language of the text
    original_language: str  # only of a translation
    original_title: str
    translators: tuple[str, ...]
    publisher: str
    audience: Audience
    material: Material
    form: Form
    subjects: tuple[str, ...]  # in Swedish
    series: str
    series_part: str
    isbn: str
    sab: str  # the Swedish classification; of fiction it follows from language and audience
    dewey: str  # likewise
    popularity: int  # 1: in one or two organisations; 5: in most, with several copies
    romanised: str  # the title in Latin letters

    @property
    def key(self) -> str:
        """Name this edition: what no two rows have in common."""
        named = (self.title, self.subtitle, self.part, *self.authors[:1], self.material)
        return "|".join([*named, self.language, str(self.year or "")])

    @property
    def work(self) -> tuple[str, str, str]:
        """Name the work: the same for its editions and translations; a film is another work."""
        part = "" if self.original_title else self.part
        creator = self.authors[0] if self.authors else ""
        return creator, f"{self.original_title or self.title} {part}".strip(), self.material


@cache
def titles() -> tuple[Title, ...]:
    """Return all titles in the order they stand in the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(_title(row) for row in rows)


def _title(row: dict[str, str]) -> Title:
    return Title(
        title=row["title"],
        subtitle=row["subtitle"],
        part=row["part"],
        part_title=row["part_title"],
        authors=_several(row["authors"]),
        dates=row["dates"],
        year=int(row["year"]) if row["year"] else None,
        language=row["language"],
        also=row["also"],
        original_language=row["original_language"],
        original_title=row["original_title"],
        translators=_several(row["translators"]),
        publisher=row["publisher"],
        audience=cast(Audience, row["audience"]),
        material=cast(Material, row["material"]),
        form=cast(Form, row["form"]),
        subjects=_several(row["subjects"]),
        series=row["series"],
        series_part=row["series_part"],
        isbn=row["isbn"],
        sab=row["sab"],
        dewey=row["dewey"],
        popularity=int(row["popularity"]),
        romanised=row["romanised"],
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(BETWEEN) if part)

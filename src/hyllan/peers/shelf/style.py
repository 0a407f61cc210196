"""How one organisation catalogues: the local differences a shared catalogue must see through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .lots import choose, lot
from .stock import Holder

Punctuation = Literal["isbd", "none", "loose"]
Capitals = Literal["sentence", "every word", "all"]
Coding = Literal["utf-8", "marc-8", "utf-8 said to be marc-8"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What an organisation's records have in common."""

    publication: Literal["264", "260"]  # RDA or older
    classification: Literal["sab", "dewey"]
    punctuation: Punctuation
    capitals: Capitals
    coding: Coding
    isbn_length: Literal[10, 13]
    isbn_hyphens: bool
    author_dates: bool
    romanises: bool  # the title in Latin letters first, in its own script in 880
    names_original: Literal["240", "500"]
    # Shares of the records that lack it:
    without_isbn: float
    without_subtitle: float
    without_publisher: float


EVERY_WORD = 0.1  # share of organisations with such capitals
MARKS: Sequence[Punctuation] = ["isbd", "isbd", "isbd", "none", "loose"]


def styles(holders: Sequence[Holder], *, seed: int) -> dict[str, Style]:
    """Return each organisation's style; the three smallest have the three oldest systems."""
    oldest: dict[str, tuple[Capitals, Coding]] = dict(
        zip(
            (holder.code for holder in sorted(holders, key=lambda h: (h.population, h.code))),
            [("sentence", "marc-8"), ("sentence", "utf-8 said to be marc-8"), ("all", "utf-8")],
            strict=False,
        )
    )
    return {holder.code: _style(holder.code, oldest.get(holder.code), seed) for holder in holders}


def _style(code: str, old: tuple[Capitals, Coding] | None, seed: int) -> Style:
    capitals, coding = old or (_capitals(code, seed), "utf-8")
    return Style(
        publication="260" if old or lot(seed, "260", code) < 0.4 else "264",
        classification="sab" if lot(seed, "sab", code) < 0.6 else "dewey",
        punctuation=choose(MARKS, seed, "punctuation", code),
        capitals=capitals,
        coding=coding,
        isbn_length=10 if old or lot(seed, "isbn-10", code) < 0.3 else 13,
        isbn_hyphens=lot(seed, "hyphens", code) < 0.2,
        author_dates=lot(seed, "dates", code) < 0.6,
        romanises=lot(seed, "romanises", code) < 0.5,
        names_original="240" if lot(seed, "240", code) < 0.6 else "500",
        without_isbn=0.4 * lot(seed, "without isbn", code),
        without_subtitle=0.6 * lot(seed, "without subtitle", code) ** 2,
        without_publisher=0.2 * lot(seed, "without publisher", code),
    )


def _capitals(code: str, seed: int) -> Capitals:
    return "every word" if lot(seed, "capitals", code) < EVERY_WORD else "sentence"

"""How an agency or a library catalogues: the choices that it makes alike for all its records."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from . import distributions as shares
from .chance import drawn


@dataclass(frozen=True, slots=True)
class Habits:
    source: str  # national, supplier, abroad, own
    agency: str  # 040 $a
    punctuation: str  # isbd, loose, none
    relators: str  # subfield of the role: "4", "e", or empty
    subjects: str  # sao, free (653), lcsh, none
    classes: str  # sab, ddc, both
    original: str  # the title translated from: 240, 500, 765
    parts: str  # of a set: np, title, subtitle, part first
    media_word: bool  # 245 $h
    old_numbers: bool  # ISBN-10 for what was published before 2007
    hyphens: bool
    way: int  # which of the two romanisations
    scripts: str  # distributions.ROMANISED
    capitals: bool  # Every Word Of The Title
    publication: str  # 260 or 264, from 2014 on
    leaves: Mapping[str, float]
    care: float  # 1: never a slip


_NATIONAL = Habits(
    source="national",
    agency="LIBRIS",
    punctuation="isbd",
    relators="4",
    subjects="sao",
    classes="both",
    original="240",
    parts="np",
    media_word=False,
    old_numbers=True,
    hyphens=False,
    way=1,
    scripts="with 880",
    capitals=False,
    publication="264",
    leaves=shares.LEFT_OUT["national"],
    care=0.97,
)
AGENCIES = {
    "national": _NATIONAL,
    "supplier": replace(
        _NATIONAL,
        source="supplier",
        agency="BTJ",
        punctuation="loose",
        relators="",
        subjects="free",
        classes="sab",
        original="500",
        media_word=True,
        way=2,
        scripts="romanised only",
        publication="260",
        leaves=shares.LEFT_OUT["supplier"],
    ),
    "abroad": replace(
        _NATIONAL,
        source="abroad",
        agency="OCoLC",
        relators="",
        subjects="lcsh",
        classes="ddc",
        publication="260",
        leaves=shares.LEFT_OUT["abroad"],
    ),
}


def own_habits(seed: int, code: str) -> Habits:
    """Return how a library catalogues what it cannot copy."""
    random = drawn(seed, "habits", code)
    pick = random.choice
    layouts = tuple(shares.ROMANISED)
    return Habits(
        source="own",
        agency=code,
        punctuation=pick(("isbd", "isbd", "loose", "none")),
        relators=pick(("", "", "4", "e")),
        subjects=pick(("free", "sao", "none")),
        classes=pick(("sab", "sab", "ddc")),
        original=pick(("500", "500", "240", "765")),
        parts=pick(("np", "title", "subtitle", "part first")),
        media_word=pick((True, False)),
        old_numbers=random.random() < 0.7,
        hyphens=random.random() < shares.HYPHENS,
        way=1 if random.random() >= shares.SECOND_SCHEME else 2,
        scripts=random.choices(layouts, tuple(shares.ROMANISED.values()))[0],
        capitals=random.random() < 0.15,
        publication=pick(("260", "260", "264")),
        leaves=shares.LEFT_OUT["own"],
        care=0.0,
    )

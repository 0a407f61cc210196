"""Edition, publisher, year and extent, in the forms that they have in records."""

from random import Random

from . import distributions as shares
from .habits import Habits
from .kinds import KINDS, PAGED
from .model import Edition

Field = tuple[str, str]
_ORDINALS = ("", "Första", "Andra", "Tredje", "Fjärde", "Femte")


def edition_fields(it: Edition, by: Habits, random: Random) -> list[Field]:
    """Return 250: which edition it says it is."""
    number = it.impression
    if not number:
        if not it.reissue or it.kind != "book":
            return []
        if by.source == "own" and random.random() < 0.6:
            return []
        return [("250", "  \x1fa" + ("New ed." if by.source == "abroad" else "[Ny utg.]"))]
    if by.source == "own" and random.random() < 0.15:
        return []
    return [("250", f"  \x1fa{_impression(number, it, by, random)}")]


def _impression(number: int, it: Edition, by: Habits, random: Random) -> str:
    if by.source == "abroad" or it.language == "eng":
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number, "th")
        return f"{number}{ending} ed." if random.random() < 0.8 else f"{number}. ed."
    forms = (
        f"{number}. uppl.",
        f"{number} uppl.",
        f"{number}., omarb. uppl.",
        f"{_ORDINALS[min(number, 5)]} upplagan",
        f"{number}. utg.",
    )
    if by.care > 0.5:
        return forms[0] if it.year < shares.RDA_FROM or by.source == "supplier" else forms[3]
    return random.choice(forms)


def publication(it: Edition, by: Habits, random: Random) -> list[Field]:
    """Return 260 or 264."""
    if random.random() < by.leaves["publisher"]:
        return []
    own = by.scripts == "own script only" and bool(it.publisher.own)
    names = it.publisher.names
    name = names[0]
    if by.care < 0.5 and random.random() < shares.OTHER_PUBLISHER_FORM:
        name = random.choice(names)
    elif by.source == "supplier" and len(names) > 1:
        name = names[1]
    if own:
        name = it.publisher.own
    place = it.publisher.place.own if own else it.publisher.place[by.way]
    if by.care < 0.5:
        place = random.choice((place, place, place, "", "[S.l.]", f"[{place}]"))
    year = "" if random.random() < by.leaves["year"] else _year(it, by, random)
    return [_written(it, by, (place, name, year))]


def _written(it: Edition, by: Habits, said: tuple[str, str, str]) -> Field:
    place, name, year = said
    after = {"isbd": (" :", ","), "loose": (" :", ","), "none": ("", "")}[by.punctuation]
    tag = by.publication if it.year >= shares.RDA_FROM else "260"
    value = " 1" if tag == "264" else "  "
    if place:
        value += f"\x1fa{place}{after[0]}"
    value += f"\x1fb{name}{after[1] if year else ''}"
    if year:
        value += f"\x1fc{year}{'.' if by.source == 'abroad' else ''}"
    return tag, value


def _year(it: Edition, by: Habits, random: Random) -> str:
    year = it.year
    if by.care < 0.5:
        if random.random() < shares.OTHER_YEAR:
            year += random.choice((-1, 1))
        bare = str(year)
        return random.choice((bare, bare, bare, f"[{bare}]", f"cop. {bare}", f"{bare} [tr.]"))
    if it.kind == "serial":
        return f"{year}-"
    if it.copyright:
        return f"c{year}" if by.source != "national" else f"{year}, ©{it.copyright}"
    return str(year)


def extent(it: Edition, by: Habits, random: Random) -> list[Field]:
    """Return 300 and, of newer records by RDA, 336 to 338."""
    fields: list[Field] = []
    if random.random() >= by.leaves["extent"]:
        said = _pages(it, by, random) if it.kind in PAGED else _units(it, by, random)
        size = KINDS[it.kind].size.format(cm=18 + it.pages % 9) if by.care > 0.5 else ""
        pictures = " :\x1fbill." if it.pages % 5 < 2 and by.care > 0.5 else ""
        mark = " ;" if size and by.punctuation == "isbd" else ""
        fields.append(("300", f"  \x1fa{said}{pictures}{mark}" + (f"\x1fc{size}" if size else "")))
    if by.publication == "264" and it.year >= shares.RDA_FROM:
        content, short, medium, code, carrier, last = KINDS[it.kind].rda.split("|")
        fields += [
            ("336", f"  \x1fa{content}\x1fb{short}\x1f2rdacontent/swe"),
            ("337", f"  \x1fa{medium}\x1fb{code}\x1f2rdamedia/swe"),
            ("338", f"  \x1fa{carrier}\x1fb{last}\x1f2rdacarrier/swe"),
        ]
    return fields


def _pages(it: Edition, by: Habits, random: Random) -> str:
    pages, word = it.pages, "p." if by.source == "abroad" else "s."
    if by.source == "national" and it.year >= shares.RDA_FROM:
        word = "sidor"
    if by.care > 0.5:
        front = f"{_roman(it.front)}, " if it.front and by.source == "abroad" else ""
        after = f", [{it.front}]" if it.front and by.source == "national" else ""
        return f"{front}{pages}{after} {word}"
    if random.random() < shares.MISCOUNTED:
        pages += random.choice((-4, -2, -1, 1, 2, 3, 6))
    return random.choice(_PAGES).format(n=pages, more=max(1, it.front))


_PAGES = (
    "{n} s.", "{n} s.", "{n} s", "{n} sidor", "{n}, [{more}] s.", "{n} p.", "1 vol.", "ca {n} s.",
)  # fmt: skip


def _units(it: Edition, by: Habits, random: Random) -> str:
    forms = KINDS[it.kind].extents
    form = forms[0] if by.care > 0.5 else random.choice(forms)
    hours, minutes = divmod(it.pages, 60)
    count = it.pages if it.kind == "set" else max(1, it.pages // 75)
    return form.format(
        n=count, t=max(1, hours), m=minutes if "{t}" in form else it.pages, p=it.pages
    )


def _roman(number: int) -> str:
    return {3: "iii", 4: "iv", 5: "v", 8: "viii", 12: "xii"}.get(number, "vi")

"""Titles as records have them: 240, 245, 246, 490, and 880 for what is in another script."""

from random import Random

from . import distributions as shares
from .habits import Habits
from .kinds import KINDS
from .model import Edition
from .scripts import Text

Field = tuple[str, str]
_MARKS = {
    "isbd": {"n": ".", "p": ",", "b": " :", "c": " /", "h": ""},
    "loose": {"n": ".", "p": ".", "b": ":", "c": "/", "h": ""},
    "none": {},
}
_ARTICLES = {
    "swe": ("Den ", "Det "),
    "eng": ("The ", "A "),
    "dan": ("Den ", "Det "),
    "nor": ("Den ", "Det "),
}
_SCRIPTS = {
    "ara": "(3/r",
    "per": "(3/r",
    "rus": "(N",
    "ukr": "(N",
    "bul": "(N",
    "srp": "(N",
    "gre": "(S",
}  # 880 $6
_SMALL = {"och", "i", "av", "på", "som", "att", "med", "en", "ett", "the", "of", "and", "in", "a"}


def written(words: Text, by: Habits, *, own: bool = False) -> str:
    """Return a text in its own script, or romanised by the table that they use."""
    return words.own if own and words.own else words[by.way]


def title_fields(it: Edition, by: Habits, random: Random, *, main: bool) -> list[Field]:
    """Return 240 to 246, 490 and 880."""
    fields: list[Field] = []
    has_original = bool(it.original.first)
    if has_original and by.original == "240" and random.random() >= by.leaves["uniform"]:
        fields.append(("240", f"10\x1fa{written(it.original, by)}"))
    layout = by.scripts if it.title.own else "latin"
    parts = _parts(it, by, random, own=layout == "own script only")
    skip = _skipped(parts[0][1], it.language)
    first = f"{int(main)}{skip}"
    line = _line(parts, by)
    if layout == "with 880":
        fields.append(("245", f"{first}\x1f6880-01{line}"))
    else:
        fields.append(("245", first + line))
    if layout in {"with 880", "two 245"}:
        other = _line(_parts(it, by, random, own=True), by)
        if layout == "two 245":
            fields.insert(-1, ("245", f"{int(main)}0{other}"))
        else:
            script = _SCRIPTS[it.language]
            fields.append(("880", f"{int(main)}0\x1f6245-01/{script}{other}"))
    if random.random() < shares.VARIANT_TITLE and (other := _variant(it, by)):
        fields.append(("246", f"30\x1fa{other}"))
    return fields + _series(it, by, random)


def _variant(it: Edition, by: Habits) -> str:
    """Return another title to find it by: the subtitle, or the title from its second word on."""
    if it.subtitle.first:
        return written(it.subtitle, by)
    return written(it.title, by).partition(" ")[2]


def _parts(it: Edition, by: Habits, random: Random, *, own: bool) -> list[tuple[str, str]]:
    """Return the subfields of 245, without what leads them."""
    proper = written(it.title, by, own=own)
    proper = _slip(proper, by, random)
    if by.capitals:
        proper = " ".join(w if w in _SMALL else w[:1].upper() + w[1:] for w in proper.split(" "))
    parts = _with_part(it, by, proper, missing=random.random() < by.leaves["part"])
    if by.media_word and KINDS[it.kind].gmd:
        parts.append(("h", KINDS[it.kind].gmd))
    if it.subtitle.first and random.random() >= by.leaves["subtitle"]:
        parts.append(("b", written(it.subtitle, by, own=own)))
    if it.creators and random.random() >= by.leaves["responsibility"]:
        parts.append(("c", _responsible(it, by, random, own=own)))
    return parts


def _with_part(it: Edition, by: Habits, proper: str, *, missing: bool) -> list[tuple[str, str]]:
    """Return the title with its number and name of the part, where they put them."""
    number, name = it.number, written(it.part, by)
    if not number or missing:
        return [("a", proper)]
    if by.parts == "title" or (it.kind == "yearbook" and by.parts != "np"):
        return [("a", " ".join(filter(None, (proper, number, name))).replace("Del", "del"))]
    if by.parts == "subtitle":
        return [("a", proper), ("b", " ".join(filter(None, (number.lower(), name))))]
    if by.parts == "part first" and name:
        return [("a", name), ("b", f"{proper}, {number.lower()}")]
    parts = [("a", proper), ("n", number)]
    return [*parts, ("p", name)] if name else parts


def _slip(proper: str, by: Habits, random: Random) -> str:
    """Return the title as typed, now and then with a mistake."""
    chance = random.random()
    if len(proper) < 6 or chance >= shares.TYPO * (1 - by.care):
        return proper
    at = random.randrange(2, len(proper) - 1)
    if chance < 0.4 * shares.TYPO * (1 - by.care):
        return proper[:at] + proper[at + 1 :]
    if chance < 0.7 * shares.TYPO * (1 - by.care):
        return proper[:at] + proper[at] + proper[at:]
    return proper[: at - 1] + proper[at] + proper[at - 1] + proper[at + 1 :]


def _skipped(proper: str, language: str) -> int:
    for article in _ARTICLES.get(language, ()):
        if proper.startswith(article):
            return len(article)
    return 0


def _line(parts: list[tuple[str, str]], by: Habits) -> str:
    """Return the subfields, the mark that leads each at the end of the one before it."""
    marks = _MARKS[by.punctuation]
    line = ""
    for place, (code, value) in enumerate(parts):
        line += (marks.get(code, "") if place else "") + f"\x1f{code}{value}"
    return line + "." if by.punctuation == "isbd" and by.agency == "OCoLC" else line


def _responsible(it: Edition, by: Habits, random: Random, *, own: bool) -> str:
    """Return the statement of responsibility, in one of the ways that it is written."""
    names = [
        f"{written(person.given, by, own=own)} {written(person.family, by, own=own)}"
        for person in (it.creators if it.kind != "film" else it.creators[:1])
    ]
    loose = by.care < 0.5
    joint = (
        random.choice((" & ", " och ", ", "))
        if loose
        else " & "
        if by.source == "supplier"
        else ", "
    )
    said = joint.join(names)
    if loose and len(names) == 1:
        chance = random.random()
        said = f"av {said}" if chance < 0.25 else f"[{said}]" if chance < 0.3 else said
    if it.kind == "film":
        said = (
            f"{'regi' if not loose else random.choice(('regi', 'regissör', 'i regi av'))}: {said}"
        )
    if it.translator and not (loose and random.random() < 0.4):
        led = (
            "översättning"
            if not loose
            else random.choice(("översättning", "övers.", "översatt av", "i svensk tolkning av"))
        )
        said += f" ; {led}{':' if led == 'översättning' else ''} {it.translator.direct(1)}"
    return said


def _series(it: Edition, by: Habits, random: Random) -> list[Field]:
    if not it.series.first or (by.source == "own" and random.random() < 0.3):
        return []
    mark = " ;" if by.punctuation == "isbd" else ""
    number = f"{mark}\x1fv{it.series_number}" if it.series_number else ""
    value = f"{written(it.series, by)}{number}"
    tag = "440" if it.year < 2000 and by.source != "national" else "490"
    first = " 0" if tag == "440" else "0 "
    return [(tag, f"{first}\x1fa{value}")]

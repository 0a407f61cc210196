"""
What a record describes, and what it is played or read with.

Libraries say it in many places: leader, 007, 008, 245 $h, 300, 338, and in words behind the ISBN.
The first that is telling wins; a form that is usual for its material (print, for a book) is empty,
and so is one that nobody says.
"""

import re
from collections.abc import Mapping, Sequence

from hyllan.protocols.marc import DataField

MATERIALS = ("book", "audiobook", "film", "music", "game", "other")
FORMS = (
    "large_print", "braille", "e_book", "cd", "mp3", "daisy", "cassette", "lp", "player", "file",
    "dvd", "blu_ray", "vhs", "stream", "score",
)  # fmt: skip
_MATERIAL_OF_TYPE = {  # leader/06
    "a": "book",
    "t": "book",
    "i": "audiobook",
    "j": "music",
    "c": "music",
    "d": "music",
    "g": "film",
}
_STILL = set("abcdfiklnopqrstw")  # 008/33: slides, flash cards, toys
_SOUND = re.compile(
    r"(?:audio|sound) dis[ck]|ljudskiv|ljudkass|audiocass|\bmp3|\bdaisy|talbok", re.IGNORECASE
)
_ONLINE = re.compile("onlineresurs|online resource|str[oö]mmande|streaming")
# The first that is found in the words of a record is its form
_SPOKEN_OR_MUSIC = (
    ("daisy", re.compile(r"daisy|talbok")),
    ("mp3", re.compile(r"mp3")),
    ("player", re.compile(r"playaway|media player|mediaspelare")),
    ("cassette", re.compile(r"kassett|cassette|audiocass|kass\b")),
    ("file", re.compile(_ONLINE.pattern + "|e-ljudbok|ljudfil|audio file")),
    ("lp", re.compile(r"\blp\b|33 1/3|grammofonskiv|\bvinyl|\banalog")),
    ("cd", re.compile(r"\bcd\b(?!-r)|compact dis[ck]|\bdigital\b.*4 3/4|4 3/4 in")),
)  # fmt: skip
_FORMS_BY_WORDS = {
    "book": (
        ("e_book", re.compile(_ONLINE.pattern + r"|e-?boo?k|elektronisk|electronic|\bepub|\bpdf")),
        ("large_print", re.compile(r"large.(?:print|type)|storstil|stor stil|magnaprint")),
        ("braille", re.compile(r"punktskrift|braille|blindskrift")),
    ),
    "audiobook": _SPOKEN_OR_MUSIC,
    "music": _SPOKEN_OR_MUSIC,
    "film": (
        ("blu_ray", re.compile(r"blu-?ray")),
        ("dvd", re.compile(r"\bdvd|videodis[ck]|videoskiv")),
        ("vhs", re.compile(r"\bvhs|videokassett|videocass")),
        ("stream", _ONLINE),
    ),
}  # fmt: skip
_FORM_OF_ITEM = {"d": "large_print", "f": "braille", "o": "e_book", "s": "e_book", "q": "e_book"}
_FILM_CARRIERS = {"v": "dvd", "s": "blu_ray", "b": "vhs"}  # 007/04 of a video
_SPEEDS = {"f": "cd", "b": "lp", "c": "lp", "d": "lp", "l": "cassette", "k": "cassette"}  # 007/03


def material_of(leader: str, fixed: str, by_tag: Mapping[str, Sequence[DataField]]) -> str:
    """
    Return one of MATERIALS.

    :param fixed: 008
    """
    kind = leader[6:7]
    if (kind == "m" and fixed[26:27] == "g") or (kind == "r" and fixed[33:34] == "g"):
        return "game"
    if kind == "g" and fixed[33:34] in _STILL:
        return "other"
    material = _MATERIAL_OF_TYPE.get(kind, "other")
    if material == "book" and _SOUND.search(_extent(by_tag)):
        return "audiobook"  # discs catalogued as what is read on them
    return material


def form_of(
    material: str,
    leader: str,
    fixed: tuple[str, str],
    by_tag: Mapping[str, Sequence[DataField]],
) -> str:
    """
    Return one of FORMS, or an empty text.

    :param fixed: 008 and 007
    """
    if leader[6:7] in {"c", "d"} and not _SOUND.search(_extent(by_tag)):
        return "score"
    patterns = _FORMS_BY_WORDS.get(material)
    if not patterns:
        return ""
    if material == "book" and (found := _FORM_OF_ITEM.get(_form_of_item(fixed[0]))):
        return found
    said = _said(by_tag)
    for form, pattern in patterns:
        if pattern.search(said):
            return form
    return _by_fixed(material, fixed[1])


def _form_of_item(fixed: str) -> str:
    """Return 008/23 where 008 is whole; one whose spaces were lost has other letters there."""
    return fixed[23:24] if len(fixed) >= 40 else ""  # its length


def _by_fixed(material: str, described: str) -> str:
    kind = described[:1]
    if material == "book":
        return "e_book" if described[:2] == "cr" else ""
    if material == "film":
        return _FILM_CARRIERS.get(described[4:5], "") if kind == "v" else ""
    if material == "music":
        return _SPEEDS.get(described[3:4], "") if kind == "s" else ""
    # A disc with spoken words may hold tracks, MP3 or Daisy; only a cassette is plain
    return "cassette" if kind == "s" and _SPEEDS.get(described[3:4]) == "cassette" else ""


def _said(by_tag: Mapping[str, Sequence[DataField]]) -> str:
    """Return the words that may tell, in small letters."""
    texts = [_extent(by_tag)]
    for tag, codes in (("245", "h"), ("338", "a"), ("250", "a"), ("020", "aq")):
        for field in by_tag.get(tag, ()):
            texts += [part.value for part in field.subfields if part.code in codes]
    for field in by_tag.get("300", ())[:2]:
        texts += [part.value for part in field.subfields if part.code in "bce"]
    return " | ".join(texts).lower()


def _extent(by_tag: Mapping[str, Sequence[DataField]]) -> str:
    found = by_tag.get("300")
    return found[0].first("a") if found else ""

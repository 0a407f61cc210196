"""
Words by their stems, Swedish and English: Snowball's, helped where it is known to fail.

Snowball's Swedish stemmer keeps bok and böcker, flicka and flickan, hus and huset apart. A word is
therefore first led to a form it can handle: by a table of nouns that change their vowel (also as
the last part of a compound: läroböcker), and by two rules for the definite singular.
In prose: docs/algorithms/search.md.
"""

import re

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

SHORTEST = 3  # a shorter word is its own stem
# Forms with another vowel than their noun, without the endings that all of them can take
_VOWEL_CHANGES = {
    "böcker": "bok",
    "bönder": "bonde",
    "bröder": "bror",
    "döttrar": "dotter",
    "fäder": "far",
    "fötter": "fot",
    "gäss": "gås",
    "händer": "hand",
    "ledamöter": "ledamot",
    "länder": "land",
    "löss": "lus",
    "män": "man",
    "männ": "man",  # männen
    "mödrar": "mor",
    "möss": "mus",
    "nätter": "natt",
    "rötter": "rot",
    "städer": "stad",
    "stränder": "strand",
    "stänger": "stång",
    "söner": "son",
    "tänder": "tand",
    "tänger": "tång",
    "änder": "and",
}
_ONLY_ALONE = frozenset({"gäss", "löss", "möss", "änder"})  # bränder, stränder are no ducks
_NO_MEN = re.compile(".{0,2}|.*all")  # before -män: allmän
_CHANGED = re.compile(
    f"(?P<before>.*?)(?P<form>{'|'.join(sorted(_VOWEL_CHANGES, key=len, reverse=True))})"
    "(?:na|nas|s|en|ens)?"
)
# biblioteket, huset, rummet; porträttet, but not trumpet
_NEUTER = re.compile(
    "(?P<base>[a-zåäö]*[aeiouyåäö][a-zåäö]*(?:[bdfgjklmnprsvxz]|tt|itet|rt|st|kt|ft|nt|lt))ets?"
)
_ENDS_IN_ET = """
alfabet basket budget gadget hamlet internet kabaret komet magnet market minaret paket planet
pocket poet profet racket raket staket tablet ticket trumpet
"""
# flickan, skolan, historian; -man, -stan and the words of the list are no such forms
_COMMON = re.compile("(?P<base>[a-zåäö]+[bcdfghjklmnprstvxzi]a)ns?")
_NO_COMMON = re.compile(".*(?:man|stan|ian)")
_ENDS_IN_AN = """
african alan american annan ban bryan charlatan dan dekan duncan dylan elefan esteban european
evan fasan flan goran gran göran hasan hassan hurdan innan iran ivan jan japan jean joan johan
juan kaftan kan kran logan medan megan mexican milan morgan ocean orangutan organ orkan pelikan
plan redan roman ryan satan sean sedan sjuan slogan soldan sopran span stefan sudan sultan susan
svan sådan titan tran tristan tukan turban urban utan van vatikan vegan veteran vulkan zlatan
"""
_NO_NEUTER, _NOT_DEFINITE = frozenset(_ENDS_IN_ET.split()), frozenset(_ENDS_IN_AN.split())
_ENGLISH = {
    "children": "child",
    "feet": "foot",
    "geese": "goose",
    "knives": "knife",
    "leaves": "leaf",
    "lives": "life",
    "mice": "mouse",
    "teeth": "tooth",
    "wives": "wife",
    "wolves": "wolf",
    "women": "woman",
}


def _analyzer(language: str) -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer(language)).build()


_SNOWBALL_SWEDISH, _SNOWBALL_ENGLISH = _analyzer("swedish"), _analyzer("english")


def swedish(word: str) -> str:
    """Return the Swedish stem of a folded word."""
    if len(word) < SHORTEST or not word.isalpha():
        return word
    stem = _SNOWBALL_SWEDISH.analyze(_swedish_base(word))[0]
    # rummet and rum, mannen and man: m and n are doubled between vowels only
    return stem[:-1] if stem.endswith(("mm", "nn")) and len(stem) > SHORTEST else stem


def english(word: str) -> str:
    """Return the English stem of a folded word."""
    if len(word) < SHORTEST or not word.isalpha():
        return word
    return _SNOWBALL_ENGLISH.analyze(_ENGLISH.get(word, word))[0]


def swedish_term(word: str) -> str:
    """Return the term that all words of the same Swedish stem are found by."""
    stem = swedish(word)
    return _term(stem, swedish(stem))


def english_term(word: str) -> str:
    """Return the term that all words of the same English stem are found by."""
    stem = english(word)
    return _term(stem, english(stem))


def _term(stem: str, its_own: str) -> str:
    """
    Return the stem as a term: as it is, unless the word so written has another stem.

    Hansen has the stem hans, but hans is a word with the stem han: its books are not Hansen's.
    """
    return stem if stem == its_own else f"~{stem}"


def _swedish_base(word: str) -> str:
    """Return a form that Snowball can handle. Cheap looks first: most words are led nowhere."""
    if not word.isascii():
        found = _CHANGED.fullmatch(word)
        if found and _is_noun(found["before"], found["form"]):
            return found["before"] + _VOWEL_CHANGES[found["form"]]
    if word.endswith(("et", "ets")):
        found = _NEUTER.fullmatch(word)
        return found["base"] if found and word.rstrip("s") not in _NO_NEUTER else word
    if word.endswith(("an", "ans")):
        found = _COMMON.fullmatch(word)
        return found["base"] if found and not _keeps_an(word.rstrip("s")) else word
    return word


def _is_noun(before: str, form: str) -> bool:
    if not before:
        return True
    if form in {"män", "männ"}:
        return not _NO_MEN.fullmatch(before)
    return form not in _ONLY_ALONE


def _keeps_an(word: str) -> bool:
    return word in _NOT_DEFINITE or bool(_NO_COMMON.fullmatch(word))

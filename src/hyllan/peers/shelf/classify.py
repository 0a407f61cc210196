"""Class and call number of a title: the SAB system and Dewey, side by side in Swedish libraries."""

import unicodedata

from .titles import Title

# Literature in the original language: SAB's section H (other languages: H/ and the language)
SAB_ORIGINALS = {"swe": "Hc", "eng": "He", "ger": "Hf", "fre": "Hj", "ita": "Hk", "spa": "Hl"}
SWEDISH_TRANSLATED = "Hce"
PICTURE_BOOKS = "Hcf"
# Dewey by the language the work was written in; 1 is poetry, 2 drama, 3 fiction after it
DEWEY_LITERATURES = {
    "ara": "892.7",
    "bos": "891.823",
    "chi": "895.1",
    "dan": "839.81",
    "eng": "82",
    "fin": "894.541",
    "fit": "894.54",
    "fre": "84",
    "ger": "83",
    "hrv": "891.823",
    "hun": "894.511",
    "ita": "85",
    "jpn": "895.6",
    "nor": "839.82",
    "per": "891.55",
    "pol": "891.85",
    "rom": "891.49",
    "rus": "891.7",
    "sme": "894.57",
    "som": "893.54",
    "spa": "86",
    "srp": "891.823",
    "swe": "839.7",
    "tur": "894.35",
    "ukr": "891.79",
    "yid": "839.1",
}
DEWEY_FORMS = {"poetry": "1", "drama": "2", "fiction": "3"}
DEWEY_OTHERS = {"film": "791.4372", "music": "781.63"}
SAB_OTHERS = {"film": "Imdb", "music": "Y"}


def sab(title: Title) -> str:
    """Return the SAB class; children's have a u before it (uHc), picture books one of their own."""
    if title.sab:
        return f"u{title.sab}" if title.audience == "children" else title.sab
    if title.form in SAB_OTHERS:
        return SAB_OTHERS[title.form]
    if title.language != "swe":
        found = SAB_ORIGINALS.get(title.language, f"H/{title.language}")
    elif "Bilderböcker" in title.subjects:
        return PICTURE_BOOKS
    else:
        found = SWEDISH_TRANSLATED if title.original_title else "Hc"
        if title.form == "poetry":
            found += ".03"
    return f"u{found}" if title.audience == "children" else found


def dewey(title: Title) -> str:
    """Return the Dewey class."""
    if title.dewey or title.form in DEWEY_OTHERS:
        return title.dewey or DEWEY_OTHERS[title.form]
    literature = DEWEY_LITERATURES[title.original_language or title.language]
    number = literature + DEWEY_FORMS[title.form]
    return number if "." in number else number.ljust(3, "0")


def shelf_mark(title: Title) -> str:
    """Return what comes after the class on the spine: three letters of author or title."""
    word = title.authors[0] if title.authors else title.romanised or title.title
    letters = (letter for letter in word.upper() if unicodedata.category(letter) in {"Lu", "Lo"})
    kept = [_plain(letter) for letter in letters]
    return "".join(kept)[:3]


def _plain(letter: str) -> str:
    """Return the letter without marks, but for the Swedish ones."""
    return letter if letter in "ÅÄÖ" else unicodedata.normalize("NFD", letter)[0]


def call_number(title: Title, classification: str) -> str:
    """Return the call number: "Hc LAG"."""
    return f"{sab(title) if classification == 'sab' else dewey(title)} {shelf_mark(title)}"

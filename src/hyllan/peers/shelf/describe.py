"""The words of a description as one organisation writes them: capitals, punctuation, publishers."""

import re

from .isbn import to_10, to_13
from .lots import choose, lot
from .style import Style
from .titles import Title

# Skipped in sorting (245, second indicator), with the space after it
ARTICLES = {
    "eng": ("The ", "A ", "An "),
    "ger": ("Der ", "Die ", "Das "),
    "fre": ("Le ", "La ", "Les ", "L'"),
    "spa": ("El ", "La "),
    "ita": ("Il ", "L'"),
    "dan": ("Den ", "Det "),
    "nor": ("Et ", "Den "),
    "swe": ("Den ", "Det ", "En ", "Ett "),
}
# As other records name the same publisher, and where it is
PUBLISHERS: dict[str, tuple[str, ...]] = {
    "Albert Bonniers förlag": ("Bonnier", "Bonniers", "A. Bonnier", "Albert Bonnier"),
    "Norstedts": ("Norstedt", "P. A. Norstedt & Söner", "Norstedts förlag"),
    "Rabén & Sjögren": ("Rabén och Sjögren", "R&S", "Raben & Sjögren"),
    "Wahlström & Widstrand": ("W&W", "Wahlström och Widstrand"),
    "Natur & Kultur": ("Natur och kultur", "N&K"),
    "Ordfront": ("Ordfront förlag", "Ordfronts förlag"),
    "Forum": ("Bokförlaget Forum",),
    "Piratförlaget": ("Pirat",),
    "Bonnier Carlsen": ("BonnierCarlsen", "Bonnier Carlsen förlag"),
    "Gallimard": ("Éditions Gallimard", "NRF"),
    "Gyldendal": ("Gyldendals forlag",),
}
STOCKHOLM = {*list(PUBLISHERS)[:9], "Leopard", "Atlantis", "Tiden", "Prisma", "Opal"}
_SMALL = {"a", "and", "av", "en", "ett", "i", "och", "of", "som", "the"}


def capitals(text: str, style: Style) -> str:
    """Return the title in the organisation's capitals."""
    if style.capitals == "all":
        return text.upper()
    if style.capitals == "every word":
        first, *others = text.split(" ")
        return " ".join([first, *(o if o in _SMALL else o[:1].upper() + o[1:] for o in others)])
    return text


def skipped(text: str, language: str) -> int:
    """Return how many characters sorting skips."""
    for article in ARTICLES.get(language, ()):
        if text.startswith(article):
            return len(article)
    return 0


def direct(name: str) -> str:
    """Return an inverted name as it is said: "Selma Lagerlöf"."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma else name


def responsibility(title: Title) -> str:
    """Return the statement of responsibility, in the language of Swedish title pages."""
    said = " & ".join(direct(name) for name in title.authors)
    if title.translators:
        said += " ; översättning: " + " & ".join(direct(name) for name in title.translators)
    return said


def isbn(title: Title, style: Style, *, seed: int, code: str) -> str:
    """Return the ISBN as this organisation has it, if it has it."""
    if not title.isbn or lot(seed, "isbn", code, title.key) < style.without_isbn:
        return ""
    number = to_10(title.isbn) if style.isbn_length == 10 else to_13(title.isbn)
    if not style.isbn_hyphens:
        return number
    # Only the prefix and the check digit: where the publisher's digits end is the agency's table.
    return re.sub(r"^(978)?(\d{9})(.)$", lambda m: "-".join(filter(None, m.groups())), number)


def publisher(title: Title, *, seed: int, code: str) -> tuple[str, str]:
    """Return the publisher's place, where known, and one of its names."""
    name = title.publisher
    place = "Stockholm" if name in STOCKHOLM else ""
    return place, choose([name, name, *PUBLISHERS.get(name, ())], seed, "publisher", code, name)

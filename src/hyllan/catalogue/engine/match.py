"""
Which edition and which work a record belongs to, as keys: equal keys, same thing.

An edition: by ISBN, else by material, title, responsible and year. A work: by title (the uniform
one where there is one) and responsible. Keys depend on the one record alone, so the order in which
records come changes nothing.
"""

from hashlib import sha256

from hyllan.catalogue.engine.folding import folded_words
from hyllan.catalogue.engine.normalise import Description

LONGEST = 300
_NOT_A_NAME = frozenset({"av", "by", "och", "and", "with", "med", "ed", "red", "the"})


def edition_key(described: Description) -> str:
    """Return the key that records of one edition share."""
    if described.isbns:
        return f"isbn:{described.isbns[0]}"
    parts = [described.material, _title(described.title), _name(described), described.year or ""]
    return _short("title:" + "|".join(map(str, parts)))


def work_key(described: Description) -> str:
    """Return the key that editions of one work share: without its subtitle, in any year."""
    title = described.uniform_title or described.title.partition(" : ")[0]
    return _short(f"work:{_title(title)}|{_name(described)}")


def _title(text: str) -> str:
    return " ".join(folded_words(text))


def _name(described: Description) -> str:
    """Return the name's words in alphabetical order: Lindgren, Astrid is Astrid Lindgren."""
    name = described.main_entry or described.responsible.partition(",")[0]
    found = {word for word in folded_words(name) if not word.isdigit()}
    return " ".join(sorted(found - _NOT_A_NAME))


def _short(key: str) -> str:
    if len(key) <= LONGEST:
        return key
    return f"{key[: LONGEST - 65]}#{sha256(key.encode()).hexdigest()}"

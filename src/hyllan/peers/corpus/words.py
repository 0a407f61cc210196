"""The words of titles and names, from the folder words/: our own lists of common words."""

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

_FOLDER = Path(__file__).with_name("words")


class Topic(NamedTuple):
    """What a book is about, in two languages and two classifications."""

    swedish: str
    english: str
    sab: str
    dewey: str


@dataclass(frozen=True, slots=True)
class Words:
    """A language in whose grammar titles are made."""

    nouns: tuple[tuple[str, str], ...]  # with its definite form; in English the same
    adjectives: tuple[str, ...]
    verbs: tuple[str, ...]
    first_parts: tuple[str, ...]  # of compounds
    heroes: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]  # first parts of family names
    endings: tuple[str, ...]
    fathers: tuple[str, ...]  # of names in -sson
    titles: tuple[str, ...]  # patterns, as the rest
    about: tuple[str, ...]
    primers: tuple[str, ...]
    subtitles: tuple[str, ...]
    generic: tuple[str, ...]
    yearbooks: tuple[str, ...]
    sets: tuple[str, ...]


class Tongue(NamedTuple):
    """A language as far as its titles and names need it; Arabic script is `own=romanised`."""

    script: str
    country: str  # MARC's code, 008/15-17
    words: tuple[str, ...]
    joint: str  # between two words: and
    generic: tuple[str, ...]  # titles that many authors share
    given: tuple[str, ...]
    family: tuple[str, ...]
    endings: tuple[str, ...]
    places: tuple[str, ...]
    press: tuple[str, ...]  # words in publishers' names


def table(name: str) -> dict[str, Any]:
    """Return one of the lists in the folder."""
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _split(text: str) -> tuple[str, ...]:
    return tuple("" if part == "-" else part.replace("_", " ") for part in text.split())


def _words(name: str) -> Words:
    found = {
        key: _split(value) if isinstance(value, str) else tuple(value)
        for key, value in table(name).items()
    }
    nouns = tuple((noun.partition("/")[0], noun.rpartition("/")[2]) for noun in found.pop("nouns"))
    empty = dict.fromkeys(("first_parts", "heroes", "fathers"), ())
    return Words(nouns=nouns, **{**empty, **found})


def _tongue(found: dict[str, str]) -> Tongue:
    script, country = found.pop("script"), found.pop("country")
    joint = found.pop("joint")
    return Tongue(script, country, joint=joint, **{key: _split(it) for key, it in found.items()})


def _topics(literary: str) -> tuple[Topic, ...]:
    with (_FOLDER / "topics.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Topic(row["swedish"], row["english"], row["sab"], row["dewey"])
            for row in csv.DictReader(file)
            if row["literary"] == literary
        )


SWEDISH, ENGLISH = _words("swedish.toml"), _words("english.toml")
PLACES = tuple(map(_split, table("places.toml").values()))  # first parts and last parts
TONGUES = {code: _tongue(found) for code, found in table("tongues.toml").items()}
TOPICS, FICTION = _topics(""), _topics("yes")
# By language or kind of thing: where, the name as printed, and as others write it
PRESSES: dict[str, list[list[str]]] = table("publishers.toml")

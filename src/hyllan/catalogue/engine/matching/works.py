"""Works: editions of one creation, in any language, carrier or year, by keys they share."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hyllan.catalogue.engine.matching.profile import (
    Profile,
    profile_of,
    stated_name,
    without_article,
)
from hyllan.catalogue.engine.matching.text import (
    ROMANISED,
    consonants,
    long_code,
    plain_words,
    sound,
)
from hyllan.catalogue.engine.normalise import Description

Array = npt.NDArray[Any]

# A reading is the text it reads; a film of a book is a work of its own
_KINDS = {"book": "text", "audiobook": "text", "score": "music"}
# Whom the record is not filed under stands first among its names where nobody else is
_LED_BY_OTHERS = {"film", "music"}
# Titles that many works of one author can have: not enough to be one
_GENERIC_WORDS = """
dikter poems gedichte poesie noveller short stories samlade verk skrifter works selected valda
utvalda brev letters briefe dagbok dagbocker diary diaries dramatik plays pjaser essays essaer
berattelser historier tal sanger songs lieder romaner collected complete urval i ett en the new
best of favorites greatest hits live concert konsert sagor minnen memoarer memoirs artiklar
anthology antologi runot novellit kirjeet runoja wiersze opowiadania listy erzahlungen werke lead
sheets arsbok yearbook meddelanden verksamhetsberattelse proceedings report rapport almanacka
kalender
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
# Forms of music: what its title says is the work, whether it is played or printed
_MUSICAL_FORM = re.compile(
    r"\b(?:symphon|symfoni|sinfoni|concert|konsert|konzert|sonat|quartet|kvartett|quintet|kvintett"
    r"|suite|svit|requiem|preludes|preludier|trio|mass|messe|cantata|kantat|etudes|nocturn|fugue)"
)
TELLING, ENOUGH = 4, 3  # words of so many letters make a title its own
_NUMBERED = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Clue:
    """What a key of a work says, in the words of the record that it was made of."""

    kind: str  # of title: title, other, original
    title: str
    name: str  # empty: it goes by the title alone
    volume: str
    more: bool  # subtitle, year or publisher agree as well, where title and author say too little


def work_keys(descriptions: Sequence[Description]) -> tuple[int, ...]:
    """Return the keys of the work that an edition's records describe; editions of one share one."""
    found = {key for it in descriptions for key in work_keys_of(it, profile_of(it))}
    return tuple(sorted(_heard_keys(found)))


def work_keys_of(described: Description, profile: Profile) -> tuple[int, ...]:
    """Return the keys of the work that one record describes; an edition's are those of all."""
    return tuple(sorted({_key(text) for text, _ in _texts(described, profile)}))


def _key(text: str) -> int:
    """Return the key, odd if it names a volume."""
    volume = text.split("|", 4)[3]
    return long_code(text) & ~1 | bool(volume)


def _heard_keys(keys: Iterable[int]) -> list[int]:
    """
    Return those of an edition's keys that name a volume, or all if none does.

    Where one of the records of a volume lacks its number, the volume is not the set all the same.
    """
    every = list(keys)
    return [key for key in every if key & 1] or every


def work_clues(descriptions: Iterable[Description]) -> dict[int, Clue]:
    """Return what each of the work's keys says; of records that give the same, the first's."""
    found: dict[int, Clue] = {}
    for described in descriptions:
        written = {
            "title": described.title.partition(" : ")[0],
            "other": next(iter(described.other_titles), ""),
            "original": described.uniform_title or described.original_title,
        }
        for text, kind in _texts(described, profile_of(described)):
            _, who, _, volume, more = text.split("|", 4)
            name = (described.main_entry or described.responsible) if who else ""
            clue = Clue(kind, written[kind], name, volume, bool(more.strip("|[]")))
            found.setdefault(_key(text), clue)
    return found


def _texts(described: Description, profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield what keys are made of, each with the kind of its title."""
    kind = _KINDS.get(profile.material, profile.material)
    who = _who(described, profile, kind)
    original = described.uniform_title or described.original_title
    titles = {profile.title: "title"}
    # Of further titles, only the one in other letters is surely of the whole
    if described.language in ROMANISED and profile.others:
        titles.setdefault(profile.others[0], "other")
    if original:
        plain = " ".join(without_article(plain_words(original.partition(" : ")[0])))
        titles.setdefault(plain, "original")
    titles.pop("", None)
    for title, kind_of_title in titles.items():
        heard = _heard(described, title)
        more = _more(profile, title, who, kind)
        for medium in _media(profile, title, kind):
            yield f"{medium}|{who}|{heard}|{profile.volume}|{more}", kind_of_title


def _heard(described: Description, title: str) -> str:
    """Return the title by its sound; where it may be romanised in several ways, by consonants."""
    languages = {described.language, *described.original_languages}
    heard = sound(title)
    return heard if languages.isdisjoint(ROMANISED) else consonants(heard)


def _who(described: Description, profile: Profile, kind: str) -> str:
    """Return the author by the sound of family name and first given name."""
    family, given = profile.surname, profile.given
    if not described.main_entry and kind not in _LED_BY_OTHERS:
        # A book says its author on the title page; what is played has many who made it
        stated = described.responsible if profile.material == "book" else ""
        family, given = stated_name(stated)
    family = consonants(sound(family))
    return f"{family} {consonants(sound(given))}" if family else ""


def _media(profile: Profile, title: str, kind: str) -> list[str]:
    """Return kinds: a score is the work that is played, if form or publisher say that it is."""
    if kind != "music" or _MUSICAL_FORM.search(title):
        return [kind]
    medium = "score" if profile.material == "score" else "played"
    return [medium, *(f"music of {house}" for house in profile.publisher[:1])]


def _more(profile: Profile, title: str, who: str, kind: str) -> str:
    """Return what else must agree where author and title are not enough."""
    words = set(title.split())
    named_after = words <= {*profile.surname.split(), profile.given}
    if who and not words <= _GENERIC and not named_after:
        return profile.rest if kind == "music" and _NUMBERED.search(profile.rest) else ""
    house = f"{profile.publisher[:1]}"
    if not who and _telling(words) >= ENOUGH:
        return house
    if not who and _telling(words | {*profile.rest.split()}) >= ENOUGH:
        return f"{profile.rest}|{house}"
    return f"{profile.rest}|{profile.year}|{house}"


def _telling(words: set[str]) -> int:
    return sum(len(word) >= TELLING for word in words - _GENERIC)


def works(
    names: Sequence[Any],
    edition_keys: Sequence[Iterable[int]],
    must: Iterable[tuple[int, int]] = (),
    cannot: Iterable[tuple[int, int]] = (),
) -> Array:
    """
    Return for each edition the number of its work: works are numbered by their first name.

    :param names: what an edition is called, all different and comparable
    :param edition_keys: of each edition, from `work_keys`
    :param must: places of editions that staff said are one work
    :param cannot: places of editions that staff said are not; stronger than all
    """
    apart = {frozenset(pair) for pair in cannot}
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = {place: at for at, place in enumerate(order)}
    group: dict[int, int] = {}  # edition: the first of its group
    members: dict[int, set[int]] = {}

    def join(one: int, other: int) -> None:
        a, b = group.get(one, one), group.get(other, other)
        if a == b:
            return
        ours, theirs = members.get(a, {a}), members.get(b, {b})
        if apart and any(frozenset((x, y)) in apart for x in ours for y in theirs):
            return
        if len(ours) < len(theirs) or (len(ours) == len(theirs) and rank[b] < rank[a]):
            a, b, ours, theirs = b, a, theirs, ours
        members[a] = ours | theirs
        members.pop(b, None)
        for each in theirs:
            group[each] = a

    for one, other in sorted(must, key=lambda pair: sorted(rank[each] for each in pair)):
        join(one, other)
    first: dict[int, int] = {}
    for place in order:
        for key in _heard_keys(edition_keys[place]):
            join(first.setdefault(key, place), place)
    labels = np.empty(len(names), np.int64)
    numbers: dict[int, int] = {}
    for place in order:
        labels[place] = numbers.setdefault(group.get(place, place), len(numbers))
    return labels

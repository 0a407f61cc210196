"""Invented people, places and publishers. A name that somebody bears is so by chance."""

from functools import lru_cache
from random import Random

from . import distributions as shares
from .chance import drawn
from .model import Person, Publisher
from .scripts import Text, capitalised, text
from .words import ENGLISH, PLACES, PRESSES, SWEDISH, TONGUES, Tongue, Words

_CITIES = ("London", "New York", "Chicago", "Boston")


def place_name(random: Random) -> str:
    """Return the name of a Swedish place that is on no map, or is so by chance."""
    return "".join(map(random.choice, PLACES))


@lru_cache(maxsize=20_000)
def person(seed: int, number: int, tongue: str) -> Person:
    """Return one of the people who write in a language, the same for the same number."""
    random = drawn(seed, "person", tongue, number)
    family, given = _name(random, tongue)
    born = int(random.triangular(1830, 1998, 1950))
    lived = 45 + int(random.random() * 50)
    died = born + lived if born + lived < shares.LAST_YEAR else 0
    return Person(family, given, born, died, tongue)


def _name(random: Random, tongue: str) -> tuple[Text, Text]:
    if tongue in {"swe", "eng"}:
        words = SWEDISH if tongue == "swe" else ENGLISH
        return _plain(_family(random, words)), _plain(_given(random, words.given))
    spoken = TONGUES[tongue]
    family = random.choice(spoken.family)
    if spoken.script != "arabic":
        family += random.choice(spoken.endings)
    return text(family, spoken.script), text(random.choice(spoken.given), spoken.script)


def _family(random: Random, words: Words) -> str:
    if words.fathers and random.random() < shares.SURNAME_IN_SON:
        return random.choice(words.fathers).rstrip("s") + "sson"
    return random.choice(words.family) + random.choice(words.endings)


def _given(random: Random, given: tuple[str, ...]) -> str:
    first = random.choice(given)
    chance = random.random()
    if chance < shares.SECOND_INITIAL:
        return f"{first} {random.choice(given)[0]}."
    if chance < shares.SECOND_INITIAL + shares.SECOND_GIVEN_NAME:
        return f"{first} {random.choice(given)}"
    return first


def _plain(name: str) -> Text:
    return Text("", name, name)


def publisher(random: Random, what: str) -> Publisher:
    """Return who publishes books in a language, or things of a kind (`PRESSES`)."""
    if what in {"swe", "eng"} and random.random() < shares.SMALL_PRESS:
        return _small_press(random, what)
    if known := PRESSES.get(what):
        place, *names = random.choice(known)
        country = "enk" if what == "eng" else "sw "
        return Publisher(tuple(names), _plain(place), country=country)
    return _foreign_press(random, TONGUES[what])


def _small_press(random: Random, what: str) -> Publisher:
    if what == "eng":
        name = _family(random, ENGLISH)
        place = _plain(random.choice(_CITIES))
        return Publisher((f"{name} Press", name, f"{name} Books"), place, country="enk")
    name = place_name(random)
    forms = (
        (f"{name}s hembygdsförening", f"{name}s hembygdsfören.", "Hembygdsföreningen"),
        (f"{name}s förlag", name, f"Förlaget {name}", f"{name} förl."),
        (f"Bokförlaget {name}", name, f"{name} bokförlag"),
    )
    return Publisher(random.choice(forms), _plain(place_name(random)))


def _foreign_press(random: Random, tongue: Tongue) -> Publisher:
    house = text(random.choice(tongue.press), tongue.script)
    if tongue.script == "arabic":
        name = capitalised(text(random.choice(tongue.words), tongue.script))
    else:
        drawn = random.choice(tongue.family) + random.choice(tongue.endings)
        name = text(drawn, tongue.script)
    place = text(random.choice(tongue.places), tongue.script)
    names = (
        f"{house.first} {name.first}",
        name.first,
        f"{house.second} {name.second}",
        f"{name.second} {house.second}",
    )
    own = f"{house.own} {name.own}" if house.own else ""
    return Publisher(names, place, own, tongue.country)

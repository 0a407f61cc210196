"""The library systems: who they are, how large, and how each keeps its records."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from hyllan.peers.shelf.stock import SIZE_COUNTS, holders
from hyllan.region.engine.folder import Folder

from . import distributions as shares
from .chance import drawn
from .habits import Habits, own_habits

FIRST_NUMBER = 1001
_NUMBERS = 99_999_989  # prime: record numbers are a walk through all numbers below it
_ENCODINGS = tuple(shares.ENCODINGS)
_ENCODING_WEIGHTS = tuple(accumulate(shares.ENCODINGS.values()))


@dataclass(frozen=True, slots=True)
class System:
    """A library system of one organisation."""

    code: str
    number: int  # in its barcodes
    weight: float  # of its chances to own a title
    places: tuple[str, ...]  # library codes, the main one first
    habits: Habits
    encoding: str
    step: int  # between one record number and the next
    start: int
    prefix: str  # before its record numbers
    classes: str  # of its call numbers: sab, ddc
    summaries: bool  # keeps 520 of copied records
    free_words: bool  # adds words of its own to copied records
    keeps_agency: bool  # keeps the copied record's own number

    def record_number(self, running: int) -> str:
        """Return 001 of its n-th record: no number tells when or with what it was made."""
        return f"{self.prefix}{(self.start + running * self.step) % _NUMBERS:08}"


def systems(folder: Folder, *, count: int, seed: int) -> tuple[System, ...]:
    """Return that many systems: the region's municipalities, or invented ones if they are more."""
    region = holders(folder)
    if count <= len(region):
        largest = sorted(region, key=lambda it: (-it.population, it.code))[:count]
        known = [(it.code, it.number, it.population, it.libraries) for it in largest]
    else:
        known = [_invented(seed, number, len(str(count))) for number in range(1, count + 1)]
    return tuple(_system(seed, *it) for it in known)


def _invented(seed: int, number: int, digits: int) -> tuple[str, int, int, tuple[str, ...]]:
    random = drawn(seed, "system", number)
    code = f"L{number:0{max(2, digits)}}"
    branches = tuple(f"{code}-B{branch}" for branch in range(1, random.randrange(1, 6)))
    return code, FIRST_NUMBER + number, int(random.lognormvariate(10, 0.9)), (code, *branches)


def _system(seed: int, code: str, number: int, population: int, places: tuple[str, ...]) -> System:
    random = drawn(seed, "ways", code)
    return System(
        code=code,
        number=number,
        weight=population**SIZE_COUNTS,
        places=places,
        habits=own_habits(seed, code),
        encoding=random.choices(_ENCODINGS, cum_weights=_ENCODING_WEIGHTS)[0],
        step=random.randrange(10**6, _NUMBERS),
        start=random.randrange(_NUMBERS),
        prefix=random.choice(("", "", "", "b", "bib")),
        classes=random.choice(("sab", "sab", "ddc")),
        summaries=random.random() < 0.7,
        free_words=random.random() < 0.3,
        keeps_agency=random.random() < shares.KEEPS_AGENCY,
    )


def encoding_of(system: System, random: Random) -> str:
    """Return how one of its records is encoded."""
    if random.random() < shares.OWN_ENCODING:
        return system.encoding
    return random.choices(_ENCODINGS, cum_weights=_ENCODING_WEIGHTS)[0]

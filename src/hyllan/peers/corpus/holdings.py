"""Who has an edition, and the items: few editions everywhere, most in few places."""

from collections.abc import Sequence
from itertools import accumulate
from random import Random

from . import distributions as shares
from .libraries import System
from .model import Edition

Field = tuple[str, str]
_ITEMS = tuple(accumulate(shares.ITEMS))
_LUHN = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


class Owners:
    """Draws the systems that have an edition; large ones are likelier to."""

    def __init__(self, systems: Sequence[System]) -> None:
        """Count the systems' weights once."""
        self.systems = tuple(systems)
        self._weights = tuple(accumulate(system.weight for system in systems))

    def of(self, edition: Edition, random: Random) -> list[System]:
        """Return who has the edition, in the systems' order."""
        count = self._count(edition.popularity, random)
        everybody = len(self.systems)
        if count >= everybody:
            return list(self.systems)
        chosen: set[int] = set()
        if count <= everybody // 4:
            while len(chosen) < count:
                chosen.add(self._one(random))
        else:  # Efraimidis and Spirakis, 2006
            keys = [(random.random() ** (1 / s.weight), at) for at, s in enumerate(self.systems)]
            chosen = {at for _, at in sorted(keys)[-count:]}
        return [self.systems[at] for at in sorted(chosen)]

    def _one(self, random: Random) -> int:
        return random.choices(range(len(self.systems)), cum_weights=self._weights)[0]

    def _count(self, popularity: float, random: Random) -> int:
        everybody = len(self.systems)
        if popularity > 1 - shares.HIT:
            low, high = shares.HIT_HOLDERS
            return max(1, round(everybody * random.uniform(low, high)))
        rest = popularity / (1 - shares.HIT)
        least = (everybody + 1) ** -shares.HOLDERS_TAIL
        return int((1 - rest * (1 - least)) ** (-1 / shares.HOLDERS_TAIL))


def item_fields(system: System, call: str, running: int, random: Random) -> tuple[list[Field], int]:
    """Return 852 and 876 of a record's items, and the running number after them."""
    chance = random.random()
    count = 1 + (chance >= _ITEMS[0]) + (chance >= _ITEMS[1])
    places, states = [], []
    for number in range(running, running + count):
        main = random.random() < 0.6
        library = system.places[0] if main else random.choice(system.places)
        code = barcode(system.number, number)
        places.append(("852", f"8 \x1fb{library}\x1fh{call}\x1fp{code}"))
        states.append(("876", f"  \x1fp{code}\x1fj{_state(random)}"))
    return places + states, running + count


def _state(random: Random) -> str:
    chance = random.random()
    if chance < shares.ON_LOAN:
        return "on loan"
    if chance < shares.ON_LOAN + shares.MISSING:
        return "missing"
    if chance < shares.ON_LOAN + shares.MISSING + shares.NOT_FOR_LOAN:
        return "not for loan"
    return "available"


def barcode(organisation: int, running: int) -> str:
    """Return 14 digits: item, organisation, number, check digit (Luhn, ISO/IEC 7812-1)."""
    digits = f"3{organisation:04}{running:08}"
    total = sum(_LUHN[int(d)] for d in digits[::2]) + sum(map(int, digits[1::2]))
    return f"{digits}{-total % 10}"

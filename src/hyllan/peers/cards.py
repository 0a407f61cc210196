"""
Whose cards the pretend systems know. All people here are invented.

The rule: an organisation's number is the CRC-32 of its code, modulo 100,000, as five digits. Card n
(1 to 5) is "2", that number and n as two digits; its PIN is 1000 plus the CRC-32 of the card number
modulo 9,000. Card 6 is blocked; card 7 has what was on loan when the stock was loaded.
`INST-<organisation>` is that organisation's own card, in every system and without PIN.
"""

from dataclasses import dataclass
from zlib import crc32

INSTITUTION = "INST-"

_GIVEN = ("Alva", "Birk", "Cleo", "Disa", "Ebbe", "Freja", "Gry", "Hjalmar", "Idun", "Joar", "Lo")
_FAMILY = ("Bladvik", "Sidholm", "Pärmqvist", "Hyllander", "Radgren", "Bandmo", "Typfors")


@dataclass(frozen=True, slots=True)
class Card:
    number: str
    pin: str
    name: str
    email: str
    blocked: bool = False


def cards(organisation_code: str) -> tuple[Card, ...]:
    """Return the five cards of residents that may borrow."""
    return tuple(_card(organisation_code, number) for number in range(1, 6))


def blocked_card(organisation_code: str) -> Card:
    """Return the card of a resident who may not borrow now."""
    return _card(organisation_code, 6)


def somebodys_card(organisation_code: str) -> Card:
    """Return the card that has what was on loan when the stock was loaded."""
    return _card(organisation_code, 7)


def _card(organisation_code: str, number: int) -> Card:
    organisation = crc32(organisation_code.encode()) % 100_000
    card = f"2{organisation:05d}{number:02d}"
    given = _GIVEN[(organisation + number) % len(_GIVEN)]
    family = _FAMILY[(organisation // 11 + number) % len(_FAMILY)]
    return Card(
        number=card,
        pin=str(1000 + crc32(card.encode()) % 9000),
        name=f"{given} {family}",
        email=f"{given}.{family}.{card}@example.org".lower().replace("ä", "a"),
        blocked=number == 6,
    )

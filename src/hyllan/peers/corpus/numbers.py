"""Numbers that publishers and agencies give: ISBN in every form, EAN, orders on labels."""

from random import Random

GROUPS = {
    "swe": "91", "eng": "0", "ger": "3", "fre": "2", "spa": "84", "ita": "88", "dan": "87",
    "nor": "82", "fin": "952", "pol": "83", "hrv": "953", "bos": "9958", "srp": "86", "por": "972",
    "dut": "90", "hun": "963", "rum": "973", "tur": "975", "alb": "9928", "est": "9985",
    "lav": "9984", "lit": "9955", "cze": "80", "ice": "9979", "rus": "5", "ukr": "966",
    "bul": "954", "gre": "960", "ara": "9953", "per": "964", "som": "91", "kur": "91",
}  # fmt: skip
A_FAMILY = 16  # numbers in the block of a family; its volumes lie side by side, as publishers do
_BLOCKS = 624_977  # prime, and with A_FAMILY numbers each within seven digits
_SPACE = 10_000_000
_WEIGHTS_13 = (1, 3) * 6


def check_13(twelve: str) -> str:
    """Return the check digit of an ISBN-13 or EAN."""
    return str(-sum(w * int(d) for w, d in zip(_WEIGHTS_13, twelve, strict=True)) % 10)


def check_10(nine: str) -> str:
    """Return the check character of an ISBN-10."""
    return "0123456789X"[-sum((10 - at) * int(d) for at, d in enumerate(nine)) % 11]


def unique(seed: int, family: int, place: int) -> int:
    """Return a number for a place in a family that no other has; families lie anywhere."""
    turn, block = divmod(family, _BLOCKS)
    block = (block * 350_377 + seed * 7_919 + 104_729) % _BLOCKS
    return turn * _SPACE + block * A_FAMILY + place % A_FAMILY


def isbn(seed: int, family: int, place: int, language: str) -> str:
    """
    Return the ISBN-13 of the edition at a place (0 to 15) in a family: no other has it.

    Families beyond the seven digits get 979; small groups, with fewer digits, may collide, as
    real ones do.
    """
    turn, number = divmod(unique(seed, family, place), _SPACE)
    group = GROUPS.get(language, "91")
    digits = f"{number:07}"
    free = 9 - len(group)
    registrant = digits[-free:] if free <= 7 else digits.ljust(free, "4")
    twelve = ("979" if turn else "978") + group + registrant
    return twelve + check_13(twelve)


def short(number: str) -> str:
    """Return an ISBN-13 as ISBN-10 where it has such a form, else as it is."""
    return number[3:12] + check_10(number[3:12]) if number.startswith("978") else number


def hyphenated(number: str) -> str:
    """Return it with hyphens somewhere, as title pages have them."""
    head, rest = (number[:3] + "-", number[3:]) if len(number) == 13 else ("", number)
    first = 2 if rest.startswith("9") else 1
    return f"{head}{rest[:first]}-{rest[first:5]}-{rest[5:9]}-{rest[9]}"


def mistyped(number: str, random: Random) -> str:
    """Return it with one digit wrong or two swapped: the check digit does not fit."""
    at = random.randrange(4, len(number) - 1)
    if number[at] != number[at - 1] and number[at - 1].isdigit() and random.random() < 0.4:
        wrong = number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :]
        if not fits(wrong):
            return wrong
    digit = str((int(number[at]) + 1 + random.randrange(8)) % 10)
    return number[:at] + digit + number[at + 1 :]


def fits(number: str) -> bool:
    """Return whether the check digit of an ISBN is right."""
    if len(number) == 13:
        return number[12] == check_13(number[:12])
    return number[9] == check_10(number[:9])


def ean(random: Random) -> str:
    """Return an EAN of a Swedish disc."""
    twelve = f"73{random.randrange(10**10):010}"
    return twelve + check_13(twelve)

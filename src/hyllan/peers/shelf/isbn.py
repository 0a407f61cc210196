"""Check digits of book numbers (ISO 2108), and the same book's number in the other length."""

BOOKLAND = "978"


def is_valid(number: str) -> bool:
    """Return whether this is an ISBN of 10 or 13 characters with the right check digit."""
    if not number.isascii() or not number[:-1].isdigit():
        return False
    if len(number) == 10:
        return number[9] == _check_10(number[:9])
    return len(number) == 13 and number[:3] in {"978", "979"} and number[12] == _check_13(number)


def to_13(number: str) -> str:
    """Return the number in 13 digits."""
    if len(number) == 13:
        return number
    digits = BOOKLAND + number[:9]
    return digits + _check_13(digits)


def to_10(number: str) -> str:
    """Return the number in 10 characters, as older records have it; 979 has no such form."""
    if len(number) == 10 or not number.startswith(BOOKLAND):
        return number
    return number[3:12] + _check_10(number[3:12])


def _check_10(digits: str) -> str:
    rest = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True))
    return "0123456789X"[-rest % 11]


def _check_13(digits: str) -> str:
    return str(-sum((1, 3)[place % 2] * int(digit) for place, digit in enumerate(digits[:12])) % 10)

"""ISBN: read with its check digit, kept as 13 digits (ISO 2108)."""

import re
from functools import lru_cache

_ISBN = re.compile(
    r"(?<![0-9])(?:97[89][- ]?)?[0-9](?:[- ]?[0-9]){8}[- ]?[0-9Xx](?![0-9])", re.ASCII
)
_WRONG = re.compile(r"(?<![0-9])[0-9](?:[- ]?[0-9]){7,12}(?:[- ]?[Xx])?(?![0-9])", re.ASCII)
_CLEAN = re.compile("[- ]")


def normalised(text: str) -> str:
    """Return the 13 digits of one ISBN, or an empty text where it is none or its check is wrong."""
    digits = _CLEAN.sub("", text).upper()
    if re.fullmatch("[0-9]{9}[0-9X]", digits, re.ASCII):
        total = sum((10 - place) * _value(digit) for place, digit in enumerate(digits))
        return _with_check("978" + digits[:9]) if total % 11 == 0 else ""
    if re.fullmatch("97[89][0-9]{10}", digits, re.ASCII):
        return digits if _with_check(digits[:12]) == digits else ""
    return ""


def found_in(text: str) -> str:
    """Return the first right ISBN in a text such as "91-29-68831-4 (inb.)"."""
    return next((isbn for match in _ISBN.finditer(text) if (isbn := normalised(match[0]))), "")


@lru_cache(maxsize=100_000)  # the libraries of a region write the same numbers
def read(text: str) -> tuple[str, str]:
    """Return the first right ISBN in a text; and if there is none, what was meant as one."""
    if right := found_in(text):
        return right, ""
    wrong = _WRONG.search(text)
    return "", _CLEAN.sub("", wrong[0]).upper() if wrong else ""


def _value(digit: str) -> int:
    return 10 if digit == "X" else int(digit)


def _with_check(twelve: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"

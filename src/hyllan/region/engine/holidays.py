"""Public holidays of a country, as the libraries keep them."""

from datetime import date
from functools import lru_cache
from typing import Any

import holidays

KNOWN_FROM = date(2000, 1, 1)
KNOWN_UNTIL = date(2101, 1, 1)
SUNDAYS_LEFT_OUT = {"NO", "SE"}  # there the package counts every Sunday, which weekdays settle here


def countries() -> frozenset[str]:
    """Return the country codes whose holidays are known."""
    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)


@lru_cache(maxsize=4)
def holidays_of(country: str) -> frozenset[date]:
    """
    Return the days on which nobody works, from KNOWN_FROM until KNOWN_UNTIL.

    These are the package's categories `public` and, where a country has it, `de_facto`: in Sweden
    Midsummer Eve, Christmas Eve and New Year's Eve, no holidays in law but kept as such. Left out
    are `optional` and `bank` (Maundy Thursday, Walpurgis Night): there most libraries only
    close early, and one that stays closed says so in closed_days.csv.
    """
    options: dict[str, Any] = {"include_sundays": False} if country in SUNDAYS_LEFT_OUT else {}
    known = holidays.country_holidays(country).supported_categories
    categories = [name for name in ("public", "de_facto") if name in known]
    years = range(KNOWN_FROM.year, KNOWN_UNTIL.year)
    return frozenset(
        holidays.country_holidays(country, years=years, categories=categories, **options)
    )

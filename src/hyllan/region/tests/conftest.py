"""Tests of the doors: no tries left over from the test before."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_earlier_tries() -> None:
    cache.clear()

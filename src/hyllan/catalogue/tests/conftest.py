from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """Give each test a search index of its own."""
    settings.HYLLAN_HOME = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield

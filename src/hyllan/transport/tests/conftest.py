from collections.abc import Iterator

import pytest
from django.utils import translation

from hyllan.jobs import registry
from hyllan.transport.tests import make


@pytest.fixture
def vans(db: None) -> None:
    """Put the tiny region's network into force."""
    make.region_with_vans()


@pytest.fixture
def english() -> Iterator[None]:
    """Say refusals in English, the language of the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one subscriber of each of the crates' events, so that they are written."""
    topics = {f"transport.crate_{what}": [f"test.{what}"] for what in ("departed", "delivered")}
    monkeypatch.setattr(registry, "_subscribers", topics)

"""The API's OpenAPI description is true: schemathesis asks what it allows, and what it forbids."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks

from hyllan.catalogue.tests import make_editions as make

PATHS = ("/api/v1/search", "/api/v1/records/{number}", "/api/v1/suggest")


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the test's connection open, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def description(db: None, settings: Any, _one_connection: None) -> Any:
    """Return the description, as a running site gives it."""
    settings.ALLOWED_HOSTS = ["*"]
    for title in ("Pippi Långstrump", "Emil i Lönneberga"):
        make.edition(title, at=("LUND", "OSBY"), details={"names": ["Lindgren, Astrid"]})
    make.index()
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def test_every_door_is_described(description: Any) -> None:
    assert tuple(description) == PATHS


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_the_description_says(
    description: Any, path: str, mode: GenerationMode
) -> None:
    @settings(
        max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(case=description[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        # A code may be well written and yet of no library
        case.call_and_validate(excluded_checks=[checks.positive_data_acceptance])

    ask()

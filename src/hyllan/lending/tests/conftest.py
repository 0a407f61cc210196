"""The pages' tests stand in one tiny region, on a Monday morning in November."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from hyllan.lending.tests import make_views
from hyllan.region import services as region


@pytest.fixture
def tiny_region(db: None, settings: Settings, tmp_path: Path) -> None:
    """Load the region, and let the demo's clock say Monday 23 November, 9 o'clock."""
    settings.HYLLAN_HOME = tmp_path
    settings.HYLLAN_DEMO = True
    ahead = make_views.NOW - timezone.now()
    region.set_demo_clock(offset_seconds=round(ahead.total_seconds()))
    make_views.tiny_region()

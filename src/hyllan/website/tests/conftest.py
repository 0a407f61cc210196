from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    """Region's tests prove the second factor; here somebody is simply signed in."""
    settings.HYLLAN_SECOND_FACTOR = False

from datetime import timedelta

from django.apps import AppConfig


class RegionConfig(AppConfig):
    name = "hyllan.region"

    def ready(self) -> None:
        """Register what the worker does for the region."""
        from hyllan.jobs import registry  # noqa: PLC0415 - models are loaded by now
        from hyllan.region import tasks  # noqa: PLC0415 - models are loaded by now

        registry.every("region.erase_residents", timedelta(days=1), tasks.erase_residents)

from datetime import timedelta

from django.apps import AppConfig

EVERY = timedelta(minutes=15)


class CatalogueConfig(AppConfig):
    name = "hyllan.catalogue"

    def ready(self) -> None:
        """Register what the worker does for the catalogue."""
        from hyllan.catalogue import services, tasks  # noqa: PLC0415 - models are loaded by now
        from hyllan.jobs import registry  # noqa: PLC0415 - models are loaded by now

        registry.subscribe(services.HARVEST, tasks.harvest_source)
        registry.subscribe(services.MATCH, tasks.match_again)
        registry.every("catalogue.harvest_and_index", EVERY, tasks.harvest_and_index)

from datetime import timedelta

from django.apps import AppConfig


class LendingConfig(AppConfig):
    name = "hyllan.lending"

    def ready(self) -> None:
        from hyllan.jobs import registry  # noqa: PLC0415 - models are loaded by now
        from hyllan.lending import services, tasks  # noqa: PLC0415 - models are loaded by now

        registry.subscribe(services.TELL, tasks.tell_system)
        registry.subscribe(services.NOTICE, tasks.tell_patron)
        registry.on_event("transport.crate_departed", "lending", tasks.hear_departure)
        registry.on_event("transport.timetable_changed", "lending", tasks.hear_timetable_change)
        registry.every(
            "lending.source_waiting",
            timedelta(minutes=5),
            lambda now: services.source_waiting(now=now),
        )
        registry.every(
            "lending.refresh_expectations",
            timedelta(minutes=30),
            lambda now: services.refresh_expectations(now=now),
        )
        registry.every(
            "lending.expire_holds",
            timedelta(hours=1),
            lambda now: services.expire_holds(now=now),
        )

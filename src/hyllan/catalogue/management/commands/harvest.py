"""`hyllan harvest [SOURCE]`: fetch what has changed in the library systems."""

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hyllan.catalogue import queries, services
from hyllan.catalogue.management.reporting import ReportingCommand
from hyllan.catalogue.models import Source
from hyllan.catalogue.services import HarvestResult
from hyllan.region import clock
from hyllan.region.errors import Refused


class Command(ReportingCommand):
    help = "Harvest library systems over OAI-PMH: what has changed since the last time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the source."""
        super().add_arguments(parser)
        parser.add_argument(
            "source", nargs="?", default="", help="an organisation's code (default: all)"
        )

    def handle(self, *, source: str, json: bool, **options: Any) -> None:
        """Harvest one source, or all."""
        now = clock.now()
        self.report(
            as_json=json,
            run=lambda: self._one(source, now) if source else self._all(now),
            words=_words,
        )

    def _one(self, code: str, now: datetime) -> dict[str, Any]:
        try:
            source = queries.source_of(code)
        except Source.DoesNotExist:
            known = ", ".join(queries.sources().values_list("organisation__code", flat=True))
            raise Refused(
                _("There is no source %(code)s. There are: %(known)s.")
                % {"code": code, "known": known or "–"}  # noqa: RUF001 - a dash for people
            ) from None
        return _numbers([services.harvest(source_id=source.pk, now=now)])

    def _all(self, now: datetime) -> dict[str, Any]:
        results = services.harvest_all(now=now)
        failed = {code: reason for code, reason in results.items() if isinstance(reason, str)}
        for reason in failed.values():
            self.stderr.write(reason)
        numbers = _numbers([each for each in results.values() if not isinstance(each, str)])
        if failed:
            raise Refused(
                _("%(failed)d of %(all)d sources could not be harvested: %(codes)s.")
                % {"failed": len(failed), "all": len(results), "codes": ", ".join(sorted(failed))}
            )
        return numbers


def _numbers(results: list[HarvestResult]) -> dict[str, Any]:
    return {
        name: sum(getattr(result, name) for result in results)
        for name in ("read", "loaded", "deleted", "quarantined")
    }


def _words(numbers: Mapping[str, Any]) -> str:
    return (
        _(
            "%(read)d records read, %(loaded)d loaded, %(deleted)d deleted,"
            " %(quarantined)d set aside."
        )
        % numbers
    )

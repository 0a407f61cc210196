"""`hyllan harvest [SOURCE] [--full]`: fetch what has changed in the library systems."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from hyllan.catalogue import queries, services
from hyllan.catalogue.management.reporting import ReportingCommand
from hyllan.catalogue.models import Source
from hyllan.catalogue.services import HarvestResult
from hyllan.region import clock
from hyllan.region.errors import Refused


class Command(ReportingCommand):
    help = (
        "Harvest library systems by OAI-PMH or SRU: what has changed since the last time. It may"
        " be stopped at any moment, and goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the source."""
        super().add_arguments(parser)
        parser.add_argument(
            "source", nargs="?", default="", help="an organisation's code (default: all)"
        )
        parser.add_argument(
            "--full",
            action="store_true",
            help="fetch everything anew, and take away what is no longer there",
        )

    def handle(self, *, source: str, full: bool, json: bool, **options: Any) -> None:
        """Harvest one source, or all."""
        now = clock.now()
        with _Bars() as bars:
            self.report(
                as_json=json,
                run=lambda: _stoppable(
                    lambda: (
                        _one(source, now, bars, full=full)
                        if source
                        else self._all(now, bars, full=full)
                    )
                ),
                words=_words,
            )

    def _all(self, now: datetime, bars: "_Bars", *, full: bool) -> dict[str, Any]:
        results = services.harvest_all(now=now, full=full, watch=bars.show)
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


class _Bars:
    """A bar for each source on the terminal; nothing where stderr is none."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self.tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "_Bars":
        self.progress.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.progress.stop()

    def show(self, at: services.Progress) -> None:
        """Move the bar of a source."""
        if at.code not in self.tasks:
            self.tasks[at.code] = self.progress.add_task(at.code)
        self.progress.update(self.tasks[at.code], completed=at.read, total=at.size)


def _one(code: str, now: datetime, bars: _Bars, *, full: bool) -> dict[str, Any]:
    try:
        source = queries.source_of(code)
    except Source.DoesNotExist:
        known = ", ".join(queries.sources().values_list("organisation__code", flat=True))
        raise Refused(
            _("There is no source %(code)s. There are: %(known)s.")
            % {"code": code, "known": known or "–"}  # noqa: RUF001 - a dash for people
        ) from None
    return _numbers([services.harvest(source_id=source.pk, now=now, full=full, watch=bars.show)])


def _stoppable(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run; Ctrl-C ends it with a sentence, between two pages or without the one being loaded."""
    try:
        return run()
    except KeyboardInterrupt:
        raise Refused(_("Stopped. The next harvest goes on where this one was.")) from None


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

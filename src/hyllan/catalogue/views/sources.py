"""The administrator's pages of sources: how each is harvested, what came, what stands aside."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hyllan.catalogue import queries, reasons, services
from hyllan.catalogue.forms import SourceForm
from hyllan.catalogue.models import Source
from hyllan.region import clock
from hyllan.region.access import actor_of, needs_role
from hyllan.region.engine.roles import Role
from hyllan.region.errors import Refused

PAGE_SIZE = 20
LONGEST_SHOWN = 20_000  # characters of what came


@dataclass(frozen=True, slots=True)
class State:
    """How a source is doing: a word, the icon beside it and the note's colour."""

    word: str
    icon: str
    colour: str


def _state(source: Source) -> State:
    if source.last_error:
        return State(_("Failed"), "stop", "err")
    if source.run:
        return State(_("Under way"), "clock", "info")
    if not source.base_url:
        return State(_("Files alone"), "crate", "")
    if source.last_run_at is None:
        return State(_("Not harvested yet"), "clock", "")
    return State(_("Harvested"), "ok", "ok")


@require_safe
@needs_role(Role.ADMINISTRATOR)
def sources(request: HttpRequest) -> HttpResponse:
    """Show every source: how it is doing and what its last harvest gave."""
    rows = [(source, _state(source)) for source in queries.sources()]
    context = {"rows": rows, "now": clock.now(), "next_harvest": queries.next_harvest()}
    return render(request, "catalogue/sources.html", context)


@require_safe
@needs_role(Role.ADMINISTRATOR)
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one source: its last harvest, what it gave in all, and its quarantine."""
    found = _source(pk)
    page = Paginator(queries.quarantine(pk), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        (kept, reasons.in_words(kept.reason), _shown(bytes(kept.raw))) for kept in page.object_list
    ]
    result = found.last_result
    context = {
        "source": found,
        "state": _state(found),
        "error": reasons.in_words(found.last_error),
        "remarks": reasons.remarks_in_words(result.get("remarks", {})),
        "lasted": _lasted(result.get("seconds")),
        "totals": queries.source_totals(found),
        "next_harvest": queries.next_harvest() if found.base_url else None,
        "page": page,
        "rows": rows,
        "now": clock.now(),
    }
    return render(request, "catalogue/source.html", context)


@require_safe
@needs_role(Role.ADMINISTRATOR)
def source_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a harvest has come; the whole page is shown again when it has ended."""
    found = _source(pk)
    answer = render(request, "catalogue/_source_progress.html", {"source": found})
    if not found.run or found.last_error:
        answer["HX-Refresh"] = "true"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(Role.ADMINISTRATOR)
def change_source(request: HttpRequest, pk: int) -> HttpResponse:
    """Change where and how a source is harvested."""
    found = _source(pk)
    form = SourceForm(request.POST) if request.method == "POST" else SourceForm.of(found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_source(
                source_id=pk, **form.cleaned_data, by=actor_of(request), now=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("catalogue:source", pk=pk)
    return render(request, "catalogue/change_source.html", {"source": found, "form": form})


@require_POST
@needs_role(Role.ADMINISTRATOR)
def ask_harvest(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the worker to harvest a source, or to fetch everything anew."""
    full = "full" in request.POST
    try:
        services.ask_harvest(source_id=pk, by=actor_of(request), now=clock.now(), full=full)
        messages.success(request, _("The harvest starts within a few seconds."))
    except Source.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("catalogue:source", pk=pk)


@require_POST
@needs_role(Role.ADMINISTRATOR)
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Try to load again what stands aside."""
    kept = get_object_or_404(queries.quarantined(), pk=pk)
    try:
        services.replay(quarantined_id=pk, by=actor_of(request), now=clock.now())
        messages.success(request, _("The record was loaded again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("catalogue:source", pk=kept.source_id)


@require_POST
@needs_role(Role.ADMINISTRATOR)
def replay_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Try to load again all that stands aside of a source."""
    _source(pk)
    done = services.replay_all(source_id=pk, by=actor_of(request), now=clock.now())
    told = reasons.how_many(done.loaded)
    if done.kept:
        told += " " + ngettext(
            "%(number)d still stands aside.", "%(number)d still stand aside.", done.kept
        ) % {"number": done.kept}
    messages.add_message(request, messages.WARNING if done.kept else messages.SUCCESS, told)
    return redirect("catalogue:source", pk=pk)


def _source(pk: int) -> Source:
    try:
        return queries.source(pk)
    except Source.DoesNotExist:
        raise Http404 from None


def _shown(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")[:LONGEST_SHOWN]


def _lasted(seconds: float | None) -> str:
    """Return a time span for people; empty where nobody knows it."""
    if seconds is None:
        return ""
    if seconds < 60:
        return ngettext("%(number)d second", "%(number)d seconds", max(1, round(seconds))) % {
            "number": max(1, round(seconds))
        }
    minutes = round(timedelta(seconds=seconds) / timedelta(minutes=1))
    return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}

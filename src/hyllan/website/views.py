"""Ways in: libraries, the question under every page, and the editors' list of remarks."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from hyllan.region import clock
from hyllan.region.access import needs_role
from hyllan.region.engine.roles import Role
from hyllan.region.errors import Refused
from hyllan.region.models import Library
from hyllan.region.queries import actor
from hyllan.website import queries, services
from hyllan.website.engine.flood import recent
from hyllan.website.forms import RemarkForm

ANSWERED_AT = "website_answered_at"  # session: when this visitor answered, for the rate bound
ANSWER = "website_answer"  # session: the answer that a remark may be added to


@require_POST
def remark(request: HttpRequest) -> HttpResponse:
    """Take a yes or no, then ask what the visitor would tell the editors."""
    now = clock.now()
    earlier = [datetime.fromisoformat(moment) for moment in request.session.get(ANSWERED_AT, [])]
    path = request.POST.get("path", "")
    try:
        kept = services.answer(
            path=path,
            language=get_language() or settings.LANGUAGE_CODE,
            helped=request.POST.get("helped") == "yes",
            earlier=earlier,
            now=now,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        here = url_has_allowed_host_and_scheme(path, allowed_hosts=None)
        return redirect(path if here else "website:remark_thanks")
    counted = [*recent(earlier, now=now), now]
    request.session[ANSWERED_AT] = [moment.isoformat() for moment in counted]
    request.session[ANSWER] = {"id": kept.pk, "path": path}
    return redirect("website:remark_text")


def remark_text(request: HttpRequest) -> HttpResponse:
    """Ask for one remark in words; an empty session means there is no answer to add it to."""
    kept = request.session.get(ANSWER)
    if kept is None:
        return redirect("website:remark_thanks")
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if not form.from_a_robot:
                services.write_remark(remark_id=kept["id"], text=form.cleaned_data["text"])
        except Refused as refusal:
            messages.error(request, str(refusal))
        del request.session[ANSWER]
        return redirect("website:remark_thanks")
    return render(request, "website/remark.html", {"form": form, "path": kept["path"]})


@require_safe
def remark_thanks(request: HttpRequest) -> HttpResponse:
    """Say thank you, and that nobody answers."""
    return render(request, "website/thanks.html")


@require_safe
@needs_role(Role.WEB_EDITOR)
def remarks(request: HttpRequest) -> HttpResponse:
    """Show the editors what visitors wrote and how each page did."""
    page = Paginator(queries.remarks(), 20).get_page(request.GET.get("page"))
    counts = queries.page_counts()
    return render(request, "website/remarks.html", {"page": page, "counts": counts})


@require_POST
@needs_role(Role.WEB_EDITOR)
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one remark off the unread ones."""
    services.mark_read(remark_id=pk, by=actor(request.user), now=clock.now())
    return redirect("website:remarks")


@require_safe
def libraries(request: HttpRequest) -> HttpResponse:
    """Show every library where a reader can fetch something, under its organisation."""
    return render(request, "website/libraries.html", {"groups": queries.library_groups()})


@require_safe
def library(request: HttpRequest, code: str) -> HttpResponse:
    """Show one library: whether it is open today, and its week."""
    try:
        week = queries.library_week(code, now=clock.now())
    except Library.DoesNotExist as unknown:
        raise Http404 from unknown
    return render(request, "website/library.html", {"library": week.library, "week": week})

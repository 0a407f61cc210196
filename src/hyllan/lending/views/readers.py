"""What a reader does: request a title, follow it, cancel it. She sees her own requests alone."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hyllan.lending import queries, services, story
from hyllan.lending.models import PatronRequest
from hyllan.lending.views.panels import PICKUP, resident_of
from hyllan.lending.views.sign_in import safe_next
from hyllan.region import clock
from hyllan.region import queries as region
from hyllan.region.access import actor_of
from hyllan.region.engine.roles import Actor
from hyllan.region.errors import Refused
from hyllan.region.models import Library

Rest = ParamSpec("Rest")


def for_readers(
    view: Callable[Concatenate[HttpRequest, Actor, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Let those in who signed in with a library card; others are asked to."""

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if resident_of(request) is None:
            back = request.get_full_path() if request.method == "GET" else safe_next(request, "")
            return redirect(f"{reverse('lending:sign_in')}?{urlencode({'next': back})}")
        return view(request, actor_of(request), *args, **kwargs)

    return inner


@require_POST
@for_readers
def place_request(request: HttpRequest, by: Actor) -> HttpResponse:
    """Request a title for one pick-up library."""
    edition = request.POST.get("edition", "")
    try:
        pickup = region.library(request.POST.get(PICKUP, ""))
    except Library.DoesNotExist as unknown:
        raise Http404 from unknown
    if not edition.isdecimal():
        raise Http404
    try:
        wish = services.place_request(
            edition_id=int(edition), pickup=pickup, by=by, now=clock.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(safe_next(request, reverse("lending:my_requests")))
    messages.success(request, _("You have requested %(title)s.") % {"title": wish.edition.title})
    return redirect("lending:request_detail", wish.number)


@require_safe
@for_readers
def my_requests(request: HttpRequest, by: Actor) -> HttpResponse:
    """List her open requests, each with its day first."""
    now = clock.now()
    rows = [(wish, story.headline(wish, now=now)) for wish in queries.requests_of(by)]
    return render(request, "lending/my_requests.html", {"rows": rows})


def own_request(number: str, by: Actor) -> PatronRequest:
    """Return her request; somebody else's is as unknown as none."""
    wish = queries.requests_of(by).filter(number=number).first()
    if wish is None:
        raise Http404
    return wish


@require_safe
@for_readers
def request_detail(request: HttpRequest, by: Actor, number: str) -> HttpResponse:
    """Show one of her requests: the day, what happened, what comes next."""
    if queries.is_closed(number):
        # Her name is cut from it. The list says why it is not there, which "no such page" does not.
        return redirect("lending:my_requests")
    wish, now = own_request(number, by), clock.now()
    context = {
        "wish": wish,
        "headline": story.headline(wish, now=now),
        "what_to_do": story.what_to_do(wish, now=now),
        "lines": story.lines(wish, now=now, for_staff=False),
        "shelf_number": story.shelf_number(wish),
        "may_cancel": queries.may_cancel(wish),
    }
    return render(request, "lending/request_detail.html", context)


@for_readers
def cancel(request: HttpRequest, by: Actor, number: str) -> HttpResponse:
    """Ask whether she means it, then cancel."""
    wish = own_request(number, by)
    if request.method != "POST":
        return render(request, "lending/cancel.html", {"wish": wish})
    try:
        services.cancel(number=number, by=by, now=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("lending:my_requests")
    messages.success(request, _("%(title)s is cancelled.") % {"title": wish.edition.title})
    return redirect("lending:my_requests")

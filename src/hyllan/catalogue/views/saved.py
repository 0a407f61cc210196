"""A signed-in person's own saved searches."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hyllan.catalogue import narrowing, queries, services
from hyllan.catalogue.engine.choices import read_string
from hyllan.catalogue.models import SavedSearch
from hyllan.region import clock
from hyllan.region.access import actor_of
from hyllan.region.engine.roles import Actor
from hyllan.region.errors import Refused

Rest = ParamSpec("Rest")
LONGEST_NAME = 60  # that is made of a search


def signed_in(
    view: Callable[Concatenate[HttpRequest, Actor, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Let those in who are signed in, staff as well; others are asked to, by card."""

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            mine = reverse("catalogue:saved_searches")
            back = request.get_full_path() if request.method == "GET" else mine
            return redirect_to_login(back, login_url=settings.HYLLAN_CARD_SIGN_IN)
        try:
            return view(request, actor_of(request), *args, **kwargs)
        except SavedSearch.DoesNotExist as unknown:
            raise Http404 from unknown

    return inner


@require_safe
@signed_in
def saved_searches(request: HttpRequest, by: Actor) -> HttpResponse:
    """Show them, each with how much is new."""
    mine = queries.saved_searches(by.person_id or 0)
    rows = [(each, narrowing.address(each.choices)) for each in mine]
    return render(request, "catalogue/saved_searches.html", {"rows": rows})


@require_POST
@signed_in
def save_search(request: HttpRequest, by: Actor) -> HttpResponse:
    """Save the search that the form holds, and go back to it."""
    address = request.POST.get("address", "")
    chosen = read_string(address)
    try:
        saved = services.save_search(
            address=address,
            name=request.POST.get("name", "") or _usual_name(address),
            by=by,
            now=clock.now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("“%(name)s” is among your saved searches.") % {"name": saved.name}
        )
    return redirect(narrowing.address(chosen))


def _usual_name(address: str) -> str:
    """Return what is searched for and kept to, in words."""
    places = narrowing.places()
    chosen = narrowing.settled(read_string(address), places)
    said = [chosen.query or chosen.cql, *(chip.label for chip in narrowing.chips(chosen, places))]
    name = ", ".join(filter(None, said))
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


@require_POST
@signed_in
def rename_search(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Give one another name."""
    try:
        services.rename_search(search_id=pk, name=request.POST.get("name", ""), by=by)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("catalogue:saved_searches")


@require_POST
@signed_in
def forget_search(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Remove one."""
    services.forget_search(search_id=pk, by=by)
    messages.success(request, _("The search is removed."))
    return redirect("catalogue:saved_searches")


@require_POST
@signed_in
def see_new(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Go to what is new in one; next time it is not new any more."""
    before = services.mark_seen(search_id=pk, by=by, now=clock.now())
    messages.info(request, _("What has come since you looked last."))
    return redirect(narrowing.address(queries.new_since(before)))

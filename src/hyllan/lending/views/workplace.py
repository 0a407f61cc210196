"""At which library a member of staff works just now. Services check the right once more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from hyllan.lending.worklists import staff_libraries
from hyllan.region import clock
from hyllan.region.access import actor_of, needs_role
from hyllan.region.engine.roles import Actor, Role
from hyllan.region.models import Library

AT_LIBRARY = "at_library"  # session: the code of the chosen library
Rest = ParamSpec("Rest")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works where, now: what every worklist needs."""

    by: Actor
    library: Library
    now: datetime

    @property
    def may_change(self) -> bool:
        """Return whether there may be another library to choose."""
        places = {grant.library for grant in self.by.grants if grant.role == Role.LIBRARY_STAFF}
        return len(places) > 1 or "" in places


def at_library(request: HttpRequest, by: Actor) -> Library | None:
    """
    Return the library the page is about; None if she must choose.

    A form says itself which library it was shown for: another tab may have changed the choice.
    """
    allowed = staff_libraries(by)
    if asked := request.POST.get("at"):
        library = allowed.filter(code=asked).first()
        if library is None:
            raise PermissionDenied
        return library
    chosen = allowed.filter(code=request.session.get(AT_LIBRARY, "")).first()
    return chosen or _usual(list(allowed))


def _usual(libraries: list[Library]) -> Library | None:
    """Return the only library, or the main one where all belong to one organisation."""
    if len(libraries) == 1:
        return libraries[0]
    mains = [library for library in libraries if library.kind == Library.Kind.MAIN]
    one_organisation = len({library.organisation_id for library in libraries}) == 1
    return mains[0] if one_organisation and len(mains) == 1 else None


def at_the_desk(
    view: Callable[Concatenate[HttpRequest, Desk, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Let library staff in, and give the view who works where; without a library, ask first."""

    @needs_role(Role.LIBRARY_STAFF)
    @wraps(view)
    def inner(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        by = actor_of(request)
        library = at_library(request, by)
        if library is None:
            back = urlencode({"next": request.get_full_path() if request.method == "GET" else ""})
            return redirect(f"{reverse('lending:choose_library')}?{back}")
        return view(request, Desk(by, library, clock.now()), *args, **kwargs)

    return inner

"""What views need to know about who stands at the door."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from hyllan.region import queries
from hyllan.region.engine.roles import Actor, Role

STAFF = frozenset(Role) - {Role.RESIDENT}

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, with roles, as services want to know it."""
    return queries.actor(request.user)


def needs_role(*roles: Role) -> Callable[[View[P]], View[P]]:
    """
    Let only those see a view who hold one of the roles anywhere.

    Whoever is not signed in goes to the sign-in (residents to the one with the library card), the
    others get the 403 page. What they may do *where* is for the service to say.
    """
    for_residents = set(roles) == {Role.RESIDENT}

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                sign_in = settings.HYLLAN_CARD_SIGN_IN if for_residents else settings.LOGIN_URL
                return redirect_to_login(request.get_full_path(), login_url=sign_in)
            actor = actor_of(request)
            if not any(actor.holds(role) for role in roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate

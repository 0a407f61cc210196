"""Staff use a second factor wherever HYLLAN_SECOND_FACTOR says so."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from hyllan.region.models import Person

# To set a factor up, to show it, or to go away
ALWAYS_OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_reauthenticate",
    }
)


class SecondFactorMiddleware:
    """
    Sends staff without a second factor to set one up, and staff who has not shown it to show it.

    The second case comes from a door that knows only passwords, such as the editors' own sign-in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Redirect before the view is called; None lets it be."""
        if not settings.HYLLAN_SECOND_FACTOR or not _is_staff(request):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in ALWAYS_OPEN:
            return None
        if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            return redirect_to_login(request.get_full_path(), login_url="mfa_activate_totp")
        if not _has_shown_it(request):
            return redirect_to_login(request.get_full_path(), login_url="mfa_reauthenticate")
        return None


def _is_staff(request: HttpRequest) -> bool:
    return isinstance(request.user, Person) and request.user.card_number == ""


def _has_shown_it(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)

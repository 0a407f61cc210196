"""A reader signs in with her library card; her own library's system says who she is."""

from http import HTTPStatus

from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from hyllan.lending.connectors.contract import Unanswering
from hyllan.lending.forms import SignInForm
from hyllan.region import clock
from hyllan.region.errors import Refused
from hyllan.region.sign_in import card_username


def safe_next(request: HttpRequest, default: str) -> str:
    """Return where she was going; an address outside this site is not gone to."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else default


@sensitive_post_parameters("pin")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for card and PIN, and let her library's system decide."""
    form = SignInForm(request.POST or None)
    notice, status = "", HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if form.is_valid() and _is_let_in(request, form):
                return redirect(safe_next(request, reverse("lending:my_requests")))
        except Unanswering:
            notice = _("Your library's system does not answer just now. Try again in a while.")
            status = HTTPStatus.SERVICE_UNAVAILABLE
        except Refused as refusal:
            notice = str(refusal)
    # Five wrong PINs: axes would answer with a page of its own; this one keeps what she wrote.
    if vars(request).pop("axes_locked_out", False):
        status = HTTPStatus.TOO_MANY_REQUESTS
    context = {"form": form, "next": safe_next(request, ""), "notice": notice}
    return render(request, "lending/sign_in.html", context, status=status)


@sensitive_variables("secret")
def _is_let_in(request: HttpRequest, form: SignInForm) -> bool:
    """
    Return whether she is signed in now; a no stands in the form.

    :raises Unanswering: nobody can say
    :raises Refused: it is her card, and it is blocked
    """
    organisation, card = form.cleaned_data["organisation"].code, form.cleaned_data["card"]
    secret = form.cleaned_data["pin"]
    person = authenticate(
        request,
        username=card_username(organisation, card),
        organisation=organisation,
        card=card,
        secret=secret,
        now=clock.now(),
    )
    if person is None:
        form.add_error(None, _why_not(request))
        return False
    login(request, person)
    return True


def _why_not(request: HttpRequest) -> str:
    if getattr(request, "axes_locked_out", False):
        return _("Too many tries with this card. Wait a quarter of an hour and try again.")
    return _("The card number or the PIN is wrong.")

"""Ways in: setting up the second factor, people with their roles, the audit log."""

from secrets import token_urlsafe
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hyllan.region import clock, queries, services
from hyllan.region.access import actor_of, needs_role
from hyllan.region.engine.roles import Role
from hyllan.region.errors import Refused
from hyllan.region.forms import PersonForm, RoleForm
from hyllan.region.wording import ROLE_NAMES

PAGE = 50
for_administrators = needs_role(Role.ADMINISTRATOR)


class ActivateTotp(ActivateTOTPView):  # type: ignore[misc]
    """Setting up the second factor shows it too: who just typed its code is not asked again."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return response


activate_totp = ActivateTotp.as_view()


@for_administrators
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List the staff with their roles."""
    text = request.GET.get("q", "").strip()
    page = Paginator(queries.people(text), PAGE).get_page(request.GET.get("page"))
    rows = [(person, [_role_words(held) for held in person.roles.all()]) for person in page]
    return render(request, "region/people.html", {"page": page, "rows": rows, "q": text})


@for_administrators
def make_person(request: HttpRequest) -> HttpResponse:
    """Make an account, and show its first password once."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = token_urlsafe(12)
        try:
            person = services.make_person(
                username=form.cleaned_data["username"],
                name=form.cleaned_data["name"],
                password=password,
                role=form.chosen_role(),
                **form.where(),  # type: ignore[arg-type]
                by=actor_of(request),
                now=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _password_page(request, person, password)
    return render(request, "region/make_person.html", {"form": form})


@for_administrators
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person's roles; a POST gives another role."""
    somebody = get_object_or_404(queries.people(), pk=pk)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.grant_role(
                person=somebody,
                role=form.chosen_role(),
                **form.where(),  # type: ignore[arg-type]
                by=actor_of(request),
                now=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("region:person", pk=pk)
    held = [(held, _role_words(held)) for held in queries.held_roles(somebody)]
    return render(request, "region/person.html", {"person": somebody, "held": held, "form": form})


@for_administrators
@require_POST
def revoke_role(request: HttpRequest, pk: int, assignment_id: int) -> HttpResponse:
    try:
        services.revoke_role(assignment_id=assignment_id, by=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("region:person", pk=pk)


@for_administrators
@require_POST
def give_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a new password, and show it once."""
    get_object_or_404(queries.people(), pk=pk)
    password = token_urlsafe(12)
    somebody = services.give_password(
        person_id=pk, password=password, by=actor_of(request), now=clock.now()
    )
    return _password_page(request, somebody, password)


@for_administrators
@require_POST
def close_account(request: HttpRequest, pk: int) -> HttpResponse:
    somebody = get_object_or_404(queries.people(), pk=pk)
    try:
        services.close_account(person_id=pk, by=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("region:person", pk=pk)
    messages.success(request, _("The account of %(name)s is closed.") % {"name": somebody})
    return redirect("region:people")


@for_administrators
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Show who changed what, the latest first."""
    subject = request.GET.get("subject", "").strip()
    page = Paginator(queries.audit(subject), PAGE).get_page(request.GET.get("page"))
    rows = [(entry, _detail_words(entry.detail)) for entry in page]
    context = {"page": page, "rows": rows, "subject": subject, "now": clock.now()}
    return render(request, "region/audit.html", context)


@never_cache
def _password_page(request: HttpRequest, person: Any, password: str) -> HttpResponse:
    return render(request, "region/password.html", {"person": person, "password": password})


def _detail_words(detail: dict[str, Any]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in detail.items() if value != "")


def _role_words(held: Any) -> dict[str, Any]:
    where = held.library or held.organisation
    return {"role": ROLE_NAMES[Role(held.role)], "where": where}

"""Forms of the sign-in and of people and their roles."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hyllan.region import queries
from hyllan.region.engine.roles import Role
from hyllan.region.models import Library, Organisation
from hyllan.region.wording import STAFF_ROLES


class WithoutPlaceholders:
    """allauth writes each label twice; a placeholder is hard to read and gone when one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)


class SignInForm(WithoutPlaceholders, LoginForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(WithoutPlaceholders, AllauthChangePasswordForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(WithoutPlaceholders, AllauthReauthenticateForm):  # type: ignore[misc]
    pass


class NumericCode(WithoutPlaceholders):
    """A code of digits: telephones show their number keys."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"  # type: ignore[attr-defined]


class CodeForm(NumericCode, AuthenticateForm):  # type: ignore[misc]
    pass


class CodeAgainForm(NumericCode, CodeReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateForm(NumericCode, ActivateTOTPForm):  # type: ignore[misc]
    pass


def places() -> list[tuple[str, Any]]:
    """Return where a role may hold, as the choices of a field: the region, then what is in it."""
    return [
        ("region", _("The whole region")),
        (
            _("Organisations"),
            [(f"organisation:{row.code}", row.name) for row in queries.organisations()],
        ),
        (_("Libraries"), [(f"library:{row.code}", row.name) for row in queries.libraries()]),
    ]


class RoleForm(forms.Form):
    """Which role, and where it holds."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=STAFF_ROLES)
    place = forms.ChoiceField(label=gettext_lazy("Where"), choices=places)

    def where(self) -> dict[str, Organisation | Library | None]:
        """Return the place as the services take it."""
        kind, _colon, code = self.cleaned_data["place"].partition(":")
        return {
            "organisation": queries.organisations().get(code=code)
            if kind == "organisation"
            else None,
            "library": queries.library(code) if kind == "library" else None,
        }

    def chosen_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class PersonForm(RoleForm):
    """A new account, with its first role."""

    username = forms.CharField(
        label=gettext_lazy("Username"),
        max_length=60,
        help_text=gettext_lazy("What the person signs in with, for example anna.persson."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["username", "name", "role", "place"]

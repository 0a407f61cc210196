"""What people fill in: a library card, a pick-up library, a scanned code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hyllan.lending import queries
from hyllan.region.models import Organisation

LONGEST_CODE = 60  # of a barcode or card number


class SignInForm(forms.Form):
    """Whose card, and whose library system to ask."""

    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Your library"),
        help_text=_("The municipality that gave you your library card."),
        queryset=Organisation.objects.none(),
        to_field_name="code",
        empty_label=_("Choose"),
        error_messages={"required": _("Choose your library.")},
    )
    card = forms.CharField(
        label=_("Card number"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "username", "inputmode": "numeric"}),
        error_messages={"required": _("Write the number of your library card.")},
    )
    pin = forms.CharField(
        label=_("PIN"),
        max_length=LONGEST_CODE,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Write your PIN.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - declared above
        choice.queryset = queries.connected_organisations()

    def clean_card(self) -> str:
        """Return the number as systems know it: people write it in groups, as on the card."""
        return "".join(str(self.cleaned_data["card"]).split())


class ScanForm(forms.Form):
    """One scan, or the same code sent by a row's button."""

    code = forms.CharField(max_length=LONGEST_CODE)

    def scanned(self) -> str:
        """Return the code; empty if nothing, or more than any code, was read."""
        return str(self.cleaned_data["code"]) if self.is_valid() else ""

"""What people key in: a crate's code at a van's call, and how many crates to register."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from hyllan.region.models import Library
from hyllan.transport.services.network import MOST_CRATES


class ScanCrateForm(forms.Form):
    """A scan at one call of a round. Its id makes a repeated sending harmless."""

    code = forms.CharField(max_length=20, label=_("Crate"))
    stop = forms.IntegerField(min_value=0, max_value=1000, widget=forms.HiddenInput)
    scan_id = forms.CharField(max_length=60, widget=forms.HiddenInput)


class MakeCratesForm(forms.Form):
    """New crates at one of the libraries that somebody may register them for."""

    library = forms.ChoiceField(label=_("Library"))
    count = forms.IntegerField(
        min_value=1,
        max_value=MOST_CRATES,
        label=_("How many"),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(self, *args: object, libraries: Iterable[Library], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self.fields["library"].choices = [  # type: ignore[attr-defined]  # it is a ChoiceField
            (library.code, library.name) for library in libraries
        ]

"""What people key in: a crate's code at a van's call, crates to register, closed days."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from hyllan.region.models import Library
from hyllan.region.services.closing import REASON_LENGTH
from hyllan.transport.services.network import MOST_CRATES

EVERY_DAY = 0


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


class DateInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClosedDaysForm(forms.Form):
    """Days on which one of somebody's libraries is closed."""

    library = forms.ChoiceField(label=_("Library"))
    first = forms.DateField(label=_("First closed day"), widget=DateInput)
    last = forms.DateField(
        label=_("Last closed day"),
        required=False,
        widget=DateInput,
        help_text=_("Leave it empty if it is one day."),
    )
    weekday = forms.TypedChoiceField(
        label=_("Which days"),
        coerce=int,
        help_text=_("A weekday alone: every such day from the first to the last."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=REASON_LENGTH,
        help_text=_("Readers and drivers see it, for example: new floor."),
    )

    def __init__(self, *args: object, libraries: Iterable[Library], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self.fields["library"].choices = [  # type: ignore[attr-defined]  # it is a ChoiceField
            (library.code, library.name) for library in libraries
        ]
        self.fields["weekday"].choices = [  # type: ignore[attr-defined]  # it is a ChoiceField
            (EVERY_DAY, _("Every day")),
            *((number + 1, str(name).capitalize()) for number, name in WEEKDAYS.items()),
        ]

    def days(self) -> tuple[date, date]:
        """Return the first and the last day."""
        first: date = self.cleaned_data["first"]
        return first, self.cleaned_data["last"] or first

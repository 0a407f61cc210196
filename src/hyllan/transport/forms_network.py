"""What a planner keys in: a draft's rounds and stops, and the day it comes into force."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Self

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from hyllan.transport.engine.editing import AddStop, Edit, MoveStop, RemoveStop, TimeStop
from hyllan.transport.engine.network import NAME_LENGTH, Exchange, Loop
from hyllan.transport.forms import DateInput
from hyllan.transport.services.versions import NAME_LENGTH as VERSION_NAME_LENGTH

TIME = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")
MOST_DEPARTURES = 12
DAY = 1440  # minutes
LONGEST_STOP = 240


class TimeInput(forms.TimeInput):
    """A time of day, with the browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DraftForm(forms.Form):
    name = forms.CharField(label=_("Name of the draft"), max_length=VERSION_NAME_LENGTH)


class PublishForm(forms.Form):
    valid_from = forms.DateField(label=_("In force from"), widget=DateInput)


def _minutes(most: int) -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=0,
        max_value=most,
    )


class AddLoopForm(forms.Form):
    """A new loop with its first stop."""

    name = forms.CharField(label=_("Name of the loop"), max_length=NAME_LENGTH)
    hub = forms.ChoiceField(label=_("Starts at"))
    stop = forms.ChoiceField(label=_("First stop"))
    departs = forms.TimeField(label=_("Leaves at"), widget=TimeInput)

    def __init__(self, *args: object, libraries: Mapping[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        for field in ("hub", "stop"):
            self.fields[field].choices = list(libraries.items())  # type: ignore[attr-defined]


class TourForm(forms.Form):
    """When a round goes, and what it is called."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    departs = forms.TimeField(label=_("Leaves at"), widget=TimeInput)
    more_departures = forms.CharField(
        label=_("Leaves again the same day"),
        required=False,
        max_length=100,
        help_text=_("Times with commas between, for example 13.00, 16.30."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"),
        required=False,
        coerce=int,
        choices=[(number + 1, name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: the same days as the other rounds."),
    )
    school_terms = forms.BooleanField(label=_("Only in school terms"), required=False)

    @classmethod
    def of(cls, tour: Loop | Exchange) -> Self:
        """Return the form filled in with what a round says now."""
        return cls(
            initial={
                "name": tour.name,
                "departs": tour.departs,
                "more_departures": ", ".join(f"{at:%H.%M}" for at in tour.more_departures),
                "weekdays": list(tour.weekdays),
                "school_terms": tour.school_terms,
            }
        )

    def clean_more_departures(self) -> tuple[time, ...]:
        parts = [part.strip() for part in self.cleaned_data["more_departures"].split(",")]
        read = [TIME.fullmatch(part) for part in parts if part]
        if not all(read) or len(read) > MOST_DEPARTURES:
            raise forms.ValidationError(_("Write times with commas between, like 13.00, 16.30."))
        return tuple(time(int(found[1]), int(found[2])) for found in read if found)


class StopForm(forms.Form):
    """One stop of a round: added, removed, moved, or with minutes of its own."""

    library = forms.ChoiceField(label=_("Library"), required=False)
    number = forms.IntegerField(min_value=0, max_value=1000, widget=forms.HiddenInput)
    do = forms.ChoiceField(
        choices=[(each, each) for each in ("add", "remove", "earlier", "later", "minutes")],
        widget=forms.HiddenInput,
        initial="add",
    )
    stop_minutes = _minutes(LONGEST_STOP)
    cut_off_minutes = _minutes(DAY)

    def __init__(self, *args: object, libraries: Mapping[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self.fields["library"].choices = list(libraries.items())  # type: ignore[attr-defined]

    def edit(self, tour: str) -> Edit | None:
        """Return what is to be done; None where a library to add is not named."""
        said, number = self.cleaned_data, self.cleaned_data["number"]
        match said["do"]:
            case "remove":
                return RemoveStop(tour=tour, number=number)
            case "earlier":
                return MoveStop(tour=tour, number=number, by=-1)
            case "later":
                return MoveStop(tour=tour, number=number, by=1)
            case "minutes":
                return TimeStop(
                    tour=tour,
                    number=number,
                    stop_minutes=said["stop_minutes"],
                    cut_off_minutes=said["cut_off_minutes"],
                )
        if not said["library"]:
            self.add_error("library", _("Choose a library."))
            return None
        return AddStop(tour=tour, library=said["library"], number=number)

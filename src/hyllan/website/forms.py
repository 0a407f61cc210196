"""What visitors write to the editors."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hyllan.website.engine.flood import LONGEST_TEXT


class RemarkForm(forms.Form):
    """One field for people; the other is hidden from people and filled in by robots."""

    text = forms.CharField(
        label=_("What would you tell the editors about the page?"),
        help_text=_("Write nothing about yourself or anybody else. At most 2,000 characters."),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Write something, or go back to the page.")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    homepage = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def from_a_robot(self) -> bool:
        """Return whether the field that nobody sees was filled in."""
        return bool(self.cleaned_data.get("homepage"))

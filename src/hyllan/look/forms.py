"""Every Django form in hyllan's look: FORM_RENDERER names this class."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """A field becomes label, hint, error and control, in that order and tied together."""

    form_template_name = "look/forms/form.html"
    field_template_name = "look/forms/field.html"

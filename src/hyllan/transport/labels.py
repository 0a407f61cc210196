"""The QR code of a crate's label, as a drawing that stands in the page itself."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


def qr_drawing(code: str) -> SafeString:
    """Draw a code so that a phone or a scanner reads the crate's code and nothing else."""
    # Level Q: a quarter of it may be worn off before the label must be printed again.
    drawn = segno.make_qr(code, error="q").svg_inline(
        scale=8, border=4, omitsize=True, svgclass=None, lineclass=None
    )
    # What segno draws holds numbers alone: the code itself is not written into it.
    name = _("QR code of crate %(crate)s") % {"crate": code}
    inner = mark_safe(drawn)  # noqa: S308
    return format_html('<div role="img" aria-label="{}">{}</div>', name, inner)

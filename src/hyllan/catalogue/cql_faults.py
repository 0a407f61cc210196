"""What is wrong with a CQL query, in the reader's words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hyllan.protocols.sru import CqlError

# By the number in SRU's list of diagnostics
FAULTS = {
    10: gettext_lazy(
        "The query cannot be read here: %(part)s. A whole query looks like this: %(example)s"
    ),
    12: gettext_lazy("The query is too long."),
    13: gettext_lazy("A parenthesis is missing its other half."),
    14: gettext_lazy("A quotation mark is missing its other half."),
    15: gettext_lazy("There is no set of indexes called %(part)s. Ours are listed below."),
    16: gettext_lazy("There is no index called %(part)s. Those there are stand below."),
    19: gettext_lazy(
        "The relation %(part)s does not exist here. Use =, ==, any, all, <, > or within."
    ),
    20: gettext_lazy("The modifier %(part)s does not exist here. Use stem."),
    22: gettext_lazy("That relation does not fit this index: %(part)s."),
    23: gettext_lazy("A term is too long."),
    27: gettext_lazy("There is nothing to search for in %(part)s."),
    28: gettext_lazy("* and ? cannot be used in this index: %(part)s."),
    29: gettext_lazy("Too many words fit %(part)s. Write more letters before the *."),
    30: gettext_lazy("Too many words have * or ? in them."),
    31: gettext_lazy("^ cannot be used in this index: %(part)s."),
    32: gettext_lazy("^ can stand at the beginning or the end of a term alone: %(part)s."),
    36: gettext_lazy('A year has four digits, and a span is written within "1990 1999": %(part)s.'),
    37: gettext_lazy("The operator %(part)s does not exist. Use and, or, not."),
    38: gettext_lazy("There are too many and, or and not in the query."),
    39: gettext_lazy(
        "prox does not exist here. Words side by side are written in quotation marks."
    ),
    46: gettext_lazy("and, or and not take no modifiers here: %(part)s."),
    80: gettext_lazy("Hits can be sorted by dc.date alone, not by %(part)s."),
}
EXAMPLE = 'dc.title = "röda rummet" and dc.date within "1879 1900"'


def in_words(error: CqlError) -> str:
    """Return a sentence that says what to mend."""
    found = FAULTS.get(error.diagnostic)
    if error.details == "the query ends too early":
        found = gettext_lazy(
            "Something is missing at the end of the query. A whole one: %(example)s"
        )
    if found is None:
        return _("The query asks for something that is not served here: %(part)s.") % {
            "part": error.details or "?"
        }
    return str(found) % {"part": f"“{error.details}”" if error.details else "?", "example": EXAMPLE}

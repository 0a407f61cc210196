"""The one exception with which any service says no."""


class Refused(Exception):  # noqa: N818 - a rule said no; the text is for the person at the desk
    """A rule said no. The text is a whole sentence in the reader's language: what to do instead."""

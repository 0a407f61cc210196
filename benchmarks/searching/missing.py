"""What an engine needs and the machine does not have."""


class Missing(Exception):  # noqa: N818 - says what is missing
    """A program is not installed; the text says how to get it."""

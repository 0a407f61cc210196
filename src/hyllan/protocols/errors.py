"""What every codec raises when bytes are not what they should be."""


class Malformed(ValueError):  # noqa: N818 - the word says it: the fault is in what was sent
    """The bytes break the format; the message says how, offset or line says where."""

    def __init__(self, message: str, *, offset: int | None = None, line: int | None = None) -> None:
        """Keep the reason, and the place as byte offset (binary formats) or line (text)."""
        self.message = message
        self.offset = offset
        self.line = line
        where = f"line {line}: " if line is not None else ""
        where = f"byte {offset}: " if offset is not None else where
        super().__init__(where + message)

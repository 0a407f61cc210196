"""
OAI-PMH 2.0, both sides: what to ask and how to read the answer, what was asked and how to answer.

Start at: `messages.py` for the words; `client.py` asks and reads, `server.py` reads and answers.
"""

from .client import arguments, parse, parse_formats, parse_identify
from .messages import (
    Broken,
    DeletedRecords,
    ErrorCode,
    Format,
    Formats,
    Granularity,
    Headers,
    Identity,
    OaiError,
    OaiRecord,
    Oddity,
    Page,
    Records,
    Refusal,
    Request,
    SetDescription,
    Sets,
    Single,
    Token,
    Verb,
)
from .server import (
    DUBLIN_CORE,
    MARC21,
    page_of,
    read_arguments,
    read_token,
    render,
    start_of,
    write_token,
)

__all__ = [
    "DUBLIN_CORE",
    "MARC21",
    "Broken",
    "DeletedRecords",
    "ErrorCode",
    "Format",
    "Formats",
    "Granularity",
    "Headers",
    "Identity",
    "OaiError",
    "OaiRecord",
    "Oddity",
    "Page",
    "Records",
    "Refusal",
    "Request",
    "SetDescription",
    "Sets",
    "Single",
    "Token",
    "Verb",
    "arguments",
    "page_of",
    "parse",
    "parse_formats",
    "parse_identify",
    "read_arguments",
    "read_token",
    "render",
    "start_of",
    "write_token",
]

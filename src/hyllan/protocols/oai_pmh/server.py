"""The repository's side: read the arguments of a request, and write the answer."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from lxml import etree

from hyllan.protocols.errors import Malformed
from hyllan.protocols.xml import parse as parse_xml

from . import dates
from .messages import (
    NAMESPACE,
    ErrorCode,
    Format,
    Formats,
    Granularity,
    Headers,
    Identity,
    OaiError,
    OaiRecord,
    Records,
    Request,
    Sets,
    Single,
    Token,
    Verb,
)

Answer = Identity | Formats | Sets | Records | Single | OaiError

MARC21 = Format(
    prefix="marc21",
    schema="http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd",
    namespace="http://www.loc.gov/MARC21/slim",
)
DUBLIN_CORE = Format(
    prefix="oai_dc",
    schema="http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    namespace="http://www.openarchives.org/OAI/2.0/oai_dc/",
)
_LONGEST_COUNT = 12  # digits of a number in a token
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXES: Any = {None: NAMESPACE, "xsi": _XSI}  # the stubs know no default namespace
_SCHEMA = f"{NAMESPACE} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"

_LIST = {"from", "until", "set", "metadataPrefix"}
_NEEDED = {
    Verb.LIST_IDENTIFIERS: {"metadataPrefix"},
    Verb.LIST_RECORDS: {"metadataPrefix"},
    Verb.GET_RECORD: {"identifier", "metadataPrefix"},
}
_ALLOWED = {
    Verb.IDENTIFY: set(),
    Verb.LIST_METADATA_FORMATS: {"identifier"},
    Verb.LIST_SETS: set(),
    Verb.LIST_IDENTIFIERS: _LIST,
    Verb.LIST_RECORDS: _LIST,
    Verb.GET_RECORD: {"identifier", "metadataPrefix"},
}
_RESUMABLE = {Verb.LIST_SETS, Verb.LIST_IDENTIFIERS, Verb.LIST_RECORDS}


def read_arguments(
    pairs: Iterable[tuple[str, str]],
    *,
    formats: Iterable[Format] = (MARC21,),
    granularity: Granularity = Granularity.SECOND,
) -> Request | OaiError:
    """Return the request that the arguments make, or the error to answer with (section 3.6)."""
    given = tuple(pairs)
    words = dict(given)
    verbs = [value for name, value in given if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in set(Verb):
        return OaiError(ErrorCode.BAD_VERB, "The verb is missing, repeated or none of OAI-PMH 2.0.")
    verb = Verb(words.pop("verb"))
    if len(given) != len(words) + 1:
        return OaiError(ErrorCode.BAD_ARGUMENT, "An argument is given twice.")
    if problem := _wrong_names(verb, set(words)):
        return OaiError(ErrorCode.BAD_ARGUMENT, problem)
    if "resumptionToken" in words:
        return Request(verb, token=words["resumptionToken"], given=given)
    if problem := _wrong_dates(words, granularity):
        return OaiError(ErrorCode.BAD_ARGUMENT, problem)
    prefix = words.get("metadataPrefix", "")
    if prefix and prefix not in {known.prefix for known in formats}:
        return OaiError(ErrorCode.CANNOT_DISSEMINATE_FORMAT, f"{prefix} is not a format we have.")
    return Request(
        verb,
        identifier=words.get("identifier", ""),
        metadata_prefix=prefix,
        from_=dates.read(words.get("from", "")),
        until=_last_second(words.get("until", "")),
        set_spec=words.get("set", ""),
        given=given,
    )


def _wrong_names(verb: Verb, names: set[str]) -> str:
    if "resumptionToken" in names and verb in _RESUMABLE:
        return "" if len(names) == 1 else "A resumptionToken stands alone with the verb."
    if unknown := names - _ALLOWED[verb]:
        return f"{verb.value} takes no argument {', '.join(sorted(unknown))}."
    if missing := _NEEDED.get(verb, set()) - names:
        return f"{verb.value} needs {', '.join(sorted(missing))}."
    return ""


def _wrong_dates(words: dict[str, str], granularity: Granularity) -> str:
    given = [words[name] for name in ("from", "until") if name in words]
    written = [dates.granularity_of(text) for text in given]
    if None in written or any(dates.read(text) is None for text in given):
        return f"A date is written {Granularity.DAY} or {Granularity.SECOND}."
    if granularity == Granularity.DAY and Granularity.SECOND in written:
        return f"Dates here have the granularity {Granularity.DAY}."
    if len(set(written)) > 1:
        return "from and until are written differently."
    if len(given) == 2 and given[0] > given[1]:
        return "from is later than until."
    return ""


def _last_second(text: str) -> datetime | None:
    """Return the last second that `until` takes in: a day means all of it."""
    moment = dates.read(text)
    if moment and dates.granularity_of(text) == Granularity.DAY:
        return moment.replace(hour=23, minute=59, second=59)
    return moment


def write_token(token: Token) -> str:
    """Return a resumption token that holds the whole state."""
    fields = [
        token.metadata_prefix,
        dates.write(token.from_) if token.from_ else "",
        dates.write(token.until) if token.until else "",
        token.set_spec,
        token.after,
        token.cursor,
        token.size,
    ]
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()


def read_token(text: str) -> Token | OaiError:
    """Return the state in a resumption token, or the error to answer with."""
    try:
        fields = json.loads(base64.b64decode(text.encode(), altchars=b"-_", validate=True))
        prefix, from_, until, set_spec, after, cursor, size = fields
        kinds = [type(field) for field in fields]
    except (ValueError, TypeError, binascii.Error, RecursionError):
        kinds = []
    if kinds[:6] != [str, str, str, str, str, int] or kinds[6] not in {int, type(None)}:
        return OaiError(ErrorCode.BAD_RESUMPTION_TOKEN, "The resumptionToken is not one of ours.")
    if not all(0 <= number < 10**_LONGEST_COUNT for number in (cursor, size or 0)):
        return OaiError(ErrorCode.BAD_RESUMPTION_TOKEN, "The resumptionToken is not one of ours.")
    return Token(prefix, dates.read(from_), dates.read(until), set_spec, after, cursor, size)


def start_of(request: Request, *, formats: Iterable[Format], first: str) -> Token | OaiError:
    """
    Return where a list begins or goes on.

    :param first: what `after` is at the beginning
    """
    if not request.token:
        return Token(
            metadata_prefix=request.metadata_prefix,
            from_=request.from_,
            until=request.until,
            set_spec=request.set_spec,
            after=first,
            cursor=0,
        )
    token = read_token(request.token)
    if isinstance(token, Token) and token.metadata_prefix not in {f.prefix for f in formats}:
        return OaiError(ErrorCode.BAD_RESUMPTION_TOKEN, "The resumptionToken is not one of ours.")
    return token


def page_of(
    request: Request, records: tuple[OaiRecord, ...], *, at: Token, after: str, passed: int
) -> Records:
    """
    Return a page of a list.

    :param at: where it began
    :param after: the mark of its last record; empty: the list is at its end
    :param passed: how many records of the list the page has gone by
    """
    token: str | None = None
    if after:
        token = write_token(replace(at, after=after, cursor=at.cursor + passed))
    elif request.token:
        token = ""  # the last of several answers says so (section 3.5)
    kind = Headers if request.verb == Verb.LIST_IDENTIFIERS else Records
    return kind(records, token=token, size=at.size, cursor=at.cursor)


def render(answer: Answer, *, request: Request | None, base_url: str, now: datetime) -> bytes:
    """
    Return the answer as XML.

    :param request: what was asked; None where it could not be read, so that nothing is said back
    """
    root = etree.Element(_oai("OAI-PMH"), nsmap=_PREFIXES)
    root.set(f"{{{_XSI}}}schemaLocation", _SCHEMA)
    _add(root, "responseDate", dates.write(now))
    # badVerb and badArgument say no arguments back (section 3.2)
    silent = isinstance(answer, OaiError) and answer.code in {
        ErrorCode.BAD_VERB,
        ErrorCode.BAD_ARGUMENT,
    }
    echoed = dict(request.given) if request and not silent else {}
    _add(root, "request", base_url, {name: _safe(value) for name, value in echoed.items()})
    if isinstance(answer, OaiError):
        _add(root, "error", _safe(answer.message), {"code": answer.code})
    else:
        _write(root, answer)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _write(root: etree._Element, answer: Identity | Formats | Sets | Records | Single) -> None:
    if isinstance(answer, Identity):
        _write_identity(_add(root, Verb.IDENTIFY), answer)
    elif isinstance(answer, Formats):
        parent = _add(root, Verb.LIST_METADATA_FORMATS)
        for known in answer.formats:
            told = _add(parent, "metadataFormat")
            _add(told, "metadataPrefix", known.prefix)
            _add(told, "schema", known.schema)
            _add(told, "metadataNamespace", known.namespace)
    elif isinstance(answer, Sets):
        parent = _add(root, Verb.LIST_SETS)
        for described in answer.sets:
            told = _add(parent, "set")
            _add(told, "setSpec", described.spec)
            _add(told, "setName", described.name)
    elif isinstance(answer, Single):
        _write_record(_add(root, Verb.GET_RECORD), answer.record)
    else:
        _write_list(root, answer)


def _write_identity(parent: etree._Element, identity: Identity) -> None:
    _add(parent, "repositoryName", identity.name)
    _add(parent, "baseURL", identity.base_url)
    _add(parent, "protocolVersion", "2.0")
    for address in identity.admin_emails:
        _add(parent, "adminEmail", address)
    if identity.earliest:
        _add(parent, "earliestDatestamp", dates.write(identity.earliest, identity.granularity))
    _add(parent, "deletedRecord", identity.deleted)
    _add(parent, "granularity", identity.granularity)


def _write_list(root: etree._Element, answer: Records) -> None:
    only_headers = isinstance(answer, Headers)
    parent = _add(root, Verb.LIST_IDENTIFIERS if only_headers else Verb.LIST_RECORDS)
    for record in answer.records:
        (_write_header if only_headers else _write_record)(parent, record)
    if answer.token is not None:
        numbers = {"completeListSize": answer.size, "cursor": answer.cursor}
        told = {name: str(number) for name, number in numbers.items() if number is not None}
        _add(parent, "resumptionToken", answer.token, told)


def _write_record(parent: etree._Element, record: OaiRecord) -> None:
    element = _add(parent, "record")
    _write_header(element, record)
    if not record.deleted:
        try:
            metadata = parse_xml(record.metadata)
        except Malformed as error:
            raise Malformed(f"{record.identifier}: {error.message}") from error
        _add(element, "metadata").append(metadata)


def _write_header(parent: etree._Element, record: OaiRecord) -> None:
    header = _add(parent, "header", attributes={"status": "deleted"} if record.deleted else {})
    _add(header, "identifier", record.identifier)
    if record.datestamp:
        _add(header, "datestamp", dates.write(record.datestamp))
    for spec in record.sets:
        _add(header, "setSpec", spec)


def _oai(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(
    parent: etree._Element,
    name: str,
    text: str | None = None,
    attributes: dict[str, str] | None = None,
) -> etree._Element:
    child = etree.SubElement(parent, _oai(name), attributes or {})
    child.text = text
    return child


def _safe(value: str) -> str:
    """Return the value without characters that XML cannot carry."""
    return "".join(c for c in value if c.isprintable())

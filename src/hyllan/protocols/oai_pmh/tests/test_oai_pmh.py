from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.protocols import oai_pmh
from hyllan.protocols.errors import Malformed
from hyllan.protocols.oai_pmh import (
    Broken,
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
    Single,
    Token,
    Verb,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
METADATA = b'<record xmlns="http://www.loc.gov/MARC21/slim"><leader>x</leader></record>'


def record(number: int, **changes: object) -> OaiRecord:
    fields: dict[str, object] = {"datestamp": MORNING, "metadata": METADATA} | changes
    return OaiRecord(f"oai:lund:{number}", **fields)  # type: ignore[arg-type]


def asked(**arguments: str) -> Request:
    found = oai_pmh.read_arguments(arguments.items())
    assert isinstance(found, Request)
    return found


def answered(answer: oai_pmh.server.Answer, request: Request | None = None) -> bytes:
    return oai_pmh.render(answer, request=request, base_url="http://127.0.0.1/oai", now=NOON)


def test_what_the_server_writes_is_what_the_client_reads() -> None:
    sent = (record(1, sets=("a", "b")), record(2, deleted=True, metadata=b""))

    page = oai_pmh.parse(answered(Records(sent, token="t&1", size=7, cursor=5)))

    assert page == Page(sent, (), "t&1", 7, 5, NOON)


def test_headers_alone_carry_no_metadata() -> None:
    page = oai_pmh.parse(answered(Headers((record(1),))))

    assert page == Page((record(1, metadata=b""),), responded=NOON)


def test_one_record_is_a_page_of_one() -> None:
    assert oai_pmh.parse(answered(Single(record(1)))) == Page((record(1),), responded=NOON)


def test_identify_tells_who_answers() -> None:
    identity = Identity("Lund", "http://127.0.0.1/oai", ("oai@lund.se",), MORNING)

    assert oai_pmh.parse_identify(answered(identity)) == identity


def test_identify_of_a_real_system_is_read_though_it_is_wrong() -> None:
    told = b"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><Identify>
      <repositoryName/><repositoryName>Lund</repositoryName><baseURL>http://b/</baseURL>
      <earliestDatestamp></earliestDatestamp><deletedRecord>maybe</deletedRecord>
      </Identify></OAI-PMH>"""

    identity = oai_pmh.parse_identify(told)

    assert (identity.name, identity.earliest, identity.granularity) == (
        "Lund",
        None,
        Granularity.SECOND,
    )
    assert identity.oddities == tuple(Oddity)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], ErrorCode.BAD_VERB),
        ([("verb", "listrecords")], ErrorCode.BAD_VERB),
        ([("verb", "Identify"), ("verb", "Identify")], ErrorCode.BAD_VERB),
        ([("verb", "Identify"), ("set", "a")], ErrorCode.BAD_ARGUMENT),
        ([("verb", "ListRecords")], ErrorCode.BAD_ARGUMENT),
        ([("verb", "GetRecord"), ("metadataPrefix", "marc21")], ErrorCode.BAD_ARGUMENT),
        (
            [("verb", "ListRecords"), ("metadataPrefix", "marc21"), ("metadataPrefix", "marc21")],
            ErrorCode.BAD_ARGUMENT,
        ),
        (
            [("verb", "ListRecords"), ("resumptionToken", "x"), ("metadataPrefix", "marc21")],
            ErrorCode.BAD_ARGUMENT,
        ),
        ([("verb", "GetRecord"), ("resumptionToken", "x")], ErrorCode.BAD_ARGUMENT),
        (
            [("verb", "ListRecords"), ("metadataPrefix", "mods")],
            ErrorCode.CANNOT_DISSEMINATE_FORMAT,
        ),
    ],
)
def test_a_wrong_request_gets_the_error_the_protocol_names(
    arguments: list[tuple[str, str]], code: ErrorCode
) -> None:
    found = oai_pmh.read_arguments(arguments)

    assert isinstance(found, OaiError)
    assert found.code == code


@pytest.mark.parametrize(
    ("from_", "until"),
    [
        ("2026-11-23", "2026-11-23T10:00:00Z"),
        ("2026-11-24", "2026-11-23"),
        ("2026-02-30", "2026-11-23"),
        ("yesterday", "2026-11-23"),
        ("2026-11-23T10:00:00+01:00", "2026-11-23T10:00:00Z"),
    ],
)
def test_dates_that_make_no_period_are_refused(from_: str, until: str) -> None:
    pairs = {"verb": "ListRecords", "metadataPrefix": "marc21", "from": from_, "until": until}

    found = oai_pmh.read_arguments(pairs.items())

    assert isinstance(found, OaiError)
    assert found.code == ErrorCode.BAD_ARGUMENT


def test_until_a_day_means_all_of_it() -> None:
    found = asked(verb="ListRecords", metadataPrefix="marc21", until="2026-11-23")

    assert found.until == datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)


def test_seconds_are_refused_where_days_are_kept() -> None:
    pairs = [
        ("verb", "ListRecords"),
        ("metadataPrefix", "marc21"),
        ("from", "2026-11-23T10:00:00Z"),
    ]

    found = oai_pmh.read_arguments(pairs, granularity=Granularity.DAY)

    assert isinstance(found, OaiError)
    assert found.code == ErrorCode.BAD_ARGUMENT


def test_the_client_asks_what_the_server_understands() -> None:
    arguments = oai_pmh.arguments(
        Verb.LIST_RECORDS, metadata_prefix="marc21", from_=MORNING, until=NOON, set_spec="a"
    )

    found = asked(**arguments)

    assert (found.verb, found.from_, found.until, found.set_spec) == (
        Verb.LIST_RECORDS,
        MORNING,
        NOON,
        "a",
    )


def test_an_error_is_said_back_with_the_request_unless_the_request_is_the_error() -> None:
    request = asked(verb="ListRecords", metadataPrefix="marc21")
    no_match = answered(OaiError(ErrorCode.NO_RECORDS_MATCH, "None."), request)
    bad = answered(OaiError(ErrorCode.BAD_ARGUMENT, "No."), request)

    assert oai_pmh.parse(no_match) == Refusal((OaiError("noRecordsMatch", "None."),), NOON)
    assert (b'metadataPrefix="marc21"' in no_match, b'metadataPrefix="marc21"' in bad) == (
        True,
        False,
    )


tokens = st.builds(
    Token,
    st.text(max_size=5),
    st.none() | st.just(NOON),
    st.none() | st.just(MORNING),
    st.text(max_size=5),
    st.text(max_size=20),
    st.integers(0, 10**9),
    st.none() | st.integers(0, 10**9),
)


@given(tokens)
def test_a_token_comes_back_as_it_was(token: Token) -> None:
    assert oai_pmh.read_token(oai_pmh.write_token(token)) == token


@given(st.text())
def test_a_token_of_somebody_elses_is_refused(text: str) -> None:
    found = oai_pmh.read_token(text)

    assert isinstance(found, OaiError)
    assert found.code == ErrorCode.BAD_RESUMPTION_TOKEN


def test_a_record_without_datestamp_is_read_and_one_without_identifier_is_broken() -> None:
    sent = answered(Records((record(1), record(2))))
    sent = sent.replace(b"<datestamp>2026-11-23T08:00:00Z</datestamp>", b"", 1)
    sent = sent.replace(b"<identifier>oai:lund:2</identifier>", b"")

    page = oai_pmh.parse(sent)

    assert isinstance(page, Page)
    assert page.records == (record(1, datestamp=None),)
    assert [broken.reason for broken in page.broken] == ["the record has no identifier"]


@pytest.mark.parametrize("poison", [b"</broken>", b"<", b"<b>", b"</leader>", b"<a b=c>"])
def test_what_spoils_the_page_costs_one_record(poison: bytes) -> None:
    page = oai_pmh.parse(spoilt(poison))

    assert isinstance(page, Page)
    assert (page.records, page.token, page.size) == ((record(1), record(3)), "next", 9)
    assert [(b.identifier, poison in b.raw) for b in page.broken] == [("oai:lund:2", True)]


def spoilt(poison: bytes) -> bytes:
    sent = answered(Records((record(1), record(2), record(3)), token="next", size=9))
    second = sent.index(b"oai:lund:2")
    leader = sent.index(b"<leader>", second) + len(b"<leader>")
    return sent[:leader] + poison + sent[leader:]


@pytest.mark.parametrize(
    ("poison", "meant"),
    [
        (b"\x0b", ""),
        (b"\xe5", "å"),
        ("på ".encode() + b"\xe5", "på å"),
        (b"&eacute;", "é"),
        (b"&nbsp;", "\u00a0"),
        (b"&#0;&#x1F;", ""),
        (b"Hinz & Kunz &c;", "Hinz &amp; Kunz &amp;c;"),
        (b"a < b, <3", "a &lt; b, &lt;3"),
    ],
)
def test_what_is_certain_is_mended_and_counted(poison: bytes, meant: str) -> None:
    page = oai_pmh.parse(spoilt(poison))

    assert isinstance(page, Page)
    assert (page.broken, page.mended, page.token) == ((), 1, "next")
    assert page.records[1].metadata == METADATA.replace(b">x<", f">{meant}x<".encode())
    assert (page.records[0], page.records[2]) == (record(1), record(3))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_a_page_in_another_encoding_than_it_says_is_read(encoding: str) -> None:
    named = METADATA.replace(b">x<", ">Böcker på gården<".encode())
    sent = answered(Records((record(1, metadata=named), record(2)))).decode()
    sent = sent.replace("utf-8", "iso-8859-2" if encoding == "utf-8" else "utf-8")

    page = oai_pmh.parse(sent.encode(encoding))

    assert isinstance(page, Page)
    assert [found.metadata for found in page.records] == [named, METADATA]


def test_a_page_without_a_record_in_it_is_kept_whole_where_the_list_goes_on() -> None:
    sent = answered(Records((record(1),), token="next"))
    torn = sent[: sent.index(b"<record>")] + b"<rec<ord" + sent[sent.index(b"<resumptionToken") :]

    page = oai_pmh.parse(torn)

    assert isinstance(page, Page)
    assert (page.token, [broken.raw for broken in page.broken]) == ("next", [torn])


def test_formats_are_told_with_their_namespaces() -> None:
    told = b"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListMetadataFormats>
      <metadataFormat><metadataPrefix>marcxml</metadataPrefix><schema>s</schema>
      <metadataNamespace>http://www.loc.gov/MARC21/slim</metadataNamespace></metadataFormat>
      <metadataFormat><schema>nameless</schema></metadataFormat>
      </ListMetadataFormats></OAI-PMH>"""

    found = oai_pmh.parse_formats(told)

    assert found == Formats((Format("marcxml", "s", "http://www.loc.gov/MARC21/slim"),))
    with pytest.raises(Malformed, match="none to ListMetadataFormats"):
        oai_pmh.parse_formats(answered(Records(())))


def test_a_page_cut_off_in_the_middle_is_never_taken_for_the_last() -> None:
    sent = answered(Records((record(1), record(2)), token="next"))

    for end in range(0, sent.index(b"<resumptionToken"), 7):
        with pytest.raises(Malformed):
            oai_pmh.parse(sent[:end])


@pytest.mark.parametrize("sent", [b"", b"<html/>", b"Internal Server Error", b"<OAI-PMH/>"])
def test_what_is_no_answer_of_the_protocol_is_refused(sent: bytes) -> None:
    with pytest.raises(Malformed):
        oai_pmh.parse(sent)


@given(st.data())
def test_a_damaged_answer_is_read_in_part_or_refused(data: st.DataObject) -> None:
    sent = bytearray(answered(Records(tuple(record(n) for n in range(4)), token="next")))
    for _ in range(data.draw(st.integers(1, 4))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))

    try:
        page = oai_pmh.parse(bytes(sent))
    except Malformed:
        return

    assert isinstance(page, Page | Refusal)
    assert isinstance(page, Refusal) or all(isinstance(b, Broken) for b in page.broken)

"""Every message is written as the schema wants it and read as it was meant."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hyllan.protocols import ncip
from hyllan.protocols.errors import Malformed
from hyllan.protocols.ncip import decode, encode
from hyllan.protocols.ncip.codec import Message

from . import make

WHOLE = b"<NCIPMessage>%s</NCIPMessage>"


@given(make.messages())
def test_a_message_comes_back_as_it_was_sent(message: Message) -> None:
    assert decode(encode(message)) == message


@settings(deadline=None)  # the first example reads the schema
@given(make.messages())
def test_every_message_written_is_valid(message: Message) -> None:
    schema = make.schema()

    schema.assertValid(etree.fromstring(encode(message)))


@given(make.messages(), st.randoms(use_true_random=False))
def test_a_damaged_message_is_read_or_malformed(message: Message, random: object) -> None:
    data = bytearray(encode(message))
    for _ in range(3):
        data[random.randrange(len(data))] = random.randrange(256)  # type: ignore[attr-defined]

    with suppress(Malformed):
        assert type(decode(bytes(data))).__name__ in ncip.__all__


@given(st.text(max_size=30))
def test_whatever_text_stands_in_a_message_it_is_answered(text: str) -> None:
    """A value that XML cannot hold is refused; any other goes through, less outer white space."""
    with suppress(ValueError):
        data = encode(ncip.CheckInItem(item_id=text))

        assert decode(data) == ncip.CheckInItem(item_id=text.strip().replace("\r\n", "\n"))


def test_version_and_scheme_are_qualified() -> None:
    root = etree.fromstring(encode(ncip.CancelRequestItem(user_id="1", request_id="2")))
    request_type = root.find(".//{*}RequestType")

    assert dict(root.attrib.items()) == {
        "{http://www.niso.org/2008/ncip}version": (
            "http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd"
        )
    }
    assert request_type is not None
    assert dict(request_type.attrib.items()) == {
        "{http://www.niso.org/2008/ncip}Scheme": (
            "http://www.niso.org/ncip/v1_0/imp1/schemes/requesttype/requesttype.scm"
        )
    }


def test_a_signed_lookup_carries_card_and_pin_as_inputs() -> None:
    message = decode(encode(ncip.LookupUser.signed(card="2112345", pin="4711")))

    assert isinstance(message, ncip.LookupUser)
    assert (message.card, message.pin, message.user_id) == ("2112345", "4711", "")
    assert ncip.LookupUser(user_id="7").card == "7"
    assert ncip.LookupUser(user_id="7").pin is None


def test_a_user_has_the_first_address_that_takes_mail() -> None:
    street = ncip.ElectronicAddress(type="tel", data="+46 700 000000")
    mail = ncip.ElectronicAddress(data="reader@example.org")

    response = ncip.LookupUserResponse(user_id="1", addresses=(street, mail))

    assert (response.email, response.blocked) == ("reader@example.org", False)
    assert ncip.LookupUserResponse(user_id="1").email == ""


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        (ncip.LookupItem(), "item_id^request_id"),
        (ncip.LookupItem(item_id="1", request_id="2"), "item_id^request_id"),
        (ncip.CheckOutItem(item_id="1"), "user_id"),
        (ncip.CheckOutItemResponse(user_id="1"), "item_id"),
        (ncip.RequestItem(user_id="1"), "bibliographic_ids|item_id"),
        (ncip.ProblemResponse(problems=()), "problems"),
        (ncip.AcceptItemResponse(problems=(ncip.Problem(type=""),)), "type"),
        (ncip.CheckInItem(item_id="1", from_agency="HORBY"), "names one agency"),
        (
            ncip.AcceptItem(request_id="1", date_for_return=datetime(2026, 1, 2)),  # noqa: DTZ001
            "no time zone",
        ),
        (ncip.CheckInItem(item_id="a\x00b"), "XML compatible"),
    ],
)
def test_encode_refuses_what_the_schema_would(message: Message, missing: str) -> None:
    with pytest.raises(ValueError, match=missing.replace("^", r"\^").replace("|", r"\|")):
        encode(message)


def test_decode_says_which_element_a_message_lacks() -> None:
    with pytest.raises(ncip.Incomplete) as caught:
        decode(WHOLE % b"<CheckOutItem><UserId/></CheckOutItem>")

    assert (caught.value.service, caught.value.element) == ("CheckOutItem", "UserId")


def test_decode_says_which_service_it_does_not_speak() -> None:
    with pytest.raises(ncip.UnsupportedService) as caught:
        decode(WHOLE % b"<RenewItem/>")

    assert caught.value.service == "RenewItem"


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>502 Bad Gateway</body></html>",
        WHOLE % b"",
        WHOLE % b"<Ext/>",
        WHOLE % b"<CheckOutItem><UserId><UserIdentifierValue>1</UserIdentifierValue></UserId>"
        b"<ItemId><ItemIdentifierValue>2</ItemIdentifierValue></ItemId>"
        b"<DesiredDateDue>soon</DesiredDateDue></CheckOutItem>",
    ],
)
def test_decode_refuses_what_cannot_be_answered(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode(data)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-26T15:00:00Z", datetime(2026, 11, 26, 15, tzinfo=UTC)),
        ("2026-11-26T15:00:00+01:00", datetime(2026, 11, 26, 14, tzinfo=UTC)),
        ("2026-11-26T15:00:00.123456789", datetime(2026, 11, 26, 15, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-26", datetime(2026, 11, 26, tzinfo=UTC)),
        ("0001-01-01T00:00:00+10:00", None),
        ("next week", None),
        ("", None),
    ],
)
def test_a_date_in_a_response_is_read_if_it_can_be(written: str, meant: datetime | None) -> None:
    response = decode(
        WHOLE
        % b"<CheckOutItemResponse><DateDue>%s</DateDue></CheckOutItemResponse>"
        % written.encode()
    )

    assert response == ncip.CheckOutItemResponse(date_due=meant)


def test_a_moment_is_written_in_utc() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))

    assert b">2026-07-01T10:00:00Z<" in encode(
        ncip.CheckOutItem(user_id="1", item_id="2", desired_date_due=noon)
    )

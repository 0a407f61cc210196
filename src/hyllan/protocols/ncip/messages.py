"""
The messages, as frozen dataclasses. Each field is annotated with the element where it stands.

Fields stand in the schema's order, so that writing them one after the other is valid. `NEEDS`
names what must not be empty ("a|b": at least one, "a^b": just one). A response holds `problems` or
a result, never both.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from . import vocabulary as words


@dataclass(frozen=True, slots=True)
class At:
    """Where a field stands: a path of elements, a star at the one that repeats."""

    path: str
    also: tuple[str, ...] = ()  # other places to read it from
    words: type[StrEnum] | None = None
    absent: str = ""  # the empty element that stands there instead of no value
    having: str = ""  # read only those that have this below them


UserId = Annotated[str, At("UserId/UserIdentifierValue")]
ItemId = Annotated[str, At("ItemId/ItemIdentifierValue")]
RequestId = Annotated[str, At("RequestId/RequestIdentifierValue")]
ReqType = Annotated[str, At("RequestType", words=words.RequestType)]
ReqScope = Annotated[str, At("RequestScopeType", words=words.RequestScopeType)]
ReqStatus = Annotated[str, At("RequestStatusType", words=words.RequestStatusType)]
PickupLocation = Annotated[str, At("PickupLocation")]
DateDue = Annotated[datetime | None, At("DateDue", absent="IndeterminateLoanPeriodFlag")]
ItemAuthor = Annotated[str, At("ItemOptionalFields/BibliographicDescription/Author")]
ItemTitle = Annotated[str, At("ItemOptionalFields/BibliographicDescription/Title")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    NEEDS: ClassVar = ("type",)
    type: Annotated[str, At("ProblemType", words=words.ProblemType)]
    detail: Annotated[str, At("ProblemDetail")] = ""
    element: Annotated[str, At("ProblemElement")] = ""
    value: Annotated[str, At("ProblemValue")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationInput:
    """One thing that a user proves herself with."""

    NEEDS: ClassVar = ("data", "data_format", "type")
    data: Annotated[str, At("AuthenticationInputData")]
    data_format: Annotated[str, At("AuthenticationDataFormatType")] = "text/plain"
    type: Annotated[str, At("AuthenticationInputType", words=words.AuthenticationInputType)]


Inputs = Annotated[tuple[AuthenticationInput, ...], At("AuthenticationInput")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BibliographicId:
    """A record's number in the system of an agency."""

    NEEDS: ClassVar = ("record_id", "agency")
    record_id: Annotated[
        str,
        At(
            "BibliographicRecordId/BibliographicRecordIdentifier",
            also=("BibliographicItemId/BibliographicItemIdentifier",),
        ),
    ]
    agency: Annotated[str, At("BibliographicRecordId/AgencyId")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectronicAddress:
    NEEDS: ClassVar = ("role", "type", "data")
    role: Annotated[str, At("UserAddressRoleType", words=words.UserAddressRoleType)] = (
        words.UserAddressRoleType.MULTI_PURPOSE
    )
    type: Annotated[str, At("ElectronicAddress/ElectronicAddressType")] = "mailto"
    data: Annotated[str, At("ElectronicAddress/ElectronicAddressData")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Something the user may not do at an agency."""

    NEEDS: ClassVar = ("agency", "type")
    agency: Annotated[str, At("AgencyId")]
    type: Annotated[str, At("BlockOrTrapType", words=words.BlockOrTrapType)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanedItem:
    NEEDS: ClassVar = ("item_id",)
    item_id: ItemId
    date_due: DateDue = None
    title: Annotated[str, At("Title")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedItem:
    NEEDS: ClassVar = ("request_id|item_id", "request_type", "status", "date_placed")
    request_id: RequestId = ""
    item_id: ItemId = ""
    request_type: ReqType
    status: ReqStatus
    date_placed: Annotated[datetime | None, At("DatePlaced")]
    pickup_location: PickupLocation = ""
    hold_queue_position: Annotated[int | None, At("HoldQueuePosition")] = None
    title: Annotated[str, At("Title")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiation:
    """A message that asks for something. Both agencies are named, or neither."""

    NEEDS: ClassVar[tuple[str, ...]] = ()
    from_agency: Annotated[str, At("InitiationHeader/FromAgencyId/AgencyId")] = ""
    to_agency: Annotated[str, At("InitiationHeader/ToAgencyId/AgencyId")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer: problems, or what was asked for."""

    NEEDS: ClassVar[tuple[str, ...]] = ()
    from_agency: Annotated[str, At("ResponseHeader/FromAgencyId/AgencyId")] = ""
    to_agency: Annotated[str, At("ResponseHeader/ToAgencyId/AgencyId")] = ""
    problems: Annotated[tuple[Problem, ...], At("Problem")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemResponse:
    """The answer to what could not be understood as a message: problems and nothing else."""

    NEEDS: ClassVar = ("problems",)
    problems: Annotated[tuple[Problem, ...], At("Problem")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupUser(Initiation):
    """Who is this user? By her id, or signed by card number and PIN."""

    NEEDS = ("user_id^inputs",)
    user_id: UserId = ""
    inputs: Inputs = ()
    loaned_items_desired: Annotated[bool, At("LoanedItemsDesired")] = False
    requested_items_desired: Annotated[bool, At("RequestedItemsDesired")] = False

    @classmethod
    def signed(
        cls, *, card: str, pin: str, from_agency: str = "", to_agency: str = ""
    ) -> "LookupUser":
        """Ask as the user herself, with her card number and PIN."""
        return cls(
            from_agency=from_agency,
            to_agency=to_agency,
            inputs=(
                AuthenticationInput(data=card, type=words.AuthenticationInputType.BARCODE_ID),
                AuthenticationInput(data=pin, type=words.AuthenticationInputType.PIN),
            ),
        )

    @property
    def card(self) -> str:
        """Return the user's id, wherever it stands."""
        return self.user_id or self._input("Barcode Id", "User Id")

    @property
    def pin(self) -> str | None:
        """Return the PIN or password; None if the message has none."""
        return self._input("PIN", "Password") or None

    def _input(self, *types: str) -> str:
        return next((each.data for each in self.inputs if each.type in types), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupUserResponse(Response):
    NEEDS = ("user_id",)
    agency: Annotated[str, At("UserId/AgencyId")] = ""
    user_id: UserId = ""
    loaned_items: Annotated[tuple[LoanedItem, ...], At("LoanedItem")] = ()
    requested_items: Annotated[tuple[RequestedItem, ...], At("RequestedItem")] = ()
    name: Annotated[
        str,
        At(
            "UserOptionalFields/NameInformation/PersonalNameInformation/UnstructuredPersonalUserName",
            also=(
                "UserOptionalFields/NameInformation/PersonalNameInformation/StructuredPersonalUserName",
                "UserOptionalFields/NameInformation/OrganizationNameInformation/OrganizationName",
            ),
        ),
    ] = ""
    addresses: Annotated[
        tuple[ElectronicAddress, ...],
        At("UserOptionalFields/UserAddressInformation", having="ElectronicAddress"),
    ] = ()
    blocks: Annotated[tuple[Block, ...], At("UserOptionalFields/BlockOrTrap")] = ()

    @property
    def email(self) -> str:
        """Return the first address that mail can be sent to, or nothing."""
        return next((each.data for each in self.addresses if "@" in each.data), "")

    @property
    def blocked(self) -> bool:
        return bool(self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupItem(Initiation):
    NEEDS = ("item_id^request_id",)
    item_id: ItemId = ""
    request_id: RequestId = ""
    current_borrower_desired: Annotated[bool, At("CurrentBorrowerDesired")] = False
    current_requesters_desired: Annotated[bool, At("CurrentRequestersDesired")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupItemResponse(Response):
    NEEDS = ("item_id|request_id",)
    request_id: RequestId = ""
    item_id: ItemId = ""
    current_borrower: Annotated[
        str, At("ItemTransaction/CurrentBorrower/UserId/UserIdentifierValue")
    ] = ""
    current_requesters: Annotated[
        tuple[str, ...], At("ItemTransaction/CurrentRequester*/UserId/UserIdentifierValue")
    ] = ()
    author: ItemAuthor = ""
    title: ItemTitle = ""
    circulation_status: Annotated[
        str, At("ItemOptionalFields/CirculationStatus", words=words.CirculationStatus)
    ] = ""
    hold_queue_length: Annotated[int | None, At("ItemOptionalFields/HoldQueueLength")] = None
    call_number: Annotated[str, At("ItemOptionalFields/ItemDescription/CallNumber")] = ""
    date_due: Annotated[datetime | None, At("ItemOptionalFields/DateDue")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRequest(Initiation):
    """By its id, or by who asked for which item with which type."""

    NEEDS = ("request_id^user_id", "request_id^item_id", "request_id^request_type")
    user_id: UserId = ""
    item_id: ItemId = ""
    request_type: ReqType = ""
    request_id: RequestId = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRequestResponse(Response):
    NEEDS = ("request_id|item_id",)
    request_id: RequestId = ""
    item_id: ItemId = ""
    user_id: UserId = ""
    request_type: ReqType = ""
    request_scope: ReqScope = ""
    status: ReqStatus = ""
    hold_queue_position: Annotated[int | None, At("HoldQueuePosition")] = None
    pickup_location: PickupLocation = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestItem(Initiation):
    NEEDS = ("user_id", "bibliographic_ids|item_id", "request_type", "request_scope")
    user_id: UserId = ""
    bibliographic_ids: Annotated[tuple[BibliographicId, ...], At("BibliographicId")] = ()
    item_id: ItemId = ""
    request_id: RequestId = ""
    request_type: ReqType = words.RequestType.HOLD
    request_scope: ReqScope = words.RequestScopeType.ITEM
    pickup_location: PickupLocation = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestItemResponse(Response):
    NEEDS = ("request_id|item_id", "user_id", "request_type", "request_scope")
    request_id: RequestId = ""
    item_id: ItemId = ""
    user_id: UserId = ""
    request_type: ReqType = ""
    request_scope: ReqScope = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptItem(Initiation):
    """An item of another library is here, to be lent to this user."""

    NEEDS = ("request_id", "requested_action")
    request_id: RequestId = ""
    requested_action: Annotated[str, At("RequestedActionType", words=words.RequestedActionType)] = (
        words.RequestedActionType.HOLD_FOR_PICKUP
    )
    user_id: UserId = ""
    item_id: ItemId = ""
    date_for_return: Annotated[datetime | None, At("DateForReturn")] = None
    author: ItemAuthor = ""
    title: ItemTitle = ""
    call_number: Annotated[str, At("ItemOptionalFields/ItemDescription/CallNumber")] = ""
    pickup_location: PickupLocation = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptItemResponse(Response):
    NEEDS = ("request_id",)
    request_id: RequestId = ""
    item_id: ItemId = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutItem(Initiation):
    NEEDS = ("user_id", "item_id")
    user_id: UserId = ""
    item_id: ItemId = ""
    request_id: RequestId = ""
    desired_date_due: Annotated[datetime | None, At("DesiredDateDue")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutItemResponse(Response):
    NEEDS = ("item_id", "user_id")
    item_id: ItemId = ""
    user_id: UserId = ""
    date_due: DateDue = None
    title: ItemTitle = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInItem(Initiation):
    NEEDS = ("item_id",)
    item_id: ItemId = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInItemResponse(Response):
    NEEDS = ("item_id",)
    item_id: ItemId = ""
    user_id: UserId = ""
    title: ItemTitle = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequestItem(Initiation):
    NEEDS = ("user_id", "request_id|item_id", "request_type")
    user_id: UserId = ""
    request_id: RequestId = ""
    item_id: ItemId = ""
    request_type: ReqType = words.RequestType.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequestItemResponse(Response):
    NEEDS = ("request_id|item_id", "user_id")
    request_id: RequestId = ""
    item_id: ItemId = ""
    user_id: UserId = ""


RESPONSES: dict[type[Initiation], type[Response]] = {
    LookupUser: LookupUserResponse,
    LookupItem: LookupItemResponse,
    LookupRequest: LookupRequestResponse,
    RequestItem: RequestItemResponse,
    AcceptItem: AcceptItemResponse,
    CheckOutItem: CheckOutItemResponse,
    CheckInItem: CheckInItemResponse,
    CancelRequestItem: CancelRequestItemResponse,
}
"""Each service's answer."""

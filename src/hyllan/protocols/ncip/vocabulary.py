"""
The scheme values that hyllan speaks, as the NCIP Implementation Profile 1 lists them.

Fields hold plain strings, since peers send values of their own; a value known here is read whatever
its capitals and written with its scheme (some peers refuse a value without one).
"""

from enum import StrEnum

_IMP1 = "http://www.niso.org/ncip/v1_0/imp1/schemes/{0}/{0}.scm"
_ERRORS = "http://www.niso.org/ncip/v1_0/schemes/processingerrortype/{}processingerror.scm"
_MESSAGING = "http://www.niso.org/ncip/v1_0/schemes/messagingerrortype/messagingerrortype.scm"


class CirculationStatus(StrEnum):
    AVAILABLE_FOR_PICKUP = "Available For Pickup"
    AVAILABLE_ON_SHELF = "Available On Shelf"
    UNDEFINED = "Circulation Status Undefined"
    CLAIMED_RETURNED = "Claimed Returned Or Never Borrowed"
    IN_PROCESS = "In Process"
    IN_TRANSIT = "In Transit Between Library Locations"
    LOST = "Lost"
    MISSING = "Missing"
    NOT_AVAILABLE = "Not Available"
    ON_LOAN = "On Loan"
    ON_ORDER = "On Order"
    PENDING_TRANSFER = "Pending Transfer"
    RECALLED = "Recalled"
    WAITING_TO_BE_RESHELVED = "Waiting To Be Reshelved"


class RequestType(StrEnum):
    HOLD = "Hold"
    LOAN = "Loan"
    ESTIMATE = "Estimate"


class RequestScopeType(StrEnum):
    ITEM = "Item"
    BIBLIOGRAPHIC_ITEM = "Bibliographic Item"


class RequestStatusType(StrEnum):
    AVAILABLE_FOR_PICKUP = "Available For Pickup"
    CANNOT_FULFILL = "Cannot Fulfill Request"
    EXPIRED = "Expired"
    IN_PROCESS = "In Process"
    NEED_TO_ACCEPT_CONDITIONS = "Need to Accept Conditions"
    REQUESTED_VIA_ILL = "Requested Via ILL"


class RequestedActionType(StrEnum):
    CIRCULATE = "Circulate"
    CIRCULATE_AND_NOTIFY = "Circulate And Notify"
    HOLD_FOR_PICKUP = "Hold For Pickup"
    HOLD_FOR_PICKUP_AND_NOTIFY = "Hold For Pickup And Notify"


class AuthenticationInputType(StrEnum):
    BARCODE_ID = "Barcode Id"
    PASSWORD = "Password"  # noqa: S105 - the name of a type, no password
    PIN = "PIN"
    USER_ID = "User Id"


class UserAddressRoleType(StrEnum):
    HOME = "Home"
    MULTI_PURPOSE = "Multi-Purpose"
    NOTICE = "Notice"
    WORK = "Work"


class BlockOrTrapType(StrEnum):
    BLOCK_CHECK_OUT = "Block Check Out"
    BLOCK_REQUEST_ITEM = "Block Request Item"


class ProblemType(StrEnum):
    """What hyllan and the pretend systems say; peers say more."""

    CANNOT_ACCEPT_ITEM = "Cannot Accept Item"
    DUPLICATE_ITEM = "Duplicate Item"
    DUPLICATE_REQUEST = "Duplicate Request"
    INVALID_DATE = "Invalid Date"
    INVALID_MESSAGE_SYNTAX = "Invalid Message Syntax Error"
    ITEM_DOES_NOT_CIRCULATE = "Item Does Not Circulate"
    ITEM_NOT_CHECKED_OUT = "Item Not Checked Out"
    NEEDED_DATA_MISSING = "Needed Data Missing"
    REQUEST_ALREADY_PROCESSED = "Request Already Processed"
    RESOURCE_CANNOT_BE_PROVIDED = "Resource Cannot Be Provided"
    TEMPORARY_PROCESSING_FAILURE = "Temporary Processing Failure"
    UNKNOWN_ITEM = "Unknown Item"
    UNKNOWN_REQUEST = "Unknown Request"
    UNKNOWN_USER = "Unknown User"
    UNSUPPORTED_SERVICE = "Unsupported Service"
    USER_AUTHENTICATION_FAILED = "User Authentication Failed"
    USER_BLOCKED = "User Blocked"
    USER_INELIGIBLE_TO_CHECK_OUT = "User Ineligible To Check Out This Item"
    USER_INELIGIBLE_TO_REQUEST = "User Ineligible To Request This Item"


_SCHEMES: dict[type[StrEnum], str] = {
    CirculationStatus: _IMP1.format("circulationstatus"),
    RequestType: _IMP1.format("requesttype"),
    RequestScopeType: _IMP1.format("requestscopetype"),
    RequestStatusType: _IMP1.format("requeststatustype"),
    RequestedActionType: _IMP1.format("requestedactiontype"),
    AuthenticationInputType: _IMP1.format("authenticationinputtype"),
    UserAddressRoleType: _IMP1.format("useraddressroletype"),
    BlockOrTrapType: _IMP1.format("blockortraptype"),
}
_MESSAGING_ERRORS = {ProblemType.INVALID_MESSAGE_SYNTAX}
_GENERAL_ERRORS = {
    ProblemType.INVALID_DATE,
    ProblemType.NEEDED_DATA_MISSING,
    ProblemType.TEMPORARY_PROCESSING_FAILURE,
    ProblemType.UNSUPPORTED_SERVICE,
}


def canonical(words: type[StrEnum], value: str) -> str:
    """Return the value as the scheme spells it; a value that is not in it as it came."""
    known = {word.value.casefold(): word.value for word in words}
    return known.get(value.casefold(), value)


def scheme(words: type[StrEnum], value: str, *, service: str) -> str:
    """Return the scheme of a known value; a problem's hangs on what it is about."""
    if value not in {word.value for word in words}:
        return ""
    if words is not ProblemType:
        return _SCHEMES[words]
    if value in _MESSAGING_ERRORS:
        return _MESSAGING
    general = value in _GENERAL_ERRORS or not service
    return _ERRORS.format("general" if general else service.lower())

"""A Z39.50 client that keeps its connection: the ZOOM functions of YAZ's C library."""

import ctypes
import ctypes.util
from functools import cache

from searching.missing import Missing

_Pointer, _Text = ctypes.c_void_p, ctypes.c_char_p
_FUNCTIONS = {  # name: result, arguments (yaz/zoom.h)
    "ZOOM_connection_create": (_Pointer, [_Pointer]),
    "ZOOM_connection_connect": (None, [_Pointer, _Text, ctypes.c_int]),
    "ZOOM_connection_option_set": (None, [_Pointer, _Text, _Text]),
    "ZOOM_connection_search_pqf": (_Pointer, [_Pointer, _Text]),
    "ZOOM_connection_error": (
        ctypes.c_int,
        [_Pointer, ctypes.POINTER(_Text), ctypes.POINTER(_Text)],
    ),
    "ZOOM_resultset_size": (ctypes.c_size_t, [_Pointer]),
    "ZOOM_resultset_record": (_Pointer, [_Pointer, ctypes.c_size_t]),
    "ZOOM_resultset_option_set": (None, [_Pointer, _Text, _Text]),
    "ZOOM_resultset_destroy": (None, [_Pointer]),
    "ZOOM_record_get": (_Pointer, [_Pointer, _Text, ctypes.POINTER(ctypes.c_int)]),
}


class Refused(Exception):  # noqa: N818 - as the server says it
    """The server answered with a diagnostic."""


@cache
def _yaz() -> ctypes.CDLL:
    name = ctypes.util.find_library("yaz")
    if name is None:
        raise Missing("YAZ is the Z39.50 client: apt install yaz.")
    library = ctypes.CDLL(name)
    for function, (result, arguments) in _FUNCTIONS.items():
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library


class Connection:
    """A connection to one server, for one thread. Not closed: it ends with its process."""

    def __init__(self, host: str, port: int, *, records: int) -> None:
        """
        Connect.

        :param records: how many come with the answer to a search, in the same round trip
        """
        self._yaz = _yaz()
        self._link = self._yaz.ZOOM_connection_create(None)
        options = {
            "preferredRecordSyntax": "xml",
            "elementSetName": "F",
            "databaseName": "Default",
            "count": str(records),
            "smallSetUpperBound": "0",
            "largeSetLowerBound": "1000000000",
            "mediumSetPresentNumber": str(records),
            "timeout": "600",
        }
        for name, value in options.items():
            self._yaz.ZOOM_connection_option_set(self._link, name.encode(), value.encode())
        self._yaz.ZOOM_connection_connect(self._link, host.encode(), port)
        self._check()
        self._records = records

    def search(self, pqf: bytes, *, facets: bytes = b"") -> tuple[int, list[bytes], bytes]:
        """
        Return how many records there are, the first of them, and the facets as XML.

        :param facets: the element set that asks Zebra for them; empty: not asked
        """
        yaz = self._yaz
        found = yaz.ZOOM_connection_search_pqf(self._link, pqf)
        try:
            self._check()
            total = yaz.ZOOM_resultset_size(found)
            records = [self._record(found, at) for at in range(min(total, self._records))]
            told = b""
            if facets and total:
                yaz.ZOOM_resultset_option_set(found, b"elementSetName", facets)
                told = self._record(found, 0)
            self._check()
        finally:
            yaz.ZOOM_resultset_destroy(found)
        return total, records, told

    def _record(self, found: int, at: int) -> bytes:
        record = self._yaz.ZOOM_resultset_record(found, at)
        length = ctypes.c_int()
        if not record:
            return b""
        start = self._yaz.ZOOM_record_get(record, b"xml", ctypes.byref(length))
        return ctypes.string_at(start, length.value) if start else b""

    def _check(self) -> None:
        message, more = _Text(), _Text()
        number = self._yaz.ZOOM_connection_error(
            self._link, ctypes.byref(message), ctypes.byref(more)
        )
        if number:
            raise Refused(f"{number} {message.value!r} {more.value!r}")

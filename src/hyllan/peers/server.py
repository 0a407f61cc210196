"""
Pretend systems over HTTP on loopback, many in one process, without Django.

    /<ORGANISATION>/oai      GET, POST   OAI-PMH
    /<ORGANISATION>/ncip     POST        NCIP
    /<ORGANISATION>/control  POST        scenario, clock, withdraw (JSON)
    /<ORGANISATION>/state    GET         what it holds (JSON)

A server with one system answers without the organisation in the path too.
"""

import argparse
import errno
import json
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hyllan.peers.system import LONGEST_MESSAGE, SCENARIOS, Failing, PretendSystem, Silent

HOST = "127.0.0.1"
XML = "text/xml; charset=utf-8"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


class PretendServer(ThreadingHTTPServer):
    """Listens on loopback alone; each connection has its thread."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, systems: Mapping[str, PretendSystem]) -> None:
        self.systems = systems
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking what this machine is called: a name server may be far or dead."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say in one line what went wrong; a client that left is no fault."""
        fault = sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]
        if not isinstance(fault, (ConnectionError, TimeoutError)):
            sys.stderr.write(f"{type(fault).__name__}: {fault}\n")


class _Handler(BaseHTTPRequestHandler):
    server: PretendServer
    protocol_version = "HTTP/1.1"
    server_version = "pretend"
    sys_version = ""
    timeout = 30  # seconds for a client to say something
    wbufsize = -1  # head and body in one packet: else each answer waits 40 ms for an ACK

    def do_GET(self) -> None:
        self._serve(_GET)

    def do_POST(self) -> None:
        self._serve(_POST)

    def _serve(self, doors: "Mapping[str, _Door]") -> None:
        path, system = self._where()
        body = self._body() if self.command == "POST" else b""
        door = doors.get(path)
        if body is None:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TEXT, b"At most 1 MiB, with a length.")
        elif system is None or path not in {*_GET, *_POST}:
            self._send(HTTPStatus.NOT_FOUND, TEXT, b"Nothing is served here.")
        elif door is None:
            self._send(HTTPStatus.METHOD_NOT_ALLOWED, TEXT, b"This is asked another way.")
        else:
            self._answer(door, system, body)

    def _where(self) -> tuple[str, PretendSystem | None]:
        """Return the door asked for, and whose."""
        parts = urlsplit(self.path).path.strip("/").split("/")
        systems = self.server.systems
        if len(parts) == 1 and len(systems) == 1:
            return parts[0], next(iter(systems.values()))
        return parts[-1], systems.get(parts[0]) if len(parts) == 2 else None

    def _body(self) -> bytes | None:
        """Return the body; None, and no further request here, if it is too long or unmeasured."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 9 or int(length) > LONGEST_MESSAGE:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _answer(self, door: "_Door", system: PretendSystem, body: bytes) -> None:
        try:
            kind, answer = door(self, system, body)
        except Silent:
            self.close_connection = True
        except Failing:
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, TEXT, b"The scenario says: fail.")
        except ValueError as refusal:
            self._send(HTTPStatus.BAD_REQUEST, TEXT, str(refusal).encode())
        else:
            self._send(HTTPStatus.OK, kind, answer)

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by http.server
        """Keep quiet: the messages table is the log."""

    def oai(self, system: PretendSystem, body: bytes) -> tuple[str, bytes]:
        parts = urlsplit(self.path)
        query = body.decode("utf-8", "replace") if self.command == "POST" else parts.query
        arguments = parse_qsl(query, keep_blank_values=True, errors="replace")
        return XML, system.oai(arguments, base_url=self.server.base_url + parts.path)

    def ncip(self, system: PretendSystem, body: bytes) -> tuple[str, bytes]:
        return "application/xml; charset=utf-8", system.ncip(body)

    def control(self, system: PretendSystem, body: bytes) -> tuple[str, bytes]:
        return JSON, json.dumps(system.control(body)).encode()

    def state(self, system: PretendSystem, body: bytes) -> tuple[str, bytes]:
        return JSON, json.dumps(system.state()).encode()


_Door = Callable[[_Handler, PretendSystem, bytes], tuple[str, bytes]]
_GET: dict[str, _Door] = {"oai": _Handler.oai, "state": _Handler.state}
_POST: dict[str, _Door] = {
    "oai": _Handler.oai,
    "ncip": _Handler.ncip,
    "control": _Handler.control,
}


def one_system(
    *, organisation: str, home: Path, stock: Callable[[], bytes], scenario: str
) -> PretendSystem:
    """Open an organisation's system, with the computer's clock; the stock is for a new one."""
    return PretendSystem(
        organisation=organisation,
        database=home / f"{organisation}.sqlite3",
        clock=partial(datetime.now, UTC),
        stock=stock,
        scenario=scenario,
    )


def region(*, home: Path, shelf: Path, scenario: str = "") -> dict[str, PretendSystem]:
    """Open a system for every <ORGANISATION>.mrc of a folder."""
    return {
        file.stem: one_system(
            organisation=file.stem, home=home, stock=file.read_bytes, scenario=scenario
        )
        for file in sorted(shelf.glob("*.mrc"))
    }


def serve(systems: Mapping[str, PretendSystem], *, port: int, said: str) -> str:
    """
    Serve until SIGTERM or SIGINT; say `said` with the address when it listens.

    Return an empty text, or the sentence that says why nothing could be served.
    """
    try:
        server = PretendServer(port, systems)
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        return f"Port {port} cannot be had ({error.strerror}): give another one with --port."
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"{said} at {server.base_url}\n")
    sys.stdout.flush()
    with server:
        server.serve_forever(poll_interval=0.1)
    for system in systems.values():
        system.close()
    return ""


def port_number(text: str) -> int:
    """Return a port; argparse says what is wrong with another text."""
    if not (text.isascii() and text.isdecimal()) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: 0 to 65535")
    return int(text)


def add_region_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port_number, required=True, help="0: any free one")
    parser.add_argument("--home", type=Path, required=True, help="folder of the SQLite files")
    parser.add_argument("--shelf", type=Path, required=True, help="folder of <ORGANISATION>.mrc")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), default="")


def run_region(*, port: int, home: Path, shelf: Path, scenario: str) -> str:
    """Serve every organisation of a shelf folder; return why not, where it cannot."""
    systems = region(home=home, shelf=shelf, scenario=scenario)
    if not systems:
        return f"There is no <ORGANISATION>.mrc in {shelf}."
    return serve(systems, port=port, said=f"{len(systems)} pretend library systems listen")


def main() -> int:
    """Run a region's systems without Django: what tests and the demo start in the background."""
    parser = argparse.ArgumentParser(prog="python -m hyllan.peers.server")
    add_region_arguments(parser)
    refusal = run_region(**vars(parser.parse_args()))
    if refusal:
        sys.stderr.write(f"{refusal}\n")
    return bool(refusal)


if __name__ == "__main__":
    sys.exit(main())

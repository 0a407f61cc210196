"""Messages as they stand on the wire, beside what they mean. SOURCES.md says where from."""

import json
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from hyllan.protocols.ncip import decode, encode

from . import make

VECTORS = Path(__file__).parent / "vectors"
OURS = sorted(VECTORS.glob("hyllan-*.xml"))
PEERS = sorted(VECTORS.glob("peer-*.xml"))


def plain(value: Any) -> Any:
    """Return a message as JSON knows it, without the fields that say nothing."""
    if is_dataclass(value):
        told = {each.name: getattr(value, each.name) for each in fields(value)}
        nothing = {each.name: each.default for each in fields(value) if each.default is not MISSING}
        said = {name: plain(one) for name, one in told.items() if one != nothing.get(name, MISSING)}
        return {"is": type(value).__name__, **said}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def canonical(data: bytes) -> bytes:
    parser = etree.XMLParser(remove_blank_text=True)
    return etree.tostring(etree.fromstring(data, parser), method="c14n")


@pytest.mark.parametrize("vector", OURS + PEERS, ids=lambda path: path.stem)
def test_a_vector_means_what_stands_beside_it(vector: Path) -> None:
    meant = vector.with_suffix(".json")

    read = plain(decode(vector.read_bytes()))

    candidate = json.dumps(read, indent=2, ensure_ascii=False)
    assert meant.exists(), f"Review this and commit it as {meant.name}:\n{candidate}"
    assert read == json.loads(meant.read_text())


@pytest.mark.parametrize("vector", OURS, ids=lambda path: path.stem)
def test_our_own_messages_are_written_just_so(vector: Path) -> None:
    data = vector.read_bytes()

    assert canonical(encode(decode(data))) == canonical(data)


@pytest.mark.parametrize("vector", OURS, ids=lambda path: path.stem)
def test_our_own_vectors_are_valid(vector: Path) -> None:
    make.schema().assertValid(etree.parse(vector))


@pytest.mark.parametrize("vector", PEERS, ids=lambda path: path.stem)
def test_what_a_peer_wrote_askew_can_be_written_straight(vector: Path) -> None:
    """What was read, unless something needed is missing, is valid when we say it again."""
    try:
        written = encode(decode(vector.read_bytes()))
    except ValueError as error:
        assert "needs" in str(error)  # noqa: PT017 - only that refusal is lawful
    else:
        make.schema().assertValid(etree.fromstring(written))


def test_there_are_vectors_of_both_kinds() -> None:
    assert (len(OURS), len(PEERS)) == (18, 8)

"""Any message of any service, for property tests; and the published schema, where it is at hand."""

import os
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from lxml import etree

from hyllan.protocols.ncip import RESPONSES, Problem, ProblemResponse, Response
from hyllan.protocols.ncip.codec import Message, _Field, _fields

PROJECT = Path(__file__).parents[5]
SCHEMA = (
    Path(os.environ.get("HYLLAN_SHARED", PROJECT.parent / "shared")) / "schemas" / "ncip_v2_02.xsd"
)
KINDS = [kind for pair in RESPONSES.items() for kind in pair]

texts = (
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
        max_size=20,
    )
    .map(str.strip)
    .filter(bool)
)
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis wants the bounds naive
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@cache
def schema() -> etree.XMLSchema:
    """Return the published schema; skip the test where it is not at hand."""
    if not SCHEMA.exists():
        pytest.skip(f"{SCHEMA.name} is not at {SCHEMA.parent}: set HYLLAN_SHARED")
    return etree.XMLSchema(file=str(SCHEMA))


def _one(field: _Field) -> st.SearchStrategy[Any]:
    if field.at.words:
        return st.sampled_from([word.value for word in field.at.words]) | texts.map("x-".__add__)
    simple: dict[type, st.SearchStrategy[Any]] = {
        str: texts,
        datetime: moments,
        int: st.integers(1, 999),
        bool: st.just(True),
    }
    return simple.get(field.kind, some(field.kind))


@st.composite
def some(draw: st.DrawFn, kind: Any) -> Any:
    """Return any lawful value of a dataclass: what it needs, and by chance what it may have."""
    entries = {each.name: each for each in _fields(kind)}
    values = {name: draw(_maybe(each)) for name, each in entries.items() if name != "problems"}
    for need in kind.NEEDS:
        first, *others = re.split(r"[|^]", need)
        if not values.get(first) and not any(values.get(other) for other in others):
            chosen = others[0] if others else first
            values[chosen] = draw(_given(entries[chosen]))
        if "^" in need and values.get(first):
            values |= {other: draw(_absent(entries[other])) for other in others}
    if "from_agency" in values:
        agencies = draw(st.none() | st.tuples(texts, texts)) or ("", "")
        values |= dict(zip(("from_agency", "to_agency"), agencies, strict=True))
    return kind(**values)


def _given(field: _Field) -> st.SearchStrategy[Any]:
    one = _one(field)
    return st.lists(one, min_size=1, max_size=2).map(tuple) if field.many else one


def _absent(field: _Field) -> st.SearchStrategy[Any]:
    if field.many:
        return st.just(())
    return st.just({str: "", bool: False}.get(field.kind))


def _maybe(field: _Field) -> st.SearchStrategy[Any]:
    return _absent(field) | _given(field)


problems = st.lists(some(Problem), min_size=1, max_size=2).map(tuple)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Return any message: an initiation, a result, or problems."""
    kind = draw(st.sampled_from([*KINDS, ProblemResponse]))
    if kind is ProblemResponse:
        return ProblemResponse(problems=draw(problems))
    message: Message = draw(some(kind))
    if isinstance(message, Response) and draw(st.booleans()):
        return type(message)(
            from_agency=message.from_agency,
            to_agency=message.to_agency,
            problems=draw(problems),
        )
    return message

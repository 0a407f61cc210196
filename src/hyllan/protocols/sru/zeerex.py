"""The record of explain: ZeeRex 2.0, which SRU 1.x and 2.0 share."""

from typing import Any

from lxml import etree

from .messages import Explanation, Schema, Version

ZEEREX = "http://explain.z3950.org/dtd/2.0/"
_PREFIXES: Any = {None: ZEEREX}  # the stubs know no default namespace


def explain_element(told: Explanation) -> etree._Element:
    """Return the explain element."""
    root = etree.Element(f"{{{ZEEREX}}}explain", nsmap=_PREFIXES)
    transport = "https" if told.is_https else "http"
    server = _add(
        root,
        "serverInfo",
        protocol="SRU",
        version=Version.V2_0,
        transport=transport,
        method="GET POST",
    )
    _add(server, "host", told.host)
    _add(server, "port", str(told.port))
    _add(server, "database", told.database)
    database = _add(root, "databaseInfo")
    _add(database, "title", told.title, primary="true")
    _add(database, "description", told.description, primary="true")
    _add_indexes(_add(root, "indexInfo"), told)
    schemas = _add(root, "schemaInfo")
    for schema in told.schemas:
        _add_schema(schemas, schema)
    _add_settings(_add(root, "configInfo"), told)
    return root


def _add_indexes(parent: etree._Element, told: Explanation) -> None:
    for name, identifier in told.sets.items():
        _add(parent, "set", name=name, identifier=identifier)
    for full, title in told.indexes.items():
        sort = "true" if full in told.sortable else "false"
        index = _add(parent, "index", search="true", scan="false", sort=sort)
        _add(index, "title", title)
        short, _dot, local = full.rpartition(".")
        _add(_add(index, "map"), "name", local, set=short)


def _add_schema(parent: etree._Element, schema: Schema) -> None:
    element = _add(
        parent,
        "schema",
        identifier=schema.identifier,
        name=schema.name,
        location=schema.location,
        retrieve="true",
        sort="false",
    )
    _add(element, "title", schema.title)


def _add_settings(parent: etree._Element, told: Explanation) -> None:
    _add(parent, "default", str(told.usual_count), type="numberOfRecords")
    _add(parent, "setting", str(told.most), type="maximumRecords")
    for relation in told.relations:
        _add(parent, "supports", relation, type="relation")
    for modifier in told.modifiers:
        _add(parent, "supports", modifier, type="relationModifier")
    for mark in ("*", "?"):
        _add(parent, "supports", mark, type="maskingCharacter")
    _add(parent, "supports", "^", type="anchoring")


def _add(
    parent: etree._Element, tag: str, text: str | None = None, /, **attributes: str
) -> etree._Element:
    child = etree.SubElement(parent, f"{{{ZEEREX}}}{tag}", attributes)
    child.text = text
    return child

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hyllan.catalogue.engine.dublin_core import describe_dublin_core
from hyllan.catalogue.engine.normalise import Description
from hyllan.protocols.errors import Malformed

ROOT = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
)


def described(*told: tuple[str, str]) -> Description:
    each = "".join(f"<{name}>{text}</{name}>" for name, text in told)
    return describe_dublin_core(f"{ROOT}{each}</oai_dc:dc>".encode())


def test_dublin_core_says_what_it_can() -> None:
    found = described(
        ("dc:title", "Svampar i\n bokskog : en handbok"),
        ("dc:title", "Mushrooms"),
        ("dc:creator", "Ekelöv Holm, Jorun, 1950-"),
        ("dc:contributor", "Hedekvarn, Märit"),
        ("dc:date", "cop. 1987"),
        ("dc:language", "sv-SE"),
        ("dc:type", "Text"),
        ("dc:identifier", "ISBN 91-29-68831-0"),
        ("dc:identifier", "https://libris.kb.se/bib/8211845"),
        ("dc:identifier", "urn:nbn:se:x-1"),
        ("dc:relation", "ISSN: 0345-0082"),
        ("dc:publisher", "Bokskogens förlag"),
        ("dc:subject", "Svampar"),
        ("dc:subject", "Svampar"),
        ("dc:description", "Hur man ser skillnad."),
        ("dcterms:extent", "212 s."),
    )

    assert found == Description(
        title="Svampar i bokskog : en handbok",
        responsible="Jorun Ekelöv Holm",
        year=1987,
        language="swe",
        languages=("swe",),
        isbns=("9789129688313",),
        issns=("0345-0082",),
        libris_ids=("8211845",),
        uris=("https://libris.kb.se/bib/8211845", "urn:nbn:se:x-1"),
        publisher="Bokskogens förlag",
        extent="212 s.",
        summary="Hur man ser skillnad.",
        subjects=("Svampar",),
        names=("Ekelöv Holm, Jorun, 1950-", "Hedekvarn, Märit"),
        main_entry="Ekelöv Holm, Jorun, 1950-",
        other_titles=("Mushrooms",),
    )


@pytest.mark.parametrize(
    ("written", "material"),
    [
        ("Sound", "music"),
        ("Ljudbok", "audiobook"),
        ("MovingImage", "film"),
        ("info:eu-repo/semantics/article", "book"),
        ("Image", "other"),
        ("", "book"),
    ],
)
def test_material_follows_the_type(written: str, material: str) -> None:
    assert described(("dc:title", "X"), ("dc:type", written)).material == material


@pytest.mark.parametrize(
    ("written", "language"),
    [("swe", "swe"), ("Swedish", "swe"), ("deu", "ger"), ("und", ""), ("xx", ""), ("en_GB", "eng")],
)
def test_languages_are_written_in_many_ways(written: str, language: str) -> None:
    assert described(("dc:language", written)).language == language


@pytest.mark.parametrize("data", [b"<record/>", b"no xml", b"<a><b/></a>"])
def test_what_is_no_dublin_core_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        describe_dublin_core(data)


names = st.sampled_from(["title", "creator", "date", "language", "identifier", "type", "x"])
texts = st.text(st.characters(categories=["L", "N", "P", "Zs"]))


@given(st.lists(st.tuples(names, texts)))
def test_any_text_is_read(told: list[tuple[str, str]]) -> None:
    root = etree.fromstring(f"{ROOT}<dc:rights/></oai_dc:dc>")
    for name, text in told:
        etree.SubElement(root, f"{{http://purl.org/dc/elements/1.1/}}{name}").text = text

    found = describe_dublin_core(etree.tostring(root))

    titles = (" ".join(text.split()) for name, text in told if name == "title")
    assert found.title == next((title for title in titles if title), "")[:500]

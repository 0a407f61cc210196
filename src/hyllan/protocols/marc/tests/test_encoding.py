"""Which encoding a record is in is told by its bytes: real records, and words of languages."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyllan.protocols.marc.encoding import (
    _ANSEL,
    _BASIC_LATIN,
    _character,
    _from_marc8_with_escapes,
    decoder_for,
    from_marc8,
)

SHARED = Path(os.environ.get("HYLLAN_SHARED", Path(__file__).parents[6] / "shared"))
MARC = SHARED / "data" / "marc"
needs_shared = pytest.mark.skipif(not MARC.exists(), reason="HYLLAN_SHARED is missing")
LANGUAGES = {
    "Swedish": "Händelser på gården: en berättelse från Österlen",
    "Danish": "Børnene på Færøerne og den lille pige",
    "French": "Les événements de l'été: théâtre et société à l'époque moderne",
    "German": "Die Brücke über den Fluß: Erzählungen für Mädchen",
    "Spanish": "¿Dónde está el niño? Cuentos de España",
    "Portuguese": "História da educação em São Paulo",
    "Polish": "Książka o życiu: wiersze dla małych dzieci, ręka i dąb",
    "Czech": "Příběhy z české země: kníhy pro děti",
    "Croatian": "Što je život? Priče naših ljudi i kuća",
    "Turkish": "Küçük kızın öyküsü: çocuklar için masallar",  # noqa: RUF001
    "Romanised Arabic": "Kitāb al-ḥayawān wa-qiṣaṣ ukhrá",
    "Romanised Hindi": "Bihānī: kathā saṅgraha, ṭīkā ra ḍāṃphe",
    "Vietnamese": "Tiếng Việt cho trẻ em: truyện ngắn",
    "Latvian": "Bērnu grāmata: pasakas un stāsti mazājiem",
}


def to_marc8(text: str) -> bytes | None:
    """Return the text in MARC-8's Latin alphabet, or None where it has a letter without a code."""
    out = bytearray()
    parts = unicodedata.normalize("NFD", text)
    place = 0
    while place < len(parts):
        end = place + 1
        while end < len(parts) and unicodedata.combining(parts[end]):
            end += 1
        for letter in (*parts[place + 1 : end], parts[place]):
            if letter not in CODES:
                return None
            out.append(CODES[letter])
        place = end
    return bytes(out)


CODES = {chr(code): code for code in range(0x21)} | {
    _character(code, _ANSEL if code >= 0x80 else _BASIC_LATIN)[0]: code
    for code in range(0xFF, 0x20, -1)
}


def to_latin1(text: str) -> bytes | None:
    try:
        return unicodedata.normalize("NFC", text).encode("cp1252")
    except UnicodeEncodeError:
        return None


def decoded(data: bytes) -> str:
    return unicodedata.normalize("NFC", decoder_for(data)(data))


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_a_language_are_read_in_every_encoding_that_has_them(language: str) -> None:
    text = unicodedata.normalize("NFC", LANGUAGES[language])
    twice = text.encode().decode("latin-1").encode()
    written = [text.encode(), twice, to_marc8(text), to_latin1(text)]

    told = [decoded(data) for data in written if data is not None]

    assert told == [text] * len(told)
    assert len(told) >= 3


@given(st.binary().filter(lambda data: b"\x1b" not in data))
def test_the_quick_way_through_marc8_reads_what_the_long_one_does(data: bytes) -> None:
    assert from_marc8(data) == _from_marc8_with_escapes(data)


def test_a_bad_byte_spoils_no_other_letter_of_utf8() -> None:
    data = "Pippi Långstrump går ".encode() + b"f\xf6rst" + " på båt\x1e".encode()

    assert decoded(data) == "Pippi Långstrump går först på båt\x1e"


@given(st.text(st.sampled_from("aeiouåäöÅÄÖéÉüßøæñ .-ntrs"), min_size=1))
def test_utf8_is_never_taken_for_anything_else(text: str) -> None:
    assert decoder_for(text.encode())(text.encode()) == text


def bodies() -> Iterator[str]:
    for name in ("jazz_1k.mrc", "lul_fre_500.mrc", "nepali.marc"):
        for record in (MARC / name).read_bytes().split(b"\x1d"):
            text = decoder_for(record)(record).partition("\x1e")[2]
            # Four records have E1 for an apostrophe: they are in no encoding
            if not text.isascii() and b"\xe1ll" not in record:
                latin = "".join(letter for letter in text if letter < "\u0900")
                yield unicodedata.normalize("NFC", latin)


@needs_shared
def test_real_records_are_read_in_every_encoding_they_can_be_written_in() -> None:
    right: dict[str, list[bool]] = {"marc8": [], "latin1": []}
    for text in bodies():
        for name, data in (("marc8", to_marc8(text)), ("latin1", to_latin1(text))):
            if data is not None and not data.isascii():
                right[name].append(decoded(data) == text)

    # Latin-1 is the harder: "és" is also MARC-8 for "š", and six French records have no other
    assert [(len(told), sum(told)) for told in right.values()] == [(669, 669), (572, 566)]

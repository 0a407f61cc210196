from hyllan.protocols.marc import ControlField, DataField, MarcRecord, Subfield
from hyllan.protocols.marc.dublin_core import dublin_core


def field(tag: str, **subfields: str) -> DataField:
    parts = tuple(Subfield(code.lstrip("_"), value) for code, value in subfields.items())
    return DataField(tag, " ", " ", parts)


def record(
    *fields: DataField, leader: str = "00000cam a2200000 a 4500", **controls: str
) -> MarcRecord:
    told = tuple(ControlField(tag.lstrip("_"), value) for tag, value in controls.items())
    return MarcRecord(leader, told, fields)


def test_a_book_is_told_in_elements() -> None:
    book = record(
        field("020", a="978-91-0-012345-6 (inb.)"),
        field("022", a="1234-5679"),
        field("041", a="swe", h="eng"),
        field("100", a="Strindberg, August,", d="1849-1912"),
        field("245", a="Röda rummet :", b="skildringar /", c="August Strindberg"),
        field("264", b="Bonnier,", c="2009"),
        field("300", a="300 s. ;", c="22 cm"),
        field("520", a="Om konstnärer."),
        field("650", a="Konstnärer.", x="Sverige"),
        field("651", a="Stockholm"),
        field("700", a="Åsbrink, Elisabeth"),
        field("856", u="http://127.0.0.1/bok"),
        _008="091124s2009    sw            000 1 swe  ",
    )

    assert list(dublin_core(book)) == [
        ("title", "Röda rummet : skildringar"),
        ("creator", "Strindberg, August, 1849-1912"),
        ("contributor", "Åsbrink, Elisabeth"),
        ("subject", "Konstnärer--Sverige"),
        ("description", "Om konstnärer."),
        ("publisher", "Bonnier"),
        ("date", "2009"),
        ("type", "Text"),
        ("format", "300 s. ; 22 cm"),
        ("identifier", "URN:ISBN:978-91-0-012345-6"),
        ("identifier", "URN:ISSN:1234-5679"),
        ("identifier", "http://127.0.0.1/bok"),
        ("language", "swe"),
        ("coverage", "Stockholm"),
    ]


def test_what_says_nothing_is_left_out() -> None:
    empty = record(
        field("020", c="100:-"),
        field("245", a=" / "),
        field("650", a="Hav"),
        field("650", a="Hav."),
        field("264", c="[nineteen]"),
        leader="00000c?m a2200000 a 4500",
        _008="091124suuuu    sw            000 1 und  ",
    )

    assert list(dublin_core(empty)) == [("subject", "Hav")]


def test_the_year_is_taken_from_the_words_where_the_code_has_none() -> None:
    assert ("date", "1945") in list(dublin_core(record(field("260", c="cop. 1945."))))

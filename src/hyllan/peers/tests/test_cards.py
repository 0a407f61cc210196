"""Cards follow their rule."""

from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from hyllan.peers.cards import blocked_card, cards, somebodys_card

CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=1, max_size=20)


@given(CODES)
def test_cards_follow_the_documented_rule(code: str) -> None:
    found = (*cards(code), blocked_card(code), somebodys_card(code))

    organisation = f"{crc32(code.encode()) % 100_000:05d}"
    assert [card.number for card in found] == [f"2{organisation}{n:02d}" for n in range(1, 8)]
    assert [card.pin for card in found] == [
        str(1000 + crc32(card.number.encode()) % 9000) for card in found
    ]
    assert [card.blocked for card in found] == [False] * 5 + [True, False]
    assert all(card.email.isascii() and card.email.endswith("@example.org") for card in found)

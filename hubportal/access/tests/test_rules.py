from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hubportal.access.rules import (
    WITHHELD,
    derive_token,
    fill_placeholders,
    hash_token,
    placeholder,
    withhold_placeholders,
)

LINK = UUID("3f0c0a52-6c43-4d4f-9b6b-3d7d0a3d9b11")


def test_derive_token_is_the_same_each_time_and_differs_by_link_and_secret():
    token = derive_token(link_id=LINK, secret="one")

    assert token == derive_token(link_id=LINK, secret="one")
    assert token != derive_token(link_id=LINK, secret="two")
    assert token != derive_token(link_id=UUID(int=1), secret="one")
    assert len(token) == 43


def test_hash_token_is_sha256():
    assert hash_token("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.uuids(), st.text(), st.text())
def test_placeholder_survives_any_text_around_it(link_id: UUID, before: str, after: str):
    text = f"{before}{placeholder(link_id)}{after}"

    assert fill_placeholders(placeholder(link_id), token_of=str) == str(link_id)
    assert str(link_id) not in withhold_placeholders(placeholder(link_id))
    assert withhold_placeholders(text).count(WITHHELD) >= 1

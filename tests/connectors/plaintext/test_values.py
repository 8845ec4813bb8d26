"""Values come back exactly, and never hold a sign that means something to a journal."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_plaintext import beancount, hledger
from autobook_plaintext.accounts import beancount_name, beancount_parts, hledger_name, hledger_parts
from autobook_plaintext.values import decode, decode_list, encode, encode_list, tidy

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)


@given(JSON)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert decode(encode(value)) == value


@given(st.lists(JSON, max_size=4) | st.lists(ANY_TEXT, max_size=4))
def test_a_list_comes_back_as_it_was(values: list[Any]) -> None:
    assert decode_list(encode_list(values)) == values


@given(JSON)
def test_an_encoded_value_holds_no_sign_of_the_grammars(value: Any) -> None:
    text = encode(value)
    assert not set(text) & set(',:;|"\\[]{}\n\r\t\x00')
    assert text == text.strip(" ")
    assert "  " not in text
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize("text", ["Faktura F-1006", "cus_1", "Ærø på øen", "a/b (c)", "50 € & more!"])
def test_plain_texts_stay_readable(text: str) -> None:
    assert encode(text) == text


@given(ANY_TEXT)
def test_a_text_for_the_eye_is_one_clean_line(text: str) -> None:
    shown = tidy(text)
    assert shown == tidy(shown)
    assert not set(shown) & set(";|\n\r\t\u202e\u2028\x00")
    assert "  " not in shown
    assert shown.encode("utf-8").decode("utf-8") == shown


@given(
    kind=st.sampled_from(["asset", "liability", "equity", "income", "expense"]),
    number=ANY_TEXT,
    name=ANY_TEXT,
)
def test_an_account_comes_back_from_its_written_name_and_tags(kind: str, number: str, name: str) -> None:
    for write, read in ((hledger_name, hledger_parts), (beancount_name, beancount_parts)):
        written, tags = write(kind, number, name)
        exact = {tag: decode(value) for tag, value in tags}
        found = read(written)
        assert (found[0], exact.get("account", found[1]), exact.get("name", found[2])) == (kind, number, name)


def test_account_names_are_what_people_expect() -> None:
    assert hledger_name("asset", "6485", "Stripe balance") == ("Assets:6485 Stripe balance", ())
    assert beancount_name("asset", "6485", "Stripe balance") == ("Assets:A6485-Stripe-balance", ())


@given(
    key=ANY_TEXT,
    text=ANY_TEXT,
    series=ANY_TEXT,
    source=ANY_TEXT,
    name=ANY_TEXT,
    number=st.integers() | st.none(),
)
def test_any_entry_comes_back_from_its_text(
    key: str, text: str, series: str, source: str, name: str, number: int | None
) -> None:
    body = {
        "id": key, "series": series, "number": number, "date": "2025-05-09", "journal": "sales", "text": text,
        "currency": "DKK", "sources": [source], "extra": {"x": [text]},
        "lines": [
            {"account": name, "name": text, "type": "asset", "amount": 5, "customer": name, "y": None},
            {"account": "1", "name": name, "type": "income", "amount": -5, "invoice": text, "tax_code": None},
        ],
    }  # fmt: skip
    for form in (hledger, beancount):
        block = form.block(key, body, replaces=source)
        assert "\n\n" not in block
        assert form.parse(block) == body
        assert form.key_of(block) == key

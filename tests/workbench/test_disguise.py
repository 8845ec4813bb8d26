import json
from typing import Any

import pytest

from autobook_core.workbench.disguise import Disguise
from autobook_core.workbench.personal import checks_as_card, checks_as_iban

CUSTOMER: dict[str, Any] = {
    "id": "cus_1",
    "object": "customer",
    "name": "Jens Ærø Hansen",
    "email": "jens.hansen@firma.dk",
    "phone": "+45 20 30 40 50",
    "address": {"line1": "Nørregade 7", "city": "Aarhus", "postal_code": "8000", "country": "DK"},
    "created": 1_750_000_000,
    "balance": -12_500,
    "currency": "dkk",
    "tax_exempt": "none",
}
PERSONAL = ("Jens", "Hansen", "Ærø", "firma.dk", "20 30 40 50", "Nørregade", "Aarhus", "8000")


def dressed(*rows: Any, stream: str = "customer") -> list[Any]:
    return Disguise(stream).rows(rows)


def test_personal_data_is_replaced_and_what_the_books_need_stays() -> None:
    (row,) = dressed(CUSTOMER)
    text = json.dumps(row, ensure_ascii=False)
    assert [word for word in PERSONAL if word in text] == []
    kept = ("id", "object", "created", "balance", "currency", "tax_exempt")
    assert {key: row[key] for key in kept} == {key: CUSTOMER[key] for key in kept}
    assert row["address"]["country"] == "DK"
    assert row.keys() == CUSTOMER.keys()


def test_the_same_value_becomes_the_same_everywhere_and_another_one_another() -> None:
    bank = {"id": "tx_1", "debtor_name": "Jens Ærø Hansen", "contact": {"email": "jens.hansen@firma.dk"}}
    other = {**CUSTOMER, "id": "cus_2", "name": "Ida Juhl", "email": "ida@firma.dk"}
    first, second, third = dressed(CUSTOMER, bank, other)
    assert second["debtor_name"] == first["name"] != third["name"]
    assert second["contact"]["email"] == first["email"] != third["email"]
    assert dressed(CUSTOMER, bank, other) == [first, second, third]


def test_a_known_name_is_replaced_in_the_middle_of_a_text_too() -> None:
    (row,) = dressed(CUSTOMER | {"description": "Renewal for Jens Ærø Hansen (jens.hansen@firma.dk), inv_7"})
    assert row["description"] == f"Renewal for {row['name']} ({row['email']}), inv_7"


TEXTS = {
    "pay DK5000400440116243 now": "DK5000400440116243",
    "IBAN DE89 3704 0044 0532 0130 00 please": "DE89 3704 0044 0532 0130 00",
    "card 4242 4242 4242 4242": "4242 4242 4242 4242",
    "call +45 20 30 40 50 today": "+45 20 30 40 50",
    "from 203.0.113.77": "203.0.113.77",
    "2001:db8:85a3::8a2e:370:7334": "2001:db8:85a3::8a2e:370:7334",
    "ask mette@example.dk": "mette@example.dk",
}


@pytest.mark.parametrize(("text", "secret"), TEXTS.items(), ids=TEXTS)
def test_what_looks_like_personal_data_is_found_in_any_text(text: str, secret: str) -> None:
    (row,) = dressed({"id": "x", "info": text})
    assert secret not in row["info"]
    assert len(row["info"].split()) == len(text.split()), row["info"]


PLAIN = [
    "inv_2025_0001",
    "2025-06-15T15:00:40+02:00",
    "1750000000000",
    "12.50",
    "000001234567890",
    "DK25DK25",
    "Annual plan, 12 months",
    "v1.2.3",
    "price_1ABCdef234567890",
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_resembles_personal_data_stays(text: str) -> None:
    assert dressed({"id": "x", "info": text}) == [{"id": "x", "info": text}]


def test_made_up_accounts_and_cards_keep_their_shape_and_pass_their_checks() -> None:
    (row,) = dressed(
        {"iban": "DK50 0040 0440 1162 43", "card_number": "5555-5555-5555-4444", "last4": "4242"}
    )
    assert row["iban"].startswith("DK")
    assert [len(part) for part in row["iban"].split()] == [4, 4, 4, 4, 2]
    assert checks_as_iban(row["iban"])
    assert [len(part) for part in row["card_number"].split("-")] == [4, 4, 4, 4]
    assert checks_as_card(row["card_number"])
    assert (len(row["last4"]), row["last4"].isdigit()) == (4, True)


def test_the_name_of_a_thing_is_no_name_of_a_person() -> None:
    row = {
        "id": "x",
        "plan": {"name": "Gold"},
        "lines": [{"product": {"name": "Support"}}],
        "name": "Ida Juhl",
    }
    (found,) = dressed(row)
    assert (found["plan"]["name"], found["lines"][0]["product"]["name"]) == ("Gold", "Support")
    assert found["name"] != "Ida Juhl"
    assert dressed({"id": "p", "name": "Gold"}, stream="product") == [{"id": "p", "name": "Gold"}]


FIELDS = {
    "receipt_url": "https://pay.example/r/abc?key=1", "client_secret": "pi_1_secret_2", "ipAddress": "10.1.2.3",
    "taxId": "DK12345678", "vat_number": "DE123456789", "Nm": "Ida", "TwnNm": "Odense", "dob": "1970-12-24",
    "mobilePhone": "20304050", "fingerprint": "Xt5EWLLDS7FJjR1c", "notes": "called twice", "cardholderName": "IDA J",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), FIELDS.items(), ids=FIELDS)
def test_fields_are_known_by_their_names_in_every_spelling(name: str, value: str) -> None:
    (row,) = dressed({"id": "x", name: value})
    assert row[name] != value


def test_a_number_in_a_list_of_tax_numbers_keeps_its_country() -> None:
    (row,) = dressed({"tax_ids": {"data": [{"type": "eu_vat", "value": "DE318594682"}]}})
    (found,) = row["tax_ids"]["data"]
    assert found == {"type": "eu_vat", "value": "DE000000001"}


def test_a_number_is_replaced_only_where_its_field_says_so() -> None:
    (row,) = dressed(
        {"phone": 20304050, "amount": 20304050, "updated": 1_750_000_000, "ok": True, "none": None}
    )
    assert row["phone"] != 20304050
    assert len(str(row["phone"])) == 8
    assert (row["amount"], row["updated"], row["ok"], row["none"]) == (20304050, 1_750_000_000, True, None)


def test_ids_stay_but_one_that_is_an_address_becomes_the_same_made_up_one() -> None:
    first, second = dressed({"id": "ida@firma.dk"}, {"id": "4242424242424242", "customer_id": "ida@firma.dk"})
    assert first["id"] == second["customer_id"] == "person1@example.com"
    assert second["id"] == "4242424242424242"


def test_what_was_replaced_is_listed_without_the_values() -> None:
    disguise = Disguise("customer")
    disguise.rows([CUSTOMER, {"id": "cus_2", "email": "ida@firma.dk", "description": "by hand"}])
    assert {"path": "email", "kind": "e-mail", "count": 2} in disguise.replaced
    assert {"path": "address.line1", "kind": "street", "count": 1} in disguise.replaced
    assert not any(word in json.dumps(disguise.replaced, ensure_ascii=False) for word in PERSONAL)
    assert disguise.texts == [{"path": "description", "count": 1}]

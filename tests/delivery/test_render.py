"""The canonical document of an entry, its digest and its key."""

from typing import Any

from autobook_core.delivery.render import delivery_key, digest, render
from autobook_core.store.rows import EntryRow, LineRow

ACCOUNTS = {"6190": ("Receivables", "asset"), "1010": ("Subscriptions", "income")}


def entry(**fields: Any) -> EntryRow:
    values: dict[str, Any] = {
        "id": 7, "series": "A", "fiscal_year": 2025, "number": 3, "day": "2025-01-15", "document_day": None,
        "journal": "sales", "text": "Invoice AB-1", "sources": '["in_1","cus_1"]', "rule": "invoice",
        "rule_version": "1", "reverses": None, "posted_at": "2025-01-15T10:00:00Z", "previous_hash": bytes(32),
        "hash": b"\1" * 32,
    }  # fmt: skip
    return EntryRow(**values | fields)


LINES = [
    LineRow(7, 0, "6190", 12_500, None, "EUR", 1_700, "cus_1", "in_1"),
    LineRow(7, 1, "1010", -12_500, "S25", None, None, None, None),
]


def test_a_document_holds_what_the_contract_says_and_nothing_that_is_absent() -> None:
    assert render(entry(), LINES, ACCOUNTS, "DKK") == {
        "id": "A-2025-3",
        "series": "A",
        "number": 3,
        "date": "2025-01-15",
        "journal": "sales",
        "text": "Invoice AB-1",
        "currency": "DKK",
        "sources": ["in_1", "cus_1"],
        "hash": "01" * 32,
        "lines": [
            {
                "account": "6190", "name": "Receivables", "type": "asset", "amount": 12_500,
                "customer": "cus_1", "invoice": "in_1",
            },
            {"account": "1010", "name": "Subscriptions", "type": "income", "amount": -12_500, "tax_code": "S25"},
        ],
    }  # fmt: skip


def test_a_key_has_36_characters_and_depends_on_book_sink_and_entry_only() -> None:
    key = delivery_key("acme", "books", entry())
    assert len(key) == 36
    assert key == delivery_key("acme", "books", entry(text="anything", hash=b"\2" * 32))
    others = {
        delivery_key("other", "books", entry()),
        delivery_key("acme", "economic", entry()),
        delivery_key("acme", "books", entry(number=4)),
        delivery_key("acme", "books", entry(fiscal_year=2026)),
        delivery_key("acmeb", "ooks", entry()),
    }
    assert len(others | {key}) == 6


def test_a_key_never_changes_between_versions() -> None:
    assert delivery_key("acme", "books", entry()) == "140dc35e-57a2-5319-aaee-71c80fbd7edf"


def test_the_digest_moves_with_every_fact_but_not_with_the_names_of_the_chart() -> None:
    body = render(entry(), LINES, ACCOUNTS, "DKK")
    renamed = render(entry(), LINES, {**ACCOUNTS, "1010": ("Sales", "income")}, "DKK")
    assert digest(body) == digest(renamed) == digest(dict(reversed(body.items())))
    changed = [
        render(entry(day="2025-01-16"), LINES, ACCOUNTS, "DKK"),
        render(entry(), LINES, ACCOUNTS, "EUR"),
        render(entry(), [LINES[0]._replace(amount=12_501), LINES[1]], ACCOUNTS, "DKK"),
        render(entry(), [LINES[0]._replace(invoice=None), LINES[1]], ACCOUNTS, "DKK"),
    ]
    assert len({digest(other) for other in changed} | {digest(body)}) == 5

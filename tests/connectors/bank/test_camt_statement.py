"""A statement proves itself, or nothing of it is booked; entries keep their ids from file to file."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from autobook_bank.source import BankFiles, Config
from autobook_core.connector import Malformed, Record
from autobook_core.domain.records import BankStatement, BankTransaction, Other

SOURCE = BankFiles(Config())
STREAMS = {stream.name: stream for stream in SOURCE.streams}
Write = Callable[..., bytes]


def rows(content: bytes, stream: str = "camt.053.entry") -> list[tuple[str, dict[str, Any]]]:
    return [
        (envelope.id, json.loads(bytes(envelope.data)))  # type: ignore[arg-type]
        for name, envelope in SOURCE.read_file("file.xml", content)
        if name == stream
    ]


def ids(content: bytes) -> list[str]:
    return [identity for identity, _ in rows(content)]


def records(content: bytes, stream: str = "camt.053.entry") -> list[Record | str]:
    """Return each row's record, or the code for which it was set aside."""
    found: list[Record | str] = []
    for _, raw in rows(content, stream):
        try:
            found += SOURCE.translate(STREAMS[stream], raw)
        except Malformed as error:
            found.append(error.code)
    return found


TWO = [{"amount": "40.00", "ref": "A"}, {"amount": "15.50", "ref": "B", "direction": "DBIT"}]


def test_a_statement_that_adds_up_is_read_with_its_balances(statement: Write) -> None:
    content = statement(TWO, opening="-10.00", closing="14.50")
    (frame,) = records(content, "camt.053.statement")
    assert isinstance(frame, BankStatement)
    assert (frame.opening, frame.closing, frame.entries, frame.currency) == (-1000, 1450, 2, "DKK")
    signed = [record.signed for record in records(content) if isinstance(record, BankTransaction)]
    assert frame.opening + sum(signed) == frame.closing


@pytest.mark.parametrize("closing", ["14.51", "14.49", "-14.50", "0.00"])
def test_a_statement_that_does_not_add_up_is_set_aside_whole(closing: str, statement: Write) -> None:
    content = statement(TWO, opening="-10.00", closing=closing)
    assert records(content) == ["statement_does_not_add_up"] * 2
    assert records(content, "camt.053.statement") == ["statement_does_not_add_up"]


def test_an_entry_set_aside_with_its_statement_never_takes_the_place_of_a_good_one(statement: Write) -> None:
    good = ids(statement(TWO, opening="-10.00", closing="14.50"))
    bad = ids(statement(TWO, opening="-10.00", closing="14.51"))
    assert set(good).isdisjoint(bad)


def test_one_bad_statement_leaves_the_others_of_its_file_alone(statement: Write) -> None:
    good = statement(TWO, opening="-10.00", closing="14.50").decode()
    bad = statement([{"amount": "1.00", "ref": "C"}], opening="0.00", closing="2.00", identity="S2").decode()
    cut = bad[bad.index("<Stmt>") : bad.index("</Stmt>") + 7]
    found = records(good.replace("<Stmt>", cut + "<Stmt>", 1).encode())
    assert [getattr(record, "id", record) for record in found] == ["statement_does_not_add_up", "A", "B"]


def test_pending_entries_are_no_part_of_the_sum(statement: Write) -> None:
    pending = {"amount": "99.00", "ref": "P", "status": "PDNG"}
    assert "statement_does_not_add_up" not in records(
        statement([*TWO, pending], opening="-10.00", closing="14.50")
    )


def test_an_unreadable_amount_leaves_the_whole_statement_unproven(statement: Write) -> None:
    garbled = [*TWO, {"amount": "1,00", "ref": "C"}]
    assert set(records(statement(garbled, opening="-10.00", closing="15.50"))) == {
        "statement_does_not_add_up"
    }


def test_an_unreadable_amount_without_balances_is_set_aside_alone(statement: Write) -> None:
    found = records(statement([*TWO, {"amount": "1,00", "ref": "C"}]))
    assert [getattr(record, "id", record) for record in found] == ["A", "B", "non_integer_amount"]


def test_two_currencies_in_one_statement_set_it_aside(statement: Write) -> None:
    mixed = [*TWO, {"amount": "1.00", "ref": "C", "currency": "EUR"}]
    assert records(statement(mixed, opening="0.00", closing="25.50")) == ["currency_mismatch"] * 3


def test_a_statement_without_balances_is_kept_and_proves_nothing(statement: Write) -> None:
    (frame,) = records(statement(TWO), "camt.053.statement")
    assert isinstance(frame, Other)


def test_two_equal_coffees_stay_two_and_keep_their_ids(statement: Write) -> None:
    coffee = {"amount": "99.00", "direction": "DBIT"}
    day = ids(statement([coffee, {"amount": "5.00"}, coffee]))
    assert len(set(day)) == 3
    longer = ids(
        statement(
            [{"amount": "1.00", "day": "2025-05-08"}, coffee, coffee, {"amount": "5.00"}], identity="S9"
        )
    )
    assert set(day) < set(longer)


def test_a_reference_that_repeats_within_a_statement_is_no_id(statement: Write) -> None:
    found = ids(
        statement(
            [{"amount": "1.00", "ref": "X"}, {"amount": "2.00", "ref": "X"}, {"amount": "3.00", "ref": "Y"}]
        )
    )
    assert len(set(found)) == 3
    assert "X" not in found
    assert "Y" in found


def test_a_row_read_back_from_storage_has_the_id_it_was_stored_under(statement: Write) -> None:
    coffee = {"amount": "99.00"}
    content = statement([coffee, coffee, {"amount": "1.00", "ref": "X"}])
    for identity, raw in rows(content):
        (record,) = SOURCE.translate(STREAMS["camt.053.entry"], raw)
        assert record.id == identity


def test_elements_are_found_by_name_wherever_they_stand(statement: Write) -> None:
    plain = statement(TWO, opening="-10.00", closing="14.50").decode()
    start, end = plain.index("<Acct>"), plain.index("<Ntry>")
    moved = plain[:start] + plain[end:].replace("</Stmt>", plain[start:end] + "</Stmt>")
    assert records(moved.encode()) == records(plain.encode())


def test_a_prefix_on_every_element_changes_nothing(statement: Write) -> None:
    plain = statement(TWO, opening="-10.00", closing="14.50").decode()
    head, body = plain.split("\n", 1)
    prefixed = (
        body.replace("</", "\0").replace("<", "<n:").replace("\0", "</n:").replace("xmlns=", "xmlns:n=")
    )
    assert records(f"{head}\n{prefixed}".encode()) == records(plain.encode())


def test_a_statement_number_used_twice_in_a_file_gives_two_statements(statement: Write) -> None:
    plain = statement(TWO, opening="-10.00", closing="14.50").decode()
    cut = plain[plain.index("<Stmt>") : plain.index("</Stmt>") + 7]
    content = plain.replace("<Stmt>", cut + "<Stmt>", 1).encode()
    assert [identity for identity, _ in rows(content, "camt.053.statement")] == ["S1/6243", "S1#2/6243"]
    assert ids(content) == ["A", "B", "A", "B"]


def test_padding_beyond_the_minor_unit_adds_up_too(statement: Write) -> None:
    found = records(statement([{"amount": "8.85000", "ref": "A"}], opening="18.15000", closing="27.00000"))
    assert [record.signed for record in found if isinstance(record, BankTransaction)] == [885]

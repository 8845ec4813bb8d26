"""A source that deletes a record: nothing posted goes away unseen, and a person is told once."""

from datetime import date
from typing import Any

import msgspec

from autobook_core.connector import Envelope
from autobook_core.intake.landing import land, raw_row

ROW = b'{"id": "in_1"}'


def test_a_tombstone_is_told_apart_from_a_row_of_the_same_bytes() -> None:
    alive, gone = raw_row(Envelope("in_1", data=ROW)), raw_row(Envelope("in_1", data=ROW, deleted=True))
    assert alive.digest != gone.digest
    assert alive.data == gone.data


def test_a_posted_record_that_is_deleted_stays_and_is_shown_once(say: Any, company: Any) -> None:
    books = company()
    fact = say.invoice(1)
    books.tell(fact)
    before = books.digest()
    book = books.book
    (connection,) = (row.id for row in book.store.connections.all() if row.type == "stripe")
    data = msgspec.json.encode(fact["data"])
    gone = raw_row(Envelope("in_1", data=data, created=fact["data"]["created"], deleted=True))
    for _ in range(2):
        with book.store.writing():
            land(
                book.store, connection=connection, stream="invoice", rank=9, rows=[gone], received_at=1
            )  # fmt: skip
        book.import_files([], as_of=date(2025, 3, 1))
    assert [item["code"] for item in book.exceptions()] == ["deleted_at_source"]
    assert books.digest() == before

"""What the store keeps of a record, and of what happened to it since."""

import msgspec
import pytest

from autobook_core.domain.records import CreditNote, CreditNoteLine, Invoice, InvoiceLine, Refund
from autobook_core.store.packing import Claim, Event, Leg, Packed, essence_of, pack, unpack

REFUND = Refund(id="re_1", charge="ch_1", amount=500, currency="DKK", status="succeeded")
RETURN = Event(1_740_000_000, "txn_1", "re_1", 2_876, 500)


@pytest.mark.parametrize(
    "packed",
    [
        Packed(REFUND),
        Packed(REFUND, 7),
        Packed(REFUND, events=(RETURN, Event(1, "", "cn_1", 2, 3, "credit_note", 9))),
        Packed(REFUND, legs=(Leg("il_1"), Leg("il_2", "1000"))),
        Packed(REFUND, claim=Claim((("2025-02-20", -500),), (("2025-02-20", 4),), 12)),
    ],
)
def test_what_is_packed_is_unpacked(packed: Packed) -> None:
    found = unpack("refund", pack(packed))
    assert msgspec.structs.astuple(found) == msgspec.structs.astuple(packed)


def test_what_an_earlier_version_packed_is_read_as_it_was_meant() -> None:
    kept = msgspec.msgpack.encode((REFUND, 7, ((1_740_000_000, "txn_1", "re_1", 2_876, 500),)))
    found = unpack("refund", kept)
    assert (found.record, found.parent_week, found.events) == (REFUND, 7, (RETURN,))
    assert (found.events[0].kind, found.events[0].entry, found.legs, found.claim) == ("refund", 0, (), None)


def test_the_lines_of_an_invoice_stay_in_its_raw_row() -> None:
    line = InvoiceLine(id="il_1", amount=500)
    invoice = Invoice(
        id="in_1", number="1", customer="cus_1", currency="DKK", status="open", effective_at=1, lines=(line,),
        subtotal=500, tax=0, total=500, amount_due=500,
    )  # fmt: skip
    found = unpack("invoice", pack(Packed(invoice, legs=(Leg("il_1"),))))
    assert (found.record.lines, found.record.total, found.legs) == ((), 500, (Leg("il_1"),))


def note(**fields: object) -> CreditNote:
    values = {
        "id": "cn_1", "number": "1", "invoice": "in_1", "currency": "DKK", "effective_at": 1, "subtotal": 400,
        "tax": 100, "total": 500, "lines": (CreditNoteLine(id="cnli_1", amount=400, tax=100, invoice_line="il_1"),),
    } | fields  # fmt: skip
    return CreditNote(**values)  # type: ignore[arg-type]


def test_a_credit_note_that_is_voided_or_names_its_refund_has_the_same_figures() -> None:
    assert essence_of(note()) == essence_of(note(status="void", voided_at=9, refund="re_1"))
    for other in ({"total": 501}, {"customer_balance": 500}, {"lines": ()}, {"effective_at": 2}):
        assert essence_of(note()) != essence_of(note(**other))

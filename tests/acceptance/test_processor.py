"""A month at the processor where everything goes wrong: the same books in any order, on either store."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.acceptance.conftest import Look, Shelf

AS_OF = date(2025, 3, 31)
POLICY = ("policy.fee_vat=reverse_charge_monthly", "policy.dispute_lost=cancel_sale")
Fact = dict[str, Any]


def at(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp())


def told(kind: str, id: str, day: str, **data: Any) -> Fact:
    """Say a fact as the processor does, received on its day."""
    common = {"id": id, "object": kind, "created": at(day), "currency": "dkk", "livemode": True}
    return {
        "source": "stripe", "type": kind, "api_version": "2024-06-20", "received_at": f"{day}T12:00:05Z",
        "data": common | data,
    }  # fmt: skip


def moved(id: str, category: str, amount: int, source: str | None, day: str, fee: int = 0) -> Fact:
    fields = {
        "type": category,
        "reporting_category": category,
        "amount": amount,
        "fee": fee,
        "net": amount - fee,
    }
    return told("balance_transaction", id, day, **fields, source=source, status="available", fee_details=[])


def invoice(n: int, interval: str = "month", end: str = "2025-03-01") -> Fact:
    """A plan of 100.00 and 25.00 of VAT."""
    rate = {"id": "txr", "object": "tax_rate", "country": "DK", "percentage": 25.0}
    line = {
        "id": f"il_{n}", "object": "line_item", "amount": 10_000, "currency": "dkk", "proration": False,
        "period": {"start": at("2025-02-01"), "end": at(end)}, "discount_amounts": [],
        "price": {
            "id": "price_m", "object": "price", "currency": "dkk", "product": "prod_1", "unit_amount": 10_000,
            "type": "recurring", "recurring": {"interval": interval, "interval_count": 1, "usage_type": "licensed"},
        },
        "tax_amounts": [{"amount": 2_500, "inclusive": False, "taxable_amount": 10_000, "tax_rate": rate}],
    }  # fmt: skip
    return told(
        "invoice", f"in_{n}", "2025-02-01", number=f"AB-{1000 + n}", customer=f"cus_{n}", customer_tax_ids=[],
        customer_address={"country": "DK"}, status="open", collection_method="charge_automatically",
        effective_at=at("2025-02-01"), lines={"object": "list", "has_more": False, "data": [line]},
        subtotal=10_000, tax=2_500, total=12_500, amount_due=12_500, starting_balance=0, ending_balance=0,
    )  # fmt: skip


def charge(n: int, **fields: Any) -> list[Fact]:
    """A payment of an invoice on 3 February, with a fee of 2.50."""
    movement = moved(f"txn_{n}", "charge", 12_500, f"ch_{n}", "2025-02-03", 250)
    own = {"amount": 12_500, "customer": f"cus_{n}", "invoice": f"in_{n}", "status": "succeeded"}
    return [told("charge", f"ch_{n}", "2025-02-03", **own | fields, balance_transaction=f"txn_{n}"), movement]


def dispute(n: int, status: str, closed: str) -> list[Fact]:
    own = {"amount": 12_500, "charge": f"ch_{n}", "reason": "general", "balance_transactions": []}
    record = told("dispute", f"dp_{n}", "2025-02-10", **own, status=status)
    record["received_at"] = f"{closed}T12:00:05Z"
    return [record, moved(f"txn_dp_{n}", "dispute", -12_500, f"dp_{n}", "2025-02-10", 11_200)]


def payout(n: int, amount: int, day: str, members: Sequence[str]) -> list[Fact]:
    own = {
        "amount": amount,
        "arrival_date": at(day),
        "automatic": True,
        "status": "paid",
        "statement_descriptor": "STRIPE",
    }
    movement = moved(f"txn_po_{n}", "payout", -amount, f"po_{n}", day)
    return [
        told("payout", f"po_{n}", day, **own, balance_transaction=f"txn_po_{n}", balance_transactions=[*members]),
        movement,
    ]  # fmt: skip


def bank(ref: str, signed: int, day: str) -> Fact:
    entry = {
        "Acct": {"IBAN": "DK5000400440116243", "Ccy": "DKK"}, "NtryRef": ref, "AcctSvcrRef": ref,
        "Amt": {"Ccy": "DKK", "value": f"{abs(signed) // 100}.{abs(signed) % 100:02}"}, "Sts": "BOOK",
        "CdtDbtInd": "CRDT" if signed >= 0 else "DBIT", "RvslInd": False, "BookgDt": day, "ValDt": day,
        "BkTxCd": "PMNT/RCDT/ESCT", "NtryDtls": {"RmtInf": {"Ustrd": ["STRIPE"], "CdtrRefInf": None}},
    }  # fmt: skip
    return {"source": "bank", "type": "camt.053.entry", "data": entry}


def month() -> list[Fact]:
    """Four sales. One is disputed and won, one disputed and lost, one fails, the refund of one fails.

    A payout of what the first two brought reaches the bank and comes back; a fee is billed on its own.
    """
    refund = told(
        "refund",
        "re_4",
        "2025-02-11",
        amount=12_500,
        charge="ch_4",
        status="failed",
        balance_transaction="txn_re_4",
    )
    return [
        *(invoice(n) for n in (1, 2, 3, 4)), *charge(1), *charge(2), *charge(3, status="failed"), *charge(4),
        *dispute(1, "won", "2025-03-20"), moved("txn_won", "dispute_reversal", 12_500, "dp_1", "2025-03-20", -11_200),
        *dispute(2, "lost", "2025-03-15"),
        moved("txn_f", "charge_failure", -12_500, "ch_3", "2025-02-12"),
        refund, moved("txn_re_4", "refund", -12_500, "re_4", "2025-02-11"),
        moved("txn_rf_4", "refund_failure", 12_500, "re_4", "2025-02-15"),
        *payout(1, 24_500, "2025-02-05", ["txn_1", "txn_2"]),
        moved("txn_back", "payout_reversal", 24_500, "po_1", "2025-02-08"),
        bank("B-1", 24_500, "2025-02-06"), bank("B-2", -24_500, "2025-02-09"),
        moved("txn_fee", "fee", -700, None, "2025-02-28"),
    ]  # fmt: skip


def crossed() -> list[Fact]:
    """A prepaid year, paid by a charge that only a link connects, refunded in part around a lost dispute of a part."""
    link = told(
        "invoice_payment", "inpay_5", "2025-02-03", invoice="in_5", status="paid",
        payment={"type": "payment_intent", "payment_intent": "pi_5"},
    )  # fmt: skip
    lost, withdrawn = dispute(5, "lost", "2025-03-12")
    lost["data"] |= {"amount": 3_333}
    withdrawn["data"] |= {"amount": -3_333, "net": -14_533}
    facts = [
        invoice(5, "year", "2026-02-01"),
        link,
        *charge(5, invoice=None, payment_intent="pi_5"),
        lost,
        withdrawn,
    ]
    for n, amount, day in ((51, 1_111, "2025-02-20"), (52, 2_222, "2025-03-25")):
        own = {
            "amount": amount,
            "charge": "ch_5",
            "status": "succeeded",
            "balance_transaction": f"txn_re_{n}",
        }
        facts.append(told("refund", f"re_{n}", day, **own))
        facts.append(moved(f"txn_re_{n}", "refund", -amount, f"re_{n}", day))
    return facts


#: By hand. February's fees: 4 x 2.50, 7.00, and 2 x 112.00 of disputes make 241.00, of which 25 % is 60.25.
#: March: 112.00 come back, of which 28.00. Sales: two stay, one was refunded, one taken back by the dispute.
EXPECTED = {
    "bank": 0,
    "stripe_clearing": 12_250 + (12_250 - 23_700) - 250 + 12_250 - 700,
    "receivables": 12_500,
    "customer_credit": -12_500,
    "revenue_monthly": -20_000,
    "vat_output_25": -5_000,
    "fees": 1_700,
    "dispute_fees": 11_200,
    "vat_input": 6_025 - 2_800,
    "vat_reverse_charge_services": -6_025 + 2_800,
}
CODES = [
    ("credit_note_missing", "dp_2"), ("credit_note_missing", "re_4"), ("payment_failed_after_posting", "ch_3"),
    ("payout_failed", "po_1"), ("refund_failed", "re_4"),
]  # fmt: skip


def booked(shelf: "Shelf", look: "Look", calls: Sequence[Sequence[Fact]]) -> dict[str, Any]:
    with shelf.open(shelf.new(*POLICY)) as book:
        for facts in calls:
            assert shelf.import_envelopes(book, facts, as_of=AS_OF)["ok"]
        shown = look.outcome(book)
        shown["open"] = sorted((row["code"], row["record"]) for row in book.exceptions())
        return shown


def test_the_month_ends_with_the_figures_made_by_hand(shelf: "Shelf", look: "Look") -> None:
    shown = booked(shelf, look, [month()])
    assert shown["faults"] == []
    assert shown["balances"] == look.without_zeros(EXPECTED)
    assert shown["open"] == CODES
    assert {status for *_, status in shown["records"]} <= {"posted", "no_posting"}
    fees = [key for key in shown["net"] if key[1] == "vat_input"]
    assert fees == [("2025-02-28", "vat_input", "EU-SERV-RC"), ("2025-03-31", "vat_input", "EU-SERV-RC")]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("singly", [False, True], ids=["at-once", "one-by-one"])
def test_the_month_in_any_order_once_or_twice_gives_the_same_books(
    shelf: "Shelf", sqlite_shelf: "Shelf", look: "Look", seed: int, *, singly: bool
) -> None:
    facts = [*month(), *crossed()]
    straight = booked(sqlite_shelf, look, [facts])
    Random(seed).shuffle(facts)
    twice = [*facts, *Random(-seed).sample(facts, len(facts))]
    shown = booked(shelf, look, [[fact] for fact in twice] if singly else [facts, twice])
    for part in ("faults", "digest", "net", "balances", "records", "open", "open_items", "matches"):
        assert shown[part] == straight[part], part

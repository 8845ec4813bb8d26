"""Aged receivables: what customers owe at the end of a day, by how long it is past due.

The open amounts are those of the ledger up to that day, so payments that come later are ignored and
the sum is the balance of the account. Only the due date comes from the invoice.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from autobook_core.domain.calendar import local_days
from autobook_core.domain.records import Customer, Invoice
from autobook_core.reports.asking import Asked
from autobook_core.reports.origins import find_customers, find_invoices, noon
from autobook_core.store.reading import OpenItem

#: Days past due: what is due today is current; ``no_invoice`` is what names no invoice.
BUCKETS = ("current", "1-30", "31-60", "61-90", "over_90", "no_invoice")


def aged_receivables(asked: Asked) -> dict[str, Any]:
    """Return a row per open invoice, sums by customer and by bucket, and the account's balance."""
    account, day = asked.number("receivables") or "", asked.last
    items = asked.tables.open_by_invoice(account, day)
    zone = asked.policy.time_zone
    invoices = find_invoices(
        asked.store, {item.invoice: noon(item.day, zone) for item in items if item.invoice}
    )
    named = {invoice.customer for invoice in invoices.values()}
    named |= {item.customer for item in items if item.customer}
    customers = find_customers(asked.store, sorted(named), noon(day.isoformat(), zone))
    rows = aged_rows(items, invoices, customers, day, local_days(zone))
    total, ledger = sum(row["amount"] for row in rows), asked.balance(account, day)
    return {
        "report": "aged-receivables",
        "at": day.isoformat(),
        "currency": asked.currency,
        "rows": rows,
        "customers": by_customer(rows),
        "buckets": _sums(rows),
        "total": total,
        "ledger": ledger,
        "difference": ledger - total,
    }


def aged_rows(
    items: Iterable[OpenItem],
    invoices: Mapping[str, Invoice],
    customers: Mapping[str, Customer],
    day: date,
    local_day: Callable[[int], date],
) -> list[dict[str, Any]]:
    """Return the open items with their bucket, the longest past due first."""
    rows: list[dict[str, Any]] = []
    for item in items:
        invoice = invoices.get(item.invoice) if item.invoice else None
        who = (invoice.customer if invoice else item.customer) or ""
        customer = customers.get(who)
        name = (invoice.customer_name if invoice else None) or (customer.name if customer else None)
        due = due_date(item, invoice, local_day)
        past = (day - due).days if due else 0
        rows.append(
            {
                "customer": who, "name": name or "", "invoice": item.invoice,
                "number": invoice.number if invoice else None, "due": due.isoformat() if due else None,
                "days_past_due": max(past, 0), "bucket": bucket_of(past) if due else "no_invoice",
                "amount": item.amount,
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: (row["customer"], -row["days_past_due"], row["invoice"] or ""))


def due_date(item: OpenItem, invoice: Invoice | None, local_day: Callable[[int], date]) -> date | None:
    """Return when an item is due: as its invoice says, else on the day of the invoice."""
    if item.invoice is None:
        return None
    if invoice is None:
        return date.fromisoformat(item.day)
    return local_day(invoice.due_date or invoice.effective_at)


def bucket_of(days_past_due: int) -> str:
    """Return the bucket of a number of days past due."""
    if days_past_due <= 0:
        return "current"
    return BUCKETS[1 + min((days_past_due - 1) // 30, 3)]


def by_customer(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what each customer owes, by bucket."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["customer"], []).append(row)
    return [
        {
            "customer": customer, "name": group[0]["name"], **_sums(group),
            "total": sum(row["amount"] for row in group),
        }
        for customer, group in sorted(grouped.items())
    ]  # fmt: skip


def _sums(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    sums = dict.fromkeys(BUCKETS, 0)
    for row in rows:
        sums[row["bucket"]] += row["amount"]
    return sums

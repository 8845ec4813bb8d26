"""The EU sales list: services sold to businesses in other EU countries, by the buyer's VAT number.

Its total is box B services of the VAT return of the same days; what cannot be listed is a problem.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from autobook_core.domain.records import Customer, Invoice
from autobook_core.posting.tax import EU, EU_SERVICES
from autobook_core.reports.asking import Asked
from autobook_core.reports.origins import find_customers, invoices_of, noon
from autobook_core.reports.tax_codes import by_code, vat_accounts
from autobook_core.store.reading import Coded


def eu_sales_list(asked: Asked) -> dict[str, Any]:
    """Return one row per VAT number, amounts in minor units, and the total beside that of box B."""
    period = asked.of_quarter()
    entries = list(asked.tables.of_code(EU_SERVICES, period))
    sources = {
        name: noon(entry.day, asked.policy.time_zone)
        for entry in entries
        for name in ([entry.invoice] if entry.invoice else entry.sources)
    }
    invoices = invoices_of(asked.store, sources)
    named = {invoice.customer for invoice in invoices.values()}
    named |= {entry.customer for entry in entries if entry.customer}
    born = noon(period.first.isoformat(), asked.policy.time_zone)
    customers = find_customers(asked.store, sorted(named), born)
    rows = list_rows(entries, invoices, customers)
    codes = by_code(asked.tables.taxed(period), vat_accounts(asked.chart))
    box = sum(-item.base for item in codes if item.code == EU_SERVICES)
    total = sum(row["amount"] for row in rows)
    return {
        "report": "eu-sales-list",
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "currency": asked.currency,
        "rows": rows,
        "total": total,
        "box": box,
        "difference": total - box,
        "problems": problems(rows),
    }


def list_rows(
    entries: Iterable[Coded], invoices: Mapping[str, Invoice], customers: Mapping[str, Customer]
) -> list[dict[str, Any]]:
    """Return a row per VAT number; what has none has a row per customer, so that nothing is left out."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.day, entry.sources)):
        names = [entry.invoice] if entry.invoice else entry.sources
        invoice = next((invoices[name] for name in names if name in invoices), None)
        buyer = entry.customer or (invoice.customer if invoice else "")
        customer = customers.get(buyer)
        number = vat_number(invoice, customer)
        row = rows.setdefault((number, "" if number else buyer), _row(number, invoice, customer))
        row["amount"] -= entry.amount
        for name, value in (("customers", buyer), ("invoices", invoice.id if invoice else "")):
            if value and value not in row[name]:
                row[name].append(value)
    return [rows[key] for key in sorted(rows)]


def vat_number(invoice: Invoice | None, customer: Customer | None) -> str:
    """Return the buyer's VAT number as it is listed: the invoice's, else the customer's; empty if none."""
    told = (invoice.customer_vat_id if invoice else None) or (customer.vat_id if customer else None)
    return "".join(sign for sign in (told or "").upper() if sign.isalnum())


def problems(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return why rows cannot be filed as they stand."""
    found: list[dict[str, Any]] = []
    for row in rows:
        who = ", ".join(row["customers"]) or "an unknown customer"
        if not row["vat_id"]:
            found.append(
                {"code": "vat_number_missing", "customer": who, "amount": row["amount"],
                 "detail": f"{who} has no VAT number: ask for it, or charge Danish VAT"}
            )  # fmt: skip
        elif row["country"] not in EU or row["country"] == "DK":
            found.append(
                {"code": "vat_number_not_eu", "customer": who, "amount": row["amount"],
                 "detail": f"{row['vat_id']} of {who} is no VAT number of another EU country"}
            )  # fmt: skip
    return found


def _row(number: str, invoice: Invoice | None, customer: Customer | None) -> dict[str, Any]:
    name = (invoice.customer_name if invoice else None) or (customer.name if customer else None)
    return {
        "vat_id": number or None, "country": number[:2], "name": name or "", "customers": [], "invoices": [],
        "amount": 0,
    }  # fmt: skip

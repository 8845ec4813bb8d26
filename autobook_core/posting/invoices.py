"""Invoices: a sale becomes a receivable, revenue (now or later) and VAT, on one date.

VAT is due with the invoice, for the whole prepaid period at once (ML 23); it is never deferred.
Amounts are facts of the source: they are checked and posted as they stand.
"""

from datetime import date, timedelta

from msgspec import Struct

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.money import split
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import Invoice, InvoiceLine
from autobook_core.posting.checks import check_currency, check_invoice, check_live, check_service, is_taxed
from autobook_core.posting.rules import Decision, LineFacts
from autobook_core.posting.tax import DK25, region
from autobook_core.posting.terms import Terms


class Deferred(Struct, frozen=True, kw_only=True, gc=False):
    """A stretch of prepaid revenue as it comes out of an invoice.

    ``total`` is in base minor units and has the sign of the revenue that waits; ``end`` is the
    first day no longer served.
    """

    line: str
    line_no: int
    account_from: str
    account_to: str
    total: int
    start: date
    end: date
    method: str
    rule: str


class Sale(Struct, frozen=True, kw_only=True, gc=False):
    """What an invoice does to the books. No draft: understood, nothing to book.

    Attributes:
        accruals: entries of usage that was earned before it was invoiced.
        legs: (invoice line, revenue account if it is not the leg's) of each revenue or deferral leg,
            where they are several or one was accrued.
    """

    draft: Draft | None
    deferred: tuple[Deferred, ...] = ()
    receivable: int = 0
    problems: tuple[Problem, ...] = ()
    accruals: tuple[Draft, ...] = ()
    legs: tuple[tuple[str, str | None], ...] = ()


_NOTHING = Sale(draft=None)


def post_invoice(invoice: Invoice, terms: Terms, source: str) -> Sale:
    """Return what an invoice does to the books.

    Raises:
        SetAside: the invoice contradicts itself or its treatment is not known.
    """
    check_live(invoice.livemode)
    if invoice.status == "draft":
        return _NOTHING
    check_invoice(invoice)
    if invoice.total == 0 and not invoice.amount_due and all(_is_nothing(line) for line in invoice.lines):
        return _NOTHING
    check_currency(invoice.currency, terms.base)
    day = terms.day(invoice.effective_at)
    revenue: list[Line] = []
    legs: list[tuple[str, str | None]] = []
    deferred: list[Deferred] = []
    accruals: list[Draft] = []
    vat: dict[tuple[str, str | None], int] = {}
    names: list[str] = []
    for item in invoice.lines:
        if not item.net and not item.tax:
            continue
        decision = terms.rules.decide(_facts(invoice, item, terms, source, day))
        names.append(decision.rule)
        if item.net:
            accrual = _accrual(invoice, item, decision, terms, day) if item.usage == "metered" else None
            if accrual is not None:
                accruals.append(accrual)
            _post_line(item, decision, terms, revenue, deferred, legs, accrued=accrual is not None)
        if item.tax:
            key = (decision.vat_account or "", decision.tax_code)
            vat[key] = vat.get(key, 0) + item.tax
    lines = _receivable_lines(invoice, terms)
    lines += revenue
    lines += [Line(account, -tax, code) for (account, code), tax in vat.items() if tax]
    if not lines:
        return _NOTHING
    draft = Draft(
        day=day,
        journal="sales",
        text=f"Invoice {invoice.number or invoice.id}",
        lines=tuple(lines),
        sources=(invoice.id,),
        rule=names[0] if len(names) == 1 else ", ".join(dict.fromkeys(names)) or "Customer balance",
        rule_version=terms.version,
    )
    return Sale(
        draft=draft,
        deferred=tuple(deferred),
        receivable=invoice.amount_due,
        problems=_warnings(invoice, vat),
        accruals=tuple(accruals),
        legs=tuple(legs) if len(legs) > 1 or accruals else (),
    )


def _is_nothing(line: InvoiceLine) -> bool:
    return line.net == 0 and line.tax == 0


def _receivable_lines(invoice: Invoice, terms: Terms) -> list[Line]:
    """Return what the customer owes, and what the customer's balance gives or takes."""
    customer, number, total, due = invoice.customer, invoice.id, invoice.total, invoice.amount_due
    if total > 0:
        lines = [Line(terms.account("receivables"), total, None, None, None, customer, number)]
        if total != due:
            lines.append(Line(terms.account("receivables"), due - total, customer=customer, invoice=number))
    else:
        lines = [Line(terms.account("receivables"), due, customer=customer, invoice=number)] if due else []
    if total != due:
        lines.append(Line(terms.account("customer_credit"), total - due, customer=customer, invoice=number))
    return lines


def _facts(invoice: Invoice, item: InvoiceLine, terms: Terms, source: str, day: date) -> LineFacts:
    rules = terms.rules
    taxed = is_taxed(item)
    metadata: tuple[tuple[str, str], ...] = ()
    if rules.uses_metadata and item.metadata:
        metadata = tuple((key, item.metadata[key]) for key in rules.uses_metadata if key in item.metadata)
    return LineFacts(
        source, item.product, item.price, item.nickname, item.interval, item.interval_count, item.usage,
        item.proration, invoice.customer_country, invoice.customer_vat_id is not None, invoice.currency,
        taxed, item.tax_country if taxed else None, item.tax_milli if taxed else None,
        item.net if rules.uses_amount else None, item.tax if rules.uses_tax else None, metadata,
        day if rules.uses_dates else None,
    )  # fmt: skip


def _post_line(
    item: InvoiceLine,
    decision: Decision,
    terms: Terms,
    revenue: list[Line],
    deferred: list[Deferred],
    legs: list[tuple[str, str | None]],
    *,
    accrued: bool,
) -> None:
    net = item.net
    accounts = decision.accounts
    if decision.deferral is None:
        onto = terms.account("accrued_income") if accrued else None
        if len(accounts) == 1:
            number = accounts[0][0]
            revenue.append(Line(onto or number, -net, decision.tax_code))
            legs.append((item.id, number if accrued else None))
            return
        parts = split(net, [weight for _, weight in accounts])
        for (number, _), part in zip(accounts, parts, strict=True):
            if part:
                revenue.append(Line(onto or number, -part, decision.tax_code))
                legs.append((item.id, number if accrued else None))
        return
    waits_on, method = decision.deferral
    check_service(item)
    start, end = terms.day(item.period_start), terms.day(item.period_end)
    revenue.append(Line(waits_on, -net, decision.tax_code))
    legs.append((item.id, None))
    parts = [net] if len(accounts) == 1 else split(net, [weight for _, weight in accounts])
    deferred += [
        Deferred(
            line=item.id, line_no=len(deferred), account_from=waits_on, account_to=number, total=part,
            start=start, end=end, method=method, rule=decision.rule,
        )
        for (number, _), part in zip(accounts, parts, strict=True)
        if part
    ]  # fmt: skip


def _accrual(
    invoice: Invoice, item: InvoiceLine, decision: Decision, terms: Terms, invoiced: date
) -> Draft | None:
    """Return the entry of usage on its last day of service, where that came before the invoice."""
    if terms.policy.usage_in_arrears != "service_month" or decision.deferral is not None:
        return None
    check_service(item)
    last = max(terms.day(item.period_end) - timedelta(days=1), terms.day(item.period_start))
    if last >= invoiced:
        return None
    parts = split(item.net, [weight for _, weight in decision.accounts])
    revenue = [
        Line(number, -part) for (number, _), part in zip(decision.accounts, parts, strict=True) if part
    ]
    return Draft(
        day=last,
        journal="accrual",
        text=f"Usage invoiced on {invoice.number or invoice.id}",
        lines=(Line(terms.account("accrued_income"), item.net), *revenue),
        sources=(invoice.id,),
        rule=decision.rule,
        rule_version=terms.version,
    )


def _warnings(invoice: Invoice, vat: dict[tuple[str, str | None], int]) -> tuple[Problem, ...]:
    if invoice.customer_vat_id is None or region(invoice.customer_country) != "EU":
        return ()
    if not any(code == DK25 and tax for (_, code), tax in vat.items()):
        return ()
    return (
        Problem(
            code="danish_vat_on_eu_business",
            record=invoice.id,
            detail=f"Invoice {invoice.number} carries Danish VAT although the buyer gave an EU VAT number; "
            "it is owed until credited",
            severity="warning",
        ),
    )

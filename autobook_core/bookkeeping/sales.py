"""Invoices: posted once; a later version that says the same to the books changes nothing."""

from collections.abc import Sequence

import msgspec

from autobook_core.bookkeeping.handling import Handler, Item
from autobook_core.bookkeeping.returns import credit_given
from autobook_core.bookkeeping.workset import Workset
from autobook_core.bookkeeping.write_offs import watch
from autobook_core.domain.calendar import month_end
from autobook_core.domain.problems import Problem, SetAside
from autobook_core.domain.records import Invoice, InvoiceLine, Price, TaxRate
from autobook_core.matching.references import normalise
from autobook_core.posting.checks import check_instant
from autobook_core.posting.credit_notes import balance_used
from autobook_core.posting.invoices import Deferred, post_invoice
from autobook_core.store.packing import Event, Leg, Packed, packed_of
from autobook_core.store.rows import Row, ScheduleRow, week_of

#: States of an invoice from which on nobody is expected to pay it.
_ENDED = frozenset({"void", "uncollectible"})


class Invoices(Handler[Invoice]):
    """Posts invoices and keeps what is open of them."""

    def prepare(self, work: Workset, connection: int, records: Sequence[Invoice]) -> None:
        """Load prices and tax rates where the invoice gives only their ids."""
        prices: dict[str, int] = {}
        rates: dict[str, int] = {}
        for invoice in records:
            for line in invoice.lines:
                if not line.interval_known and line.price:
                    prices[line.price] = week_of(invoice.created)
                if line.tax and line.tax_country is None and line.tax_rate:
                    rates[line.tax_rate] = week_of(invoice.created)
        if prices:
            work.load(connection, "price", prices)
        if rates:
            work.load(connection, "tax_rate", rates)

    def handle(self, work: Workset, item: Item[Invoice], source: str) -> None:
        """Post an invoice, or wait for a price or tax rate it names."""
        row, invoice = item.row, item.record
        lines = self._complete(work, row, invoice)
        if lines is None:
            return
        if lines is not invoice.lines:
            invoice = msgspec.structs.replace(invoice, lines=lines)
        ended = invoice.voided_at or invoice.marked_uncollectible_at or invoice.status in _ENDED
        if ended:
            _check_transition(invoice)
        sale = post_invoice(invoice, self.terms, source)
        row.packed = Packed(invoice)
        if sale.draft is None:
            row.state = "no_posting"
            if invoice.status != "draft":
                work.ready("invoice", invoice.id)
            return
        if sale.legs:
            row.packed = Packed(invoice, legs=tuple(Leg(*leg) for leg in sale.legs))
        for accrual in sale.accruals:
            work.post(accrual)
        row.entry = work.post(sale.draft)
        row.state = "posted"
        row.open_minor = sale.receivable
        if invoice.number:
            work.references.append((normalise(invoice.number), row.ref))
        for deferred in sale.deferred:
            work.schedules.append(_schedule(work, row, deferred))
        for problem in sale.problems:
            work.problem(row, problem)
        work.ready("invoice", invoice.id)
        if invoice.total != invoice.amount_due:
            self._tell_balance(work, row, invoice)
        if ended:
            watch(work, row)

    def refresh(self, work: Workset, row: Row, record: Invoice) -> None:
        """An open invoice is paid, voided or given up; what happened to its sale stays known."""
        packed = packed_of(row)
        before: Invoice = packed.record
        known = msgspec.structs.replace(
            record,
            voided_at=record.voided_at or before.voided_at,
            marked_uncollectible_at=record.marked_uncollectible_at or before.marked_uncollectible_at,
        )
        row.packed = Packed(known, packed.parent_week, packed.events, packed.legs, packed.claim)
        try:
            _check_transition(known)
        except SetAside as reason:
            work.problem(row, Problem(code=reason.code, record=row.id, detail=reason.detail))
            return
        if _fate(known) != _fate(before):
            watch(work, row)

    def _tell_balance(self, work: Workset, row: Row, invoice: Invoice) -> None:
        """Tell the customer's file of a credit given by a negative invoice, or used by another."""
        if invoice.total < 0:
            kind, amount = "credit", -invoice.total
        else:
            kind, amount = "use", balance_used(invoice)
        if amount > 0:
            event = Event(invoice.effective_at, "", invoice.id, row.week, amount, kind)
            credit_given(work, row.connection, invoice.customer, event, self.terms)

    def _complete(self, work: Workset, row: Row, invoice: Invoice) -> tuple[InvoiceLine, ...] | None:
        """Return the lines with what their prices and tax rates say, or None: one is missing."""
        if all(line.interval_known and (line.tax_country or not line.tax_rate) for line in invoice.lines):
            return invoice.lines
        lines: list[InvoiceLine] = []
        for given in invoice.lines:
            line = given
            if not line.interval_known and line.price:
                price = work.get(row.connection, "price", line.price)
                if price is None:
                    work.wait(row, "price", line.price)
                    return None
                line = _with_price(line, packed_of(price).record)
            if line.tax and line.tax_country is None and line.tax_rate:
                rate = work.get(row.connection, "tax_rate", line.tax_rate)
                if rate is None:
                    work.wait(row, "tax_rate", line.tax_rate)
                    return None
                line = _with_rate(line, packed_of(rate).record)
            lines.append(line)
        return tuple(lines)


def _fate(invoice: Invoice) -> tuple[int | None, int | None]:
    return invoice.voided_at, invoice.marked_uncollectible_at


def _check_transition(invoice: Invoice) -> None:
    """Set aside an invoice that is voided or given up and does not say since when."""
    since = {"void": invoice.voided_at, "uncollectible": invoice.marked_uncollectible_at}
    if since.get(invoice.status, 0) is None:
        raise SetAside(
            "missing_required_field", f"the invoice is {invoice.status} and does not say since when"
        )
    for instant in _fate(invoice):
        if instant is not None:
            check_instant(instant, invoice.status)


def _with_price(line: InvoiceLine, price: Price) -> InvoiceLine:
    return msgspec.structs.replace(
        line,
        interval_known=True,
        interval=price.interval,
        interval_count=price.interval_count,
        usage=price.usage,
        product=line.product or price.product,
        nickname=line.nickname or price.nickname,
    )


def _with_rate(line: InvoiceLine, rate: TaxRate) -> InvoiceLine:
    return msgspec.structs.replace(line, tax_country=rate.country, tax_milli=rate.percentage_milli)


def _schedule(work: Workset, row: Row, deferred: Deferred) -> ScheduleRow:
    return ScheduleRow(
        id=work.schedule_id(),
        connection=row.connection,
        week=row.week,
        invoice=row.id,
        line=deferred.line,
        line_no=deferred.line_no,
        account_from=deferred.account_from,
        account_to=deferred.account_to,
        total=deferred.total,
        start_day=deferred.start.isoformat(),
        end_day=deferred.end.isoformat(),
        method=deferred.method,
        next_due=month_end(deferred.start).isoformat(),
        rule=deferred.rule,
    )

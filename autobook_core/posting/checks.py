"""Checks before posting: a record that contradicts itself is set aside whole."""

from autobook_core.domain.money import is_currency, round_half_away
from autobook_core.domain.problems import SetAside
from autobook_core.domain.records import BalanceTransaction, Invoice, InvoiceLine

#: Instants outside 2000-01-01 to 2100-01-01 are no birth of a fact of ours.
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800
_INTERVALS = frozenset({"day", "week", "month", "year"})
#: Reasons (Stripe's ``taxability_reason``) for which a rate is shown but nothing is charged.
_NOT_TAXED = frozenset(
    "customer_exempt not_collecting not_subject_to_tax not_supported product_exempt product_exempt_holiday "
    "proportionally_rated reverse_charge zero_rated".split()
)
#: Amounts beyond this are no money of a company; they also would not fit the store.
MOST_MINOR = 10**17


def check_currency(currency: str, base: str) -> None:
    """Set aside what is in no known currency, or in one there is no rate for."""
    if currency == base:
        return
    if not is_currency(currency):
        raise SetAside("unknown_currency", f"{currency!r} is no ISO 4217 currency")
    msg = f"the amount is in {currency}, the books are kept in {base}, and there is no exchange rate"
    raise SetAside("missing_exchange_rate", msg)


def check_live(livemode: bool) -> None:
    """Set aside what a test account made."""
    if not livemode:
        raise SetAside("test_mode_record", "the record comes from test mode (livemode false)")


def check_instant(instant: int, name: str) -> None:
    """Set aside what claims to have happened in another century."""
    if not _EARLIEST <= instant < _LATEST:
        raise SetAside("implausible_date", f"{name} {instant} is not between 2000 and 2100")


def check_invoice(invoice: Invoice) -> None:
    """Set aside an invoice whose figures do not agree with one another.

    Raises:
        SetAside: ``totals_do_not_add_up``, ``tax_amount_mismatch``, ``service_period_invalid``,
            ``implausible_date``.
    """
    check_instant(invoice.effective_at, "effective_at")
    total = tax = 0
    for line in invoice.lines:
        _check_line(line)
        tax += line.tax
        total += line.amount - line.discount
        if not line.tax_inclusive:
            total += line.tax
    if total != invoice.total or not -MOST_MINOR < total < MOST_MINOR:
        msg = f"the lines make {total}, the invoice says {invoice.total}"
        raise SetAside("totals_do_not_add_up", msg)
    if tax != invoice.tax:
        raise SetAside("totals_do_not_add_up", f"the lines' tax makes {tax}, the invoice says {invoice.tax}")
    due = max(0, invoice.total + invoice.starting_balance)
    if invoice.amount_due != due:
        msg = f"amount due is {invoice.amount_due}; total and starting balance make {due}"
        raise SetAside("totals_do_not_add_up", msg)


def _check_line(line: InvoiceLine) -> None:
    if line.tax_milli is not None and (line.tax or is_taxed(line)):
        base = line.taxable_amount
        if base is None:
            base = line.net
        expected = round_half_away(base * line.tax_milli, 100_000)
        if not -1 <= expected - line.tax <= 1:
            msg = f"line {line.id}: tax is {line.tax}, rate times taxable amount makes {expected}"
            raise SetAside("tax_amount_mismatch", msg)
    if line.interval is not None:
        if line.interval not in _INTERVALS:
            raise SetAside("unknown_interval", f"line {line.id}: {line.interval!r} is no interval of a price")
        _check_order(line)


def is_taxed(line: InvoiceLine) -> bool:
    """Tell whether a line carries tax, though it may round to nothing: 25 % of 0.01 is 0.00."""
    if line.tax:
        return True
    return bool(line.tax_milli) and line.taxability_reason not in _NOT_TAXED


def check_service(line: InvoiceLine) -> None:
    """Set aside a line whose revenue cannot be spread over its service period.

    Raises:
        SetAside: ``implausible_date``, ``service_period_invalid``.
    """
    check_instant(line.period_start, "period_start")
    check_instant(line.period_end, "period_end")
    _check_order(line)


def _check_order(line: InvoiceLine) -> None:
    if line.period_end <= line.period_start:
        raise SetAside("service_period_invalid", f"line {line.id}: the service ends before it begins")


def check_balance_transaction(movement: BalanceTransaction) -> None:
    """Set aside a movement whose net is not amount minus fee.

    Raises:
        SetAside: ``totals_do_not_add_up``, ``implausible_date``.
    """
    check_instant(movement.created, "created")
    if movement.net != movement.amount - movement.fee or not -MOST_MINOR < movement.amount < MOST_MINOR:
        msg = f"net is {movement.net}; amount {movement.amount} minus fee {movement.fee} is not"
        raise SetAside("totals_do_not_add_up", msg)

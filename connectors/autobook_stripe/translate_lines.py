"""Invoice lines: price, period, discount and tax of each, from both shapes of the API."""

from collections.abc import Sequence

from msgspec.structs import replace

from autobook_core.connector import Malformed
from autobook_core.domain.records import InvoiceLine
from autobook_stripe.shapes import PriceRow, TaxRateRow
from autobook_stripe.shapes_invoices import InvoiceRow, LineRow, TaxAmount
from autobook_stripe.translate_catalogue import milli_percent, rate_country
from autobook_stripe.translate_money import linked_id

#: Amount, inclusive, country, thousandths of a percent, id of the rate, reason, taxable amount.
Tax = tuple[int, bool, str | None, int | None, str | None, str | None, int | None]
#: Price id, product id, nickname, interval, interval count, whether the interval is known, usage.
Sold = tuple[str | None, str | None, str | None, str | None, int, bool, str]

_UNTAXED: Tax = (0, False, None, None, None, None, None)
_NOTHING_NAMED: Sold = (None, None, None, None, 1, True, "licensed")


def line_of(invoice: str, row: LineRow) -> InvoiceLine:
    """Translate one line.

    Raises:
        Malformed: it carries several taxes of different rates.
    """
    taxes = row.tax_amounts or row.taxes
    tax, inclusive, country, milli, rate, reason, taxable = (
        _tax(invoice, taxes, row.tax_rates) if taxes else _UNTAXED
    )
    price = row.price
    price_id, product, nickname, interval, count, known, usage = (
        _recurring(price) if price.__class__ is PriceRow else _sold(row)
    )
    discounts, period = row.discount_amounts, row.period
    return InvoiceLine(
        id=row.id,
        amount=row.amount,
        discount=sum([discount.amount for discount in discounts]) if discounts else 0,
        tax=tax,
        tax_inclusive=inclusive,
        tax_country=country,
        tax_milli=milli,
        tax_rate=rate,
        taxability_reason=reason,
        taxable_amount=taxable,
        period_start=period.start,
        period_end=period.end,
        price=price_id,
        product=product,
        nickname=nickname,
        interval=interval,
        interval_count=count,
        interval_known=known,
        usage=usage,
        quantity=row.quantity,
        proration=row.proration or (row.parent is not None and _prorated(row)),
        description=row.description,
        metadata=row.metadata or None,
    )


def _prorated(row: LineRow) -> bool:
    parent = row.parent
    if parent is None:
        return False
    details = parent.subscription_item_details or parent.invoice_item_details
    return details is not None and details.proration


def _sold(row: LineRow) -> Sold:
    """Return what the line sells where it does not carry its whole price."""
    price: str | PriceRow | None = row.price if row.price is not None else row.plan
    product = None
    if price is None and row.pricing is not None and row.pricing.price_details is not None:
        details = row.pricing.price_details
        price, product = details.price, linked_id(details.product)
    if price is None:
        return _NOTHING_NAMED
    if isinstance(price, PriceRow):
        return _recurring(price)
    return (price, product, None, None, 1, False, "licensed")


def _recurring(price: PriceRow) -> Sold:
    product, recurring = price.product, price.recurring
    if product.__class__ is not str:
        product = linked_id(product)
    if recurring is not None:
        usage = recurring.usage_type or "licensed"
        return (price.id, product, price.nickname, recurring.interval, recurring.interval_count, True, usage)
    nickname = price.nickname or price.name
    count, usage = price.interval_count or 1, price.usage_type or "licensed"
    return (price.id, product, nickname, price.interval, count, True, usage)


def _tax(id: str, taxes: Sequence[TaxAmount], rates: Sequence[TaxRateRow] | None) -> Tax:
    """Return the tax of a line as one.

    Amounts of the same rate are added up; amounts of zero beside another are left out.
    """
    first, amount, taxable = taxes[0], taxes[0].amount, taxes[0].taxable_amount
    if len(taxes) > 1:
        counted = [tax for tax in taxes if tax.amount] or [first]
        first = counted[0]
        if any(_same(tax) != _same(first) for tax in counted):
            raise Malformed(id, "a line carries taxes of different rates", code="unknown_tax_treatment")
        amount = sum([tax.amount for tax in counted])
        known = [tax.taxable_amount for tax in counted if tax.taxable_amount is not None]
        taxable = sum(known) if len(known) == len(counted) else None
    inclusive = first.inclusive or first.tax_behavior == "inclusive"
    details = first.tax_rate_details
    rate = details.tax_rate if details is not None else first.tax_rate
    if rate is None:
        return (amount, inclusive, None, None, None, first.taxability_reason, taxable)
    if rate.__class__ is str and rates:
        rate = next((whole for whole in rates if whole.id == rate), rate)
    if isinstance(rate, TaxRateRow):
        milli = milli_percent(id, rate.percentage)
        return (amount, inclusive, rate_country(rate), milli, None, first.taxability_reason, taxable)
    return (amount, inclusive, None, None, rate, first.taxability_reason, taxable)


def _same(tax: TaxAmount) -> tuple[object, ...]:
    rate = tax.tax_rate_details.tax_rate if tax.tax_rate_details is not None else tax.tax_rate
    inclusive = tax.inclusive or tax.tax_behavior == "inclusive"
    return (rate.id if isinstance(rate, TaxRateRow) else rate, inclusive)


def spread_legacy_tax(row: InvoiceRow, lines: list[InvoiceLine], tax: int) -> list[InvoiceLine]:
    """Return the lines with a tax that old versions state only on the invoice.

    On an invoice of one line it is that line's tax. Over several lines it would have to be guessed.

    Raises:
        Malformed: the tax stands on an invoice of several lines, and on none of them.
    """
    if any(line.tax for line in lines):
        return lines
    if len(lines) != 1:
        why = f"the invoice states tax, its {len(lines)} lines do not say which is theirs"
        raise Malformed(row.id, why, code="unknown_tax_treatment")
    taxes = row.total_taxes or row.total_tax_amounts
    if taxes:
        amount, inclusive, country, milli, rate, reason, taxable = _tax(row.id, taxes, row.default_tax_rates)
    elif row.tax_percent is not None:
        amount, inclusive, country, rate, reason, taxable = tax, False, None, None, None, None
        milli = milli_percent(row.id, row.tax_percent)
    else:
        raise Malformed(row.id, "the invoice states tax without its rate", code="unknown_tax_treatment")
    return [
        replace(
            lines[0],
            tax=amount,
            tax_inclusive=inclusive,
            tax_country=country,
            tax_milli=milli,
            tax_rate=rate,
            taxability_reason=reason,
            taxable_amount=taxable,
        )
    ]

"""Who buys, what is sold and what was agreed: customers, products, prices, tax rates and subscriptions."""

import re
from collections.abc import Sequence
from decimal import Decimal

from autobook_core.connector import Malformed, Record
from autobook_core.domain.records import Customer, Other, Price, Product, Subscription, TaxRate
from autobook_stripe.currencies import CODES, SCALED, scaled, unknown_currency
from autobook_stripe.shapes import (
    CustomerRow,
    Item,
    PriceRow,
    ProductRow,
    SubscriptionRow,
    TaxId,
    TaxRateRow,
)
from autobook_stripe.translate_money import linked_id

_COUNTRY = re.compile("[A-Z]{2}")
_MILLI_BY_PERCENTAGE: dict[Decimal, int] = {}


def milli_percent(id: str, percentage: Decimal) -> int:
    """Return a percentage in thousandths of a percent, exactly: 8.375 % is 8375.

    Raises:
        Malformed: the percentage is negative, over 100 or finer than that.
    """
    milli = _MILLI_BY_PERCENTAGE.get(percentage)
    if milli is None:
        if not percentage.is_finite() or not 0 <= percentage <= 100:
            raise Malformed(id, f"a tax rate of {percentage} %", code="unknown_tax_treatment")
        exact = percentage * 1000
        milli = int(exact)
        if milli != exact:
            why = f"a tax rate of {percentage} % is finer than a thousandth of a percent"
            raise Malformed(id, why, code="unknown_tax_treatment")
        if len(_MILLI_BY_PERCENTAGE) < 1024:
            _MILLI_BY_PERCENTAGE[percentage] = milli
    return milli


def rate_country(row: TaxRateRow) -> str | None:
    """Return the country of a tax rate; rates older than that field name it as the jurisdiction."""
    if row.country is None and row.jurisdiction and _COUNTRY.fullmatch(row.jurisdiction):
        return row.jurisdiction
    return row.country


def vat_number(tax_ids: Sequence[TaxId]) -> str | None:
    """Return the VAT number among tax ids: the European one first, then any other country's."""
    found = None
    for tax_id in tax_ids:
        if tax_id.type == "eu_vat":
            return tax_id.value
        if found is None and tax_id.type is not None and tax_id.type.endswith("_vat"):
            found = tax_id.value
    return found


def customer(row: CustomerRow) -> tuple[Record, ...]:
    """Translate a buyer; one that was deleted is only a note, so that its name stays known."""
    if row.deleted:
        return (Other(id=row.id, what="deleted_customer"),)
    vat_id = vat_number(row.tax_ids.data) if row.tax_ids else None
    return (
        Customer(
            id=row.id,
            created=row.created or 0,
            name=row.name,
            country=row.address.country if row.address else None,
            email=row.email,
            vat_id=vat_id or row.business_vat_id,
            tax_exempt=row.tax_exempt or "none",
        ),
    )


def product(row: ProductRow) -> tuple[Record, ...]:
    """Translate what is sold."""
    if row.deleted:
        return (Other(id=row.id, what="deleted_product"),)
    return (Product(id=row.id, created=row.created or 0, name=row.name or ""),)


def price(row: PriceRow) -> tuple[Record, ...]:
    """Translate a price, or the plan that stood for it in older versions.

    Raises:
        Malformed: no currency, no product, an unknown currency, or a fraction of a minor unit.
    """
    if row.deleted:
        return (Other(id=row.id, what="deleted_price"),)
    if row.currency is None:
        raise Malformed(row.id, "the price has no currency", code="missing_required_field")
    code = CODES.get(row.currency)
    if code is None:
        raise unknown_currency(row.id, row.currency)
    recurring = row.recurring
    record = Price(
        id=row.id,
        created=row.created or 0,
        # Plans older than products stood for themselves.
        product=linked_id(row.product) or row.id,
        currency=code,
        unit_amount=row.unit_amount if row.unit_amount is not None else row.amount,
        interval=recurring.interval if recurring else row.interval,
        interval_count=recurring.interval_count if recurring else row.interval_count or 1,
        usage=(recurring.usage_type if recurring else row.usage_type) or "licensed",
        nickname=row.nickname or row.name,
        tax_behavior=row.tax_behavior,
    )
    return (scaled(record, code) if code in SCALED else record,)


def tax_rate(row: TaxRateRow) -> tuple[Record, ...]:
    """Translate a rate of tax.

    Raises:
        Malformed: the percentage cannot be said in thousandths of a percent.
    """
    return (
        TaxRate(
            id=row.id,
            created=row.created or 0,
            country=rate_country(row),
            percentage_milli=milli_percent(row.id, row.percentage),
            inclusive=row.inclusive,
        ),
    )


def subscription(row: SubscriptionRow) -> tuple[Record, ...]:
    """Translate a running agreement. Newer versions keep the period on the items: the widest counts.

    Raises:
        Malformed: an item names no price, or not all items are there.
    """
    items = row.items
    if items.has_more:
        raise Malformed(row.id, "not all items of the subscription are here", code="missing_required_field")
    starts = [item.current_period_start for item in items.data if item.current_period_start is not None]
    ends = [item.current_period_end for item in items.data if item.current_period_end is not None]
    start, end = row.current_period_start, row.current_period_end
    return (
        Subscription(
            id=row.id,
            created=row.created,
            customer=linked_id(row.customer) or "",
            status=row.status,
            items=tuple([_item(row.id, item) for item in items.data]),
            current_period_start=start if start is not None else min(starts, default=None),
            current_period_end=end if end is not None else max(ends, default=None),
            cancel_at_period_end=row.cancel_at_period_end,
            ended_at=row.ended_at,
        ),
    )


def _item(id: str, item: Item) -> tuple[str, int]:
    sold = item.price if item.price is not None else item.plan
    if sold is None:
        raise Malformed(id, "an item of the subscription names no price", code="missing_required_field")
    quantity = item.quantity
    if quantity is None:
        # Metered items are counted by their use.
        quantity = 0 if isinstance(sold, PriceRow) and _metered(sold) else 1
    return (sold.id if isinstance(sold, PriceRow) else sold), quantity


def _metered(row: PriceRow) -> bool:
    return (row.recurring.usage_type if row.recurring else row.usage_type) == "metered"

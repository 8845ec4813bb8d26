"""Movements of money in the vocabulary of the books: charges, refunds, disputes, balance transactions, payouts.

Where Stripe puts a whole balance transaction in the place of its id, the object says two things, and two records
come out of it: the same balance transaction that the stream of its own would give.
"""

from autobook_core.connector import Record
from autobook_core.domain.records import BalanceTransaction, Charge, Dispute, Payout, Refund
from autobook_stripe.categories import CATEGORY_BY_TYPE
from autobook_stripe.currencies import CODES, SCALED, scaled, unknown_currency
from autobook_stripe.shapes import (
    BalanceLink,
    BalanceTransactionRow,
    ChargeRow,
    DisputeRow,
    Link,
    PayoutRow,
    RefundRow,
    Trace,
)


def linked_id(link: Link | BalanceTransactionRow) -> str | None:
    """Return the id behind a link, whether Stripe gave the id or the whole object."""
    return link if link is None or link.__class__ is str else link.id  # type: ignore[union-attr]


def balance_transaction(row: BalanceTransactionRow) -> tuple[Record, ...]:
    """Translate one movement of the balance.

    Raises:
        Malformed: unknown currency, or an amount that is no whole number of minor units.
    """
    code = CODES.get(row.currency)
    if code is None:
        raise unknown_currency(row.id, row.currency)
    source = row.source
    kind = row.type
    record = BalanceTransaction(
        id=row.id,
        created=row.created,
        type=kind,
        category=row.reporting_category or CATEGORY_BY_TYPE.get(kind, kind),
        amount=row.amount,
        fee=row.fee,
        net=row.net,
        currency=code,
        source=source if source is None or source.__class__ is str else linked_id(source),
        available_on=row.available_on,
        description=row.description,
    )
    return (scaled(record, code) if code in SCALED else record,)


def _with_movements(record: Record, *links: BalanceLink) -> tuple[Record, ...]:
    movements: list[Record] = [record]
    for link in links:
        if isinstance(link, BalanceTransactionRow):
            movements.extend(balance_transaction(link))
    return tuple(movements)


def charge(row: ChargeRow) -> tuple[Record, ...]:
    """Translate a payment, and the balance transaction inside it if there is one.

    Raises:
        Malformed: unknown currency, or an amount that is no whole number of minor units.
    """
    code = CODES.get(row.currency)
    if code is None:
        raise unknown_currency(row.id, row.currency)
    customer, invoice, intent = row.customer, row.invoice, row.payment_intent
    movement, method = row.balance_transaction, row.payment_method_details
    record = Charge(
        id=row.id,
        created=row.created,
        amount=row.amount,
        currency=code,
        status=row.status,
        customer=customer if customer.__class__ is str else linked_id(customer),
        invoice=linked_id(invoice) if invoice is not None else None,
        payment_intent=intent if intent.__class__ is str else linked_id(intent),
        method=method.type if method is not None else None,
        balance_transaction=movement if movement.__class__ is str else linked_id(movement),
        failure_code=row.failure_code,
        livemode=row.livemode is not False,
    )
    if code in SCALED:
        record = scaled(record, code)
    failure = row.failure_balance_transaction
    if failure is None and (movement is None or movement.__class__ is str):
        return (record,)
    return _with_movements(record, movement, failure)


def refund(row: RefundRow) -> tuple[Record, ...]:
    """Translate money given back.

    Raises:
        Malformed: unknown currency, or an amount that is no whole number of minor units.
    """
    code = CODES.get(row.currency)
    if code is None:
        raise unknown_currency(row.id, row.currency)
    record = Refund(
        id=row.id,
        created=row.created,
        charge=linked_id(row.charge),
        amount=row.amount,
        currency=code,
        status=row.status,
        payment_intent=linked_id(row.payment_intent),
        balance_transaction=linked_id(row.balance_transaction),
        failure_balance_transaction=linked_id(row.failure_balance_transaction),
        livemode=row.livemode is not False,
    )
    if code in SCALED:
        record = scaled(record, code)
    return _with_movements(record, row.balance_transaction, row.failure_balance_transaction)


def dispute(row: DisputeRow) -> tuple[Record, ...]:
    """Translate a cardholder's objection and the movements it caused.

    Raises:
        Malformed: unknown currency, or an amount that is no whole number of minor units.
    """
    code = CODES.get(row.currency)
    if code is None:
        raise unknown_currency(row.id, row.currency)
    record = Dispute(
        id=row.id,
        created=row.created,
        charge=linked_id(row.charge) or "",
        amount=row.amount,
        currency=code,
        status=row.status,
        reason=row.reason,
        livemode=row.livemode is not False,
    )
    if code in SCALED:
        record = scaled(record, code)
    return _with_movements(record, *row.balance_transactions)


def payout(row: PayoutRow) -> tuple[Record, ...]:
    """Translate money sent to the bank. Its members are the balance transactions it holds, without its own.

    Raises:
        Malformed: unknown currency, or an amount that is no whole number of minor units.
    """
    code = CODES.get(row.currency)
    if code is None:
        raise unknown_currency(row.id, row.currency)
    own, held, trace = linked_id(row.balance_transaction), row.balance_transactions, row.trace_id
    record = Payout(
        id=row.id,
        created=row.created,
        amount=row.amount,
        currency=code,
        arrival_date=row.arrival_date,
        status=row.status,
        automatic=row.automatic,
        trace_id=trace.value if isinstance(trace, Trace) else trace,
        statement_descriptor=row.statement_descriptor,
        balance_transaction=own,
        members=None if held is None else tuple(member for member in held if member != own),
        livemode=row.livemode is not False,
    )
    if code in SCALED:
        record = scaled(record, code)
    return _with_movements(record, row.balance_transaction, row.failure_balance_transaction)

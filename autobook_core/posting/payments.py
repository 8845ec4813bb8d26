"""What moves money at the processor: payments, fees, payouts, and what nobody knows.

The date is that of the balance transaction. Whatever it means, a movement is always booked, so
that the clearing account equals the processor's own balance at any time.
"""

from datetime import date

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BalanceTransaction, Charge, Payout
from autobook_core.posting.checks import check_balance_transaction, check_currency
from autobook_core.posting.money_rules import first_rule, held
from autobook_core.posting.terms import Terms

#: Categories (Stripe's ``reporting_category``) that are fees billed on their own.
FEE_CATEGORIES = frozenset({"fee", "network_cost"})


def check_movement(movement: BalanceTransaction, terms: Terms) -> None:
    """Set aside a movement that cannot be booked in the base currency.

    Raises:
        SetAside: see :mod:`autobook_core.posting.checks`.
    """
    check_balance_transaction(movement)
    check_currency(movement.currency, terms.base)


def post_payment(
    charge: Charge,
    movement: BalanceTransaction,
    terms: Terms,
    *,
    customer: str | None,
) -> tuple[Draft, tuple[Problem, ...]]:
    """Return the entry of a payment: gross into clearing, the invoice settled, the fee taken.

    A payment that names no invoice goes to suspense and says so.
    """
    clearing = terms.account("stripe_clearing")
    problems: tuple[Problem, ...] = ()
    if charge.invoice is None:
        credit = Line(terms.account("suspense"), -movement.amount, customer=customer)
        problems = (_no_invoice(charge, movement),)
    else:
        credit = Line(
            terms.account("receivables"), -movement.amount, None, None, None, customer, charge.invoice
        )
    lines = [Line(clearing, movement.amount), credit] if movement.amount else []
    lines += _fee_lines(movement, terms, clearing)
    draft = _draft(movement, terms, f"Payment {charge.id}", lines, (charge.id, movement.id), "Payments")
    return draft, problems


def post_fee(movement: BalanceTransaction, terms: Terms) -> Draft:
    """Return the entry of a fee billed on its own (a negative amount; a refund of it is positive)."""
    clearing, fees = terms.account("stripe_clearing"), terms.account("fees")
    lines = [Line(fees, -movement.net), Line(clearing, movement.net)]
    text = f"Fee {movement.description or movement.id}"
    return _draft(movement, terms, text, lines, (movement.id,), "Fees")


def post_payout(payout: Payout, movement: BalanceTransaction, terms: Terms) -> Draft:
    """Return the entry of a payout: from clearing to the way to the bank (signs swap if negative)."""
    clearing, transit = terms.account("stripe_clearing"), terms.account("payouts_in_transit")
    lines = [Line(transit, -movement.amount), Line(clearing, movement.amount)] if movement.amount else []
    lines += _fee_lines(movement, terms, clearing)
    return _draft(movement, terms, f"Payout {payout.id}", lines, (payout.id, movement.id), "Payouts")


def post_other(movement: BalanceTransaction, terms: Terms, source: str) -> tuple[Draft, Problem | None]:
    """Return the entry of a movement that comes from no document: by a rule, else on suspense and shown."""
    clearing = terms.account("stripe_clearing")
    facts = {
        "source": source,
        "category": movement.category,
        "currency": movement.currency,
        "amount": abs(movement.amount),
        "direction": "CRDT" if movement.net >= 0 else "DBIT",
        "texts": (movement.description or "",),
    }
    rule = first_rule(terms.rules.of("balance_transaction"), facts, terms.day(movement.created))
    named = None if rule is None else rule.post.get("credit" if movement.net >= 0 else "debit")
    text = f"{movement.category} {movement.source or movement.id}"
    sources = (movement.id,) if movement.source is None else (movement.id, movement.source)
    if rule is not None and named is not None and rule.hold is None:
        lines = [Line(clearing, movement.net), Line(terms.account(named), -movement.net)]
        return _draft(movement, terms, text, lines, sources, rule.name), None
    lines = [Line(clearing, movement.net), Line(terms.account("suspense"), -movement.net)]
    if rule is not None and rule.hold is not None:
        problem = held(rule, movement.id, movement.net, movement.currency)
    else:
        problem = Problem(
            code="unknown_balance_transaction_type",
            record=movement.id,
            detail=f"Balance transaction of category {movement.category!r} (type {movement.type!r}) is on suspense",
            amount=movement.net,
            currency=movement.currency,
        )
    return _draft(movement, terms, text, lines, sources, "Unknown movements"), problem


def link_payment(charge: Charge, amount: int, day: date, terms: Terms, *, suspended_for: str | None) -> Draft:
    """Return the entry that moves a payment from suspense to the invoice that a later link names.

    ``suspended_for`` is the customer the payment named when it went to suspense, if it named one.
    """
    return Draft(
        day=day,
        journal="psp",
        text=f"Payment {charge.id} belongs to invoice {charge.invoice}",
        lines=(
            Line(terms.account("suspense"), amount, customer=suspended_for),
            Line(terms.account("receivables"), -amount, customer=charge.customer, invoice=charge.invoice),
        ),
        sources=(charge.id,),
        rule="Payments",
        rule_version=terms.version,
    )


def _fee_lines(movement: BalanceTransaction, terms: Terms, clearing: str) -> list[Line]:
    if not movement.fee:
        return []
    return [Line(terms.account("fees"), movement.fee), Line(clearing, -movement.fee)]


def _draft(
    movement: BalanceTransaction,
    terms: Terms,
    text: str,
    lines: list[Line],
    sources: tuple[str, ...],
    rule: str,
) -> Draft:
    return Draft(
        day=terms.day(movement.created),
        journal="psp",
        text=text,
        lines=tuple(lines),
        sources=sources,
        rule=rule,
        rule_version=terms.version,
    )


def _no_invoice(charge: Charge, movement: BalanceTransaction) -> Problem:
    return Problem(
        code="charge_without_invoice",
        record=charge.id,
        detail="The payment names no invoice; its amount is on suspense",
        severity="warning",
        amount=movement.amount,
        currency=movement.currency,
    )

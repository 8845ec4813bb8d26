"""What moves money at the processor: payments, fees, payouts, and what nobody knows.

The date is that of the balance transaction. Whatever it means, a movement is always booked, so
that the clearing account equals the processor's own balance at any time.
"""

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BalanceTransaction, Charge, Payout
from autobook_core.posting.checks import check_balance_transaction, check_currency
from autobook_core.posting.money_rules import first_rule, held
from autobook_core.posting.terms import Terms

#: Categories (Stripe's ``reporting_category``) that are fees billed on their own, and the rule they go by.
#: Tax the processor charged on its fees is no base of the tax we owe on them, so it has a name of its own.
FEE_CATEGORIES = {"fee": "Fees", "network_cost": "Fees", "tax": "Tax on fees"}


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
    lines += fee_lines(movement, terms, clearing)
    draft = movement_draft(
        movement, terms, f"Payment {charge.id}", lines, (charge.id, movement.id), "Payments"
    )
    return draft, problems


def post_fee(movement: BalanceTransaction, terms: Terms) -> Draft:
    """Return the entry of a fee billed on its own (a negative amount; a refund of it is positive)."""
    clearing, fees = terms.account("stripe_clearing"), terms.account("fees")
    lines = [Line(fees, -movement.net), Line(clearing, movement.net)]
    text = f"Fee {movement.description or movement.id}"
    rule = FEE_CATEGORIES.get(movement.category, "Fees")
    return movement_draft(movement, terms, text, lines, (movement.id,), rule)


def post_payout(payout: Payout, movement: BalanceTransaction, terms: Terms) -> Draft:
    """Return the entry of a payout: from clearing to the way to the bank (signs swap if negative)."""
    clearing, transit = terms.account("stripe_clearing"), terms.account("payouts_in_transit")
    lines = [Line(transit, -movement.amount), Line(clearing, movement.amount)] if movement.amount else []
    lines += fee_lines(movement, terms, clearing)
    return movement_draft(movement, terms, f"Payout {payout.id}", lines, (payout.id, movement.id), "Payouts")


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
        return movement_draft(movement, terms, text, lines, sources, rule.name), None
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
    return movement_draft(movement, terms, text, lines, sources, "Unknown movements"), problem


def post_unplaced(movement: BalanceTransaction, terms: Terms) -> Draft:
    """Return the entry of a movement whose source has not come yet: its net waits on suspense."""
    clearing = terms.account("stripe_clearing")
    lines = [Line(clearing, movement.net), Line(terms.account("suspense"), -movement.net)]
    sources = (movement.id,) if movement.source is None else (movement.id, movement.source)
    text = f"{movement.category} {movement.source or movement.id}, waits for its source"
    return movement_draft(movement, terms, text, lines, sources, "Movements before their source")


def fee_lines(movement: BalanceTransaction, terms: Terms, clearing: str, role: str = "fees") -> list[Line]:
    """Return what a movement's own fee does, or nothing where it has none; a returned fee is negative."""
    if not movement.fee:
        return []
    return [Line(terms.account(role), movement.fee), Line(clearing, -movement.fee)]


def movement_draft(
    movement: BalanceTransaction,
    terms: Terms,
    text: str,
    lines: list[Line],
    sources: tuple[str, ...],
    rule: str,
) -> Draft:
    """Return an entry dated as its balance transaction."""
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

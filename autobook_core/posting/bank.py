"""Bank lines: what arrived or left, dated as the bank booked it.

A line that is safely something settles it; a text rule may say what it is; anything else waits on
suspense with the bank account already right. VAT is not touched by any of them.
"""

from datetime import date

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BankTransaction
from autobook_core.posting.money_rules import first_rule, held
from autobook_core.posting.terms import Terms


def post_payout_line(line: BankTransaction, payout: str, terms: Terms) -> Draft:
    """Return the entry of a line that is a payout."""
    bank, transit = terms.account("bank"), terms.account("payouts_in_transit")
    lines = (Line(bank, line.signed), Line(transit, -line.signed))
    return _draft(line, terms, f"Payout {payout} received", lines, "Payouts received")


def post_receipt(
    line: BankTransaction,
    terms: Terms,
    *,
    invoice: str,
    customer: str | None,
    customer_name: str | None,
    open_minor: int,
) -> tuple[Draft, int]:
    """Return the entry of a line that pays an invoice, and how much of the invoice it settles.

    A difference up to the tolerance goes to rounding differences and closes the invoice; what
    is short beyond that stays open; what is over beyond that is owed to the customer.
    """
    settled, legs = settlement(line.amount, open_minor, terms, customer=customer, invoice=invoice)
    lines = (Line(terms.account("bank"), line.amount), *legs)
    return _draft(line, terms, customer_name or f"Invoice {invoice} paid", lines, "Receipts"), settled


def settlement(
    paid: int, open_minor: int, terms: Terms, *, customer: str | None, invoice: str
) -> tuple[int, list[Line]]:
    """Return how much of an open item a payment settles, and the legs that say so (credits)."""
    difference = paid - open_minor
    receivables = terms.account("receivables")
    if abs(difference) <= terms.policy.payment_tolerance_minor:
        legs = [Line(receivables, -open_minor, customer=customer, invoice=invoice)]
        if difference:
            legs.append(Line(terms.account("rounding_differences"), -difference))
        return open_minor, legs
    if difference < 0:
        return paid, [Line(receivables, -paid, customer=customer, invoice=invoice)]
    over = Line(terms.account("customer_credit"), -difference, customer=customer)
    return open_minor, [Line(receivables, -open_minor, customer=customer, invoice=invoice), over]


def post_by_rule(line: BankTransaction, terms: Terms, source: str) -> Draft | Problem | None:
    """Return the entry a rule asks for, the problem of a line it holds, or None where no rule matches."""
    facts = {
        "source": source,
        "direction": line.direction,
        "currency": line.currency,
        "amount": line.amount,
        "counterparty": line.counterparty,
        "texts": (*line.text, line.counterparty or ""),
    }
    rule = first_rule(terms.rules.of("bank_line"), facts, line.booking_date)
    if rule is None:
        return None
    if rule.hold is not None:
        return held(rule, line.id, line.signed, line.currency)
    other = rule.post.get("debit" if line.direction == "DBIT" else "credit")
    if other is None:
        return None
    lines = (Line(terms.account("bank"), line.signed), Line(terms.account(other), -line.signed))
    return _draft(line, terms, line.text[0] if line.text else rule.name, lines, rule.name)


def post_to_suspense(line: BankTransaction, terms: Terms) -> Draft:
    """Return the entry of a line nobody understands yet."""
    lines = (Line(terms.account("bank"), line.signed), Line(terms.account("suspense"), -line.signed))
    text = line.counterparty or (line.text[0] if line.text else line.id)
    return _draft(line, terms, f"Unmatched: {text}", lines, "Unmatched bank lines")


def reclassify(line: BankTransaction, to: Draft, terms: Terms, *, day: date) -> Draft:
    """Return the entry that moves a line from suspense to what it turned out to be.

    Args:
        line: the bank line, booked against suspense.
        to: the entry it would have had from the start.
        terms: the company's terms.
        day: the later of the bank line and what it settles.
    """
    bank, suspense = terms.account("bank"), terms.account("suspense")
    legs = tuple(leg for leg in to.lines if leg.account != bank)
    return Draft(
        day=day,
        journal="bank",
        text=to.text,
        lines=(Line(suspense, line.signed), *legs),
        sources=to.sources,
        rule=to.rule,
        rule_version=terms.version,
    )


def _draft(line: BankTransaction, terms: Terms, text: str, lines: tuple[Line, ...], rule: str) -> Draft:
    return Draft(
        day=line.booking_date,
        journal="bank",
        text=text,
        lines=lines,
        sources=(line.id,),
        rule=rule,
        rule_version=terms.version,
    )

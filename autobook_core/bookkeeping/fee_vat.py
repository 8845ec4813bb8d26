"""The month-end run for VAT on fees: what is owed on the fees of each closed month, less what is posted.

Balances by month say in which months fees moved since the last run; only those are worked out again.
"""

from datetime import date

import msgspec

from autobook_core.bookkeeping.recognition import last_closed_month_end
from autobook_core.domain.calendar import month_end
from autobook_core.domain.journal import Draft
from autobook_core.errors import ConfigurationError
from autobook_core.ledger.append import append_all
from autobook_core.posting.fee_vat import RULE, fee_base, post_fee_vat
from autobook_core.posting.terms import Terms
from autobook_core.store.store import Store

_SEEN = "fee_vat_seen"
_FEES = ("fees", "dispute_fees")

Turnover = dict[str, list[int]]
"""Debits and credits of the accounts of fees by month (``YYYY-MM``), base minor units."""


class _Seen(msgspec.Struct):
    """What the last run went by: the policy, and what had moved on the accounts of fees."""

    policy: str
    months: Turnover


def post_vat_on_fees(store: Store, terms: Terms, *, through: date, posted_at: str) -> int:
    """Post the VAT on the fees of every month closed by a day, in one commit, and return how many vouchers.

    Args:
        store: the book's store.
        terms: the company's terms; with ``fee_vat = "off"`` nothing is posted.
        through: months that end up to and including this day are closed.
        posted_at: the posting time, ISO 8601 UTC.

    Raises:
        ConfigurationError: the chart lacks an account of VAT.
    """
    if terms.policy.fee_vat == "off":
        return 0
    until = last_closed_month_end(through).isoformat()[:7]
    moved = _moved(store, terms, until)
    seen = _seen(store)
    again = seen is None or seen.policy != terms.policy.fee_vat
    known = {} if again or seen is None else seen.months
    months = [month for month in sorted(moved) if moved[month] != known.get(month)]
    if not months:
        return 0
    for role in ("vat_input", "vat_reverse_charge_services"):
        if terms.chart.number(role) is None:
            msg = f"policy.fee_vat is {terms.policy.fee_vat!r}, but the chart has no account for {role}"
            raise ConfigurationError(
                msg, fix=f'give an account the role {role}, or set policy.fee_vat = "off"'
            )
    with store.writing():
        drafts = _drafts(store, terms, months)
        first_month = terms.policy.fiscal_year_start
        append_all(store, drafts, posted_at=posted_at, fiscal_year_start=first_month)
        kept = _Seen(terms.policy.fee_vat, known | {month: moved[month] for month in months})
        store.set_meta(_SEEN, msgspec.json.encode(kept).decode())
    return len(drafts)


def _seen(store: Store) -> _Seen | None:
    text = store.meta(_SEEN)
    return None if not text else msgspec.json.decode(text, type=_Seen)


def _moved(store: Store, terms: Terms, until: str) -> Turnover:
    """Return debits and credits of the accounts of fees of every month up to one."""
    numbers = _numbers(terms)
    found: Turnover = {}
    for number, month, debit, credit in store.journal.by_month("0000-00", until):
        if number in numbers:
            at = 2 * numbers.index(number)
            found.setdefault(month, [0, 0, 0, 0])[at : at + 2] = [debit, credit]
    return found


def _numbers(terms: Terms) -> list[str]:
    """Return the accounts of fees the chart has, each once."""
    return list(dict.fromkeys(number for role in _FEES if (number := terms.chart.number(role))))


def _drafts(store: Store, terms: Terms, months: list[str]) -> list[Draft]:
    ends = {month: month_end(date.fromisoformat(f"{month}-01")) for month in months}
    first, last = f"{months[0]}-01", ends[months[-1]].isoformat()
    by_month: dict[str, dict[str, int]] = {}
    for number in _numbers(terms):
        for month, rule, amount in store.journal.moved_by_rule("psp", number, first, last):
            fees = by_month.setdefault(month, {})
            fees[rule] = fees.get(rule, 0) + amount
    posted = {
        month: amount
        for month, rule, amount in store.journal.moved_by_rule("vat", terms.account("vat_input"), first, last)
        if rule == RULE
    }
    found: list[Draft] = []
    for month, end in ends.items():
        base = fee_base(by_month.get(month, {}), terms.policy)
        draft = post_fee_vat(end, base, posted.get(month, 0), terms)
        if draft is not None:
            found.append(draft)
    return found

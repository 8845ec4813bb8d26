"""Bank lines: matched, booked by rule, or put on suspense where everybody can see them."""

from collections.abc import Callable, Sequence
from datetime import date

from autobook_core.bookkeeping.handling import Handler, Item
from autobook_core.bookkeeping.workset import Workset
from autobook_core.bookkeeping.write_offs import written_off
from autobook_core.domain.journal import Draft
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BankTransaction
from autobook_core.matching.ladder import Match, NoMatch, OpenInvoice, OpenPayout, match_invoice, match_payout
from autobook_core.matching.references import candidate_keys
from autobook_core.posting.bank import (
    post_by_rule,
    post_payout_line,
    post_receipt,
    post_to_suspense,
    reclassify,
)
from autobook_core.posting.checks import check_currency
from autobook_core.store.packing import packed_of
from autobook_core.store.rows import MatchRow, Ref, Row

UNMATCHED = "unmatched_bank_line"
AMBIGUOUS = "ambiguous_match"


class BankLines(Handler[BankTransaction]):
    """Books bank lines."""

    def prepare(self, work: Workset, connection: int, records: Sequence[BankTransaction]) -> None:
        """Load the records the lines may name."""
        keys = {key for line in records for key in candidate_keys(_texts(line))}
        named: dict[tuple[int, str, int], list[str]] = {}
        self._by_key: dict[str, list[Ref]] = {}
        fresh = [(key, ref) for key, ref in work.references if key in keys]
        for key, ref in (*work.store.records.by_reference(sorted(keys)), *fresh):
            self._by_key.setdefault(key, []).append(ref)
            named.setdefault((ref.connection, ref.kind, ref.week), []).append(ref.id)
        for (owner, kind, week), ids in named.items():
            work.load_exact(owner, kind, week, ids)

    def handle(self, work: Workset, item: Item[BankTransaction], source: str) -> None:
        """Book a line as what it safely is, else on suspense."""
        line, row = item.record, item.row
        if line.status != "BOOK":
            row.state = "no_posting"
            return
        check_currency(line.currency, self.terms.base)
        if not line.amount:
            row.state = "no_posting"
            return
        found = self._find(work, line)
        if isinstance(found, tuple):
            draft, match, candidate = found
            day = _born(candidate, self.terms.day)
            if day > line.booking_date:
                row.entry = work.post(post_to_suspense(line, self.terms))
                work.post(reclassify(line, draft, self.terms, day=day))
            else:
                row.entry = work.post(draft)
            self._settle(work, line, row, match, candidate)
        else:
            by_rule = None if found is not None else post_by_rule(line, self.terms, source)
            if isinstance(by_rule, Draft):
                row.entry = work.post(by_rule)
            else:
                row.entry = work.post(post_to_suspense(line, self.terms))
                work.problem(row, by_rule or _unmatched(line, found))
        row.state = "posted"

    def match_again(self, work: Workset, line: BankTransaction, row: Row) -> bool:
        """Try a line on suspense once more; reclassify it where an answer is safe now."""
        found = self._find(work, line)
        if not isinstance(found, tuple):
            return False
        draft, match, candidate = found
        work.touch(row)
        day = max(line.booking_date, _born(candidate, self.terms.day))
        work.post(reclassify(line, draft, self.terms, day=day))
        self._settle(work, line, row, match, candidate)
        work.resolve(row, UNMATCHED, AMBIGUOUS)
        return True

    def _find(self, work: Workset, line: BankTransaction) -> tuple[Draft, Match, Row] | NoMatch | None:
        payouts = self._payouts(work, line)
        answer = match_payout(line, [payout for payout, _ in payouts])
        if isinstance(answer, Match):
            row = payouts[answer.key][1]
            return post_payout_line(line, row.id, self.terms), answer, row
        if answer is not None:
            return answer
        invoices = self._invoices(work, line)
        answer = match_invoice(line, [invoice for invoice, _ in invoices])
        if not isinstance(answer, Match):
            return answer
        invoice, row = invoices[answer.key]
        draft, _ = post_receipt(
            line,
            self.terms,
            invoice=invoice.id,
            customer=invoice.customer,
            customer_name=invoice.customer_name,
            open_minor=invoice.open,
        )
        return draft, answer, row

    def _payouts(self, work: Workset, line: BankTransaction) -> list[tuple[OpenPayout, Row]]:
        found: list[tuple[OpenPayout, Row]] = []
        items = work.store.records.items_of("payouts_in_transit", line.signed)
        refs = [Ref(*item[4:]) for item in items]
        refs += [Ref(*item[4:]) for item in work.opened if item[:2] == ("payouts_in_transit", line.signed)]
        for ref in refs:
            work.load_exact(ref.connection, ref.kind, ref.week, [ref.id])
            row = work.get(ref.connection, ref.kind, ref.id)
            if row is None or row.open_minor != line.signed:
                continue
            payout = packed_of(row).record
            if payout.currency != line.currency:
                continue
            found.append(
                (
                    OpenPayout(
                        key=len(found),
                        id=row.id,
                        amount=row.open_minor,
                        arrival=self.terms.day(payout.arrival_date),
                        trace_id=payout.trace_id,
                        descriptor=payout.statement_descriptor,
                    ),
                    row,
                )
            )
        return found

    def _invoices(self, work: Workset, line: BankTransaction) -> list[tuple[OpenInvoice, Row]]:
        found: dict[Ref, tuple[OpenInvoice, Row]] = {}
        for key in candidate_keys(_texts(line)):
            for ref in self._by_key.get(key, ()):
                row = work.get(ref.connection, ref.kind, ref.id)
                if row is None or row.kind != "invoice" or ref in found or row.state != "posted":
                    continue
                invoice = packed_of(row).record
                found[ref] = (
                    OpenInvoice(
                        key=len(found),
                        id=row.id,
                        number=invoice.number or row.id,
                        customer=invoice.customer,
                        customer_name=invoice.customer_name,
                        issued=self.terms.day(invoice.effective_at),
                        open=(row.open_minor or 0) + written_off(row),
                    ),
                    row,
                )
        return list(found.values())

    def _settle(self, work: Workset, line: BankTransaction, row: Row, match: Match, candidate: Row) -> None:
        work.touch(candidate)
        if match.kind == "payout":
            amount = candidate.open_minor or 0
            day = self.terms.day(packed_of(candidate).record.arrival_date).isoformat()
            work.closed.append(("payouts_in_transit", amount, line.currency, day, *candidate.ref))
            candidate.open_minor = 0
        else:
            open_minor = candidate.open_minor or 0
            tolerance = self.terms.policy.payment_tolerance_minor
            short = open_minor - line.amount
            candidate.open_minor = short if short > tolerance else 0
        work.matches.append(
            MatchRow(
                left_id=line.id,
                right_id=candidate.id,
                amount=match.amount,
                currency=line.currency,
                rung=match.rung,
                confidence=match.confidence,
                explain=match.explain,
                entry=row.entry,
            )
        )


def _texts(line: BankTransaction) -> list[str]:
    return [text for text in (line.structured_ref, line.end_to_end_id, *line.text) if text]


def _born(candidate: Row, local_day: Callable[[int], date]) -> date:
    record = packed_of(candidate).record
    return local_day(record.effective_at if candidate.kind == "invoice" else record.created)


def _unmatched(line: BankTransaction, found: NoMatch | None) -> Problem:
    return Problem(
        code=found.code if found else UNMATCHED,
        record=line.id,
        detail=found.detail if found else "nothing in the books safely matches it; it is on suspense",
        suggestions=found.suggestions if found else (),
        amount=line.signed,
        currency=line.currency,
    )

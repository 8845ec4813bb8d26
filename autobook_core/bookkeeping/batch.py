"""One batch: the raw rows of a page become records, and the records what follows from them."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from autobook_core.bookkeeping.bank import BankLines
from autobook_core.bookkeeping.charges import Charges, InvoicePayments
from autobook_core.bookkeeping.credit_notes import CreditNotes
from autobook_core.bookkeeping.disputes import Disputes
from autobook_core.bookkeeping.handling import Handler, Item, Kept, Unsupported, set_aside
from autobook_core.bookkeeping.manual import ManualEntries, Openings
from autobook_core.bookkeeping.movements import BalanceTransactions, Refunds
from autobook_core.bookkeeping.payouts import Payouts
from autobook_core.bookkeeping.sales import Invoices
from autobook_core.bookkeeping.workset import Workset
from autobook_core.bookkeeping.write_offs import settle_claims
from autobook_core.domain.problems import Problem, SetAside
from autobook_core.domain.records import KINDS, Record
from autobook_core.errors import AccountingError
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.posting.terms import Terms
from autobook_core.store.packing import Packed, essence_of, version_of
from autobook_core.store.rows import RawRow, Row, week_of

_KEPT = ("customer", "product", "price", "tax_rate", "subscription", "fx_rate", "bank_statement", "other")
#: Exceptions that are over once a record is read and booked without complaint.
_READING = (
    "malformed_record", "missing_required_field", "non_integer_amount", "totals_do_not_add_up",
    "unknown_tax_treatment", "unknown_account", "no_rule_matches", "held_by_rule", "missing_exchange_rate",
    "connector_bug", "unsupported_record", "unsupported_status", "missing_parent",
)  # fmt: skip


class Source(Struct, frozen=True):
    """A connection with what reads its rows."""

    connection: int
    type: str
    translator: Translator


class Tally(Struct):
    """What became of the rows of a batch."""

    records: int = 0
    posted: int = 0
    duplicates: int = 0
    set_aside: int = 0


class Bookkeeper:
    """Knows what to do with every kind of record."""

    def __init__(self, terms: Terms, sources: dict[int, Source]) -> None:
        self.terms = terms
        self.sources = sources
        self.bank_lines = BankLines(terms)
        self.charges, self.disputes, self.payouts = Charges(terms), Disputes(terms), Payouts(terms)
        self.movements = BalanceTransactions(terms, self.disputes, self.payouts)
        handlers: dict[str, Handler[Any]] = dict.fromkeys(KINDS, Unsupported(terms))
        handlers |= dict.fromkeys(_KEPT, Kept(terms))
        handlers |= {
            "manual_entry": ManualEntries(terms),
            "opening_balances": Openings(terms),
            "invoice": Invoices(terms),
            "credit_note": CreditNotes(terms),
            "charge": self.charges,
            "invoice_payment": InvoicePayments(terms),
            "refund": Refunds(terms),
            "dispute": self.disputes,
            "payout": self.payouts,
            "balance_transaction": self.movements,
            "bank_transaction": self.bank_lines,
        }
        self.handlers = handlers

    def take(
        self,
        work: Workset,
        source: Source,
        stream: str,
        page: int,
        rows: Iterable[tuple[int, RawRow]],
        tally: Tally,
        only: set[tuple[str, str]] | None = None,
    ) -> None:
        """Read raw rows of one page and do what follows.

        Args:
            work: the working set of this commit.
            source: whose rows they are.
            stream: their stream.
            page: the page they lie in.
            rows: (position, raw row).
            tally: counts go here.
            only: with records already known that are to be read again, just these (kind, id).
        """
        by_kind: dict[str, list[tuple[Record, RawRow, int]]] = {}
        pairs = list(rows)
        read = source.translator.page(stream, [raw for _, raw in pairs])
        for (position, raw), found in zip(pairs, read, strict=True):
            if isinstance(found, Refusal):
                if only is None:
                    self._refuse(work, source, stream, page, position, raw, found, tally)
                continue
            for record in found:
                kind = record.kind
                if only is not None and (kind, record.id) not in only:
                    continue
                group = by_kind.get(kind)
                if group is None:
                    group = by_kind[kind] = []
                group.append((record, raw, position))
        for kind in sorted(by_kind, key=_RANK.__getitem__) if len(by_kind) > 1 else by_kind:
            self._kind(work, source, stream, page, kind, by_kind[kind], tally, again=only is not None)

    def settle(self, work: Workset, row: Row) -> None:
        """Look at a posted record again: what it named, or what says more of it, has come."""
        looks = {
            "charge": self.charges.settle, "balance_transaction": self.movements.settle,
            "payout": self.payouts.check, "dispute": self.disputes.settle,
        }  # fmt: skip
        try:
            if row.kind in looks:
                looks[row.kind](work, row)
        except SetAside as reason:
            work.problem(row, Problem(code=reason.code, record=row.id, detail=reason.detail))

    def close(self, work: Workset) -> None:
        """Work out what depends on all that a batch booked, just before it is written."""
        if work.moved or work.claims:
            settle_claims(work, self.terms)

    def _kind(
        self,
        work: Workset,
        source: Source,
        stream: str,
        page: int,
        kind: str,
        group: list[tuple[Record, RawRow, int]],
        tally: Tally,
        *,
        again: bool,
    ) -> None:
        connection = source.connection
        group.sort(key=_birth)  # processors list the newest first; what happened first is booked first
        by_week: dict[int, list[str]] = {}
        for record, _, _ in group:
            by_week.setdefault(week_of(record.created), []).append(record.id)
        for week, ids in by_week.items():
            work.load_exact(connection, kind, week, ids)
        fresh: list[tuple[Item[Any], bool]] = []
        for record, raw, position in group:
            try:
                version = version_of(record)
            except OverflowError:
                vast = Refusal("malformed_record", "it holds a whole number beyond 64 bits")
                self._refuse(work, source, stream, page, position, raw, vast, tally)
                continue
            tally.records += 1
            own = kind == stream or source.translator.streams[stream].kind == kind
            digest = raw.digest if own else b""
            row = work.get(connection, kind, record.id)
            if raw.deleted and row is not None:
                row.page, row.position = page, position
                _gone(work, row, record, raw, version, digest)
            elif row is None or row.week != week_of(record.created):
                row = Row(
                    connection, kind, week_of(record.created), record.id, "no_posting", version, raw.version,
                    digest, page, position, None, None, b"",
                )  # fmt: skip
                work.put(row)
                fresh.append((Item(record, row, raw.received_at, raw.version), False))
            elif again:
                fresh.append((Item(record, work.touch(row), raw.received_at, raw.version), True))
            elif row.version == version:
                tally.duplicates += 1
                if own and row.raw_digest != digest:
                    work.touch(row).raw_digest = digest
            else:
                self._changed(work, source, kind, record, row, version, raw, digest, page, position, fresh)
        handler = self.handlers[kind]
        if fresh:
            handler.prepare(work, connection, [item.record for item, _ in fresh])
        for item, before in fresh:
            self._handle(work, handler, item, before, source.type, tally)

    def _changed(
        self,
        work: Workset,
        source: Source,
        kind: str,
        record: Record,
        row: Row,
        version: bytes,
        raw: RawRow,
        digest: bytes,
        page: int,
        position: int,
        fresh: list[tuple[Item[Any], bool]],
    ) -> None:
        """Take in a later version of a record; posted ones may only gain what the books ignore."""
        if raw.version and row.sequence and raw.version < row.sequence:
            return
        same = row.state == "posted" and self._same_to_the_books(work, source, row, record)
        work.touch(row)
        row.version, row.sequence = version, raw.version or row.sequence
        if digest:
            row.raw_digest = digest
        row.page, row.position = page, position
        if row.state != "posted":
            fresh.append((Item(record, row, raw.received_at, raw.version), True))
        elif same:
            self.handlers[kind].refresh(work, row, record)
        else:
            work.problem(
                row,
                Problem(
                    code="changed_after_posting",
                    record=row.id,
                    detail="the source changed figures of a record that is posted; the books keep the first",
                ),
            )

    def _same_to_the_books(self, work: Workset, source: Source, row: Row, record: Record) -> bool:
        """Compare a posted record's later version with what its row said before, as it came."""
        page = work.store.pages.recent(row.page)
        before = source.translator.records(page.stream, page.rows[row.position])
        if isinstance(before, Refusal):
            return False
        essence = essence_of(record)
        return any(
            old.kind == record.kind and old.id == record.id and essence_of(old) == essence for old in before
        )

    def _handle(
        self,
        work: Workset,
        handler: Handler[Any],
        item: Item[Any],
        before: bool,
        source: str,
        tally: Tally,
    ) -> None:
        row = item.row
        row.packed = None
        work.received_at = item.received_at
        was = row.state
        try:
            handler.handle(work, item, source)
        except SetAside as reason:
            set_aside(work, row, reason.code, reason.detail)
        except AccountingError as refused:
            code, _, detail = str(refused).partition(": ")
            set_aside(work, row, code, detail)
        if row.packed is None:
            row.packed = Packed(item.record)
        if row.state == "posted":
            tally.posted += 1
        elif row.state == "quarantined":
            tally.set_aside += 1
        if before and was == "quarantined" and row.state != "quarantined":
            work.resolve(row, *_READING)

    def _refuse(
        self,
        work: Workset,
        source: Source,
        stream: str,
        page: int,
        position: int,
        raw: RawRow,
        refusal: Refusal,
        tally: Tally,
    ) -> None:
        """Quarantine a row that gave no record; a good one of the same id keeps its place."""
        tally.records += 1
        tally.set_aside += 1
        kind = source.translator.streams[stream].kind if stream in source.translator.streams else ""
        kind = kind or stream
        record = raw.id or f"page-{page}-row-{position}"
        work.load_exact(source.connection, kind, week_of(raw.created), [record])
        row = work.get(source.connection, kind, record)
        if row is None:
            row = Row(
                source.connection, kind, week_of(raw.created), record, "quarantined", raw.digest, raw.version,
                raw.digest, page, position, None, None, b"",
            )  # fmt: skip
            work.put(row)
        elif row.state != "posted":
            work.touch(row).state = "quarantined"
        shown = Row(
            row.connection,
            row.kind,
            row.week,
            row.id,
            row.state,
            b"",
            "",
            b"",
            page,
            position,
            None,
            None,
            b"",
        )
        work.problem(shown, Problem(code=refusal.code, record=record, detail=refusal.detail))


def _gone(work: Workset, row: Row, record: Record, raw: RawRow, version: bytes, digest: bytes) -> None:
    """Take in that the source deleted a record; what is posted of it stays, and a person is told."""
    work.touch(row)
    row.version, row.sequence = version, raw.version or row.sequence
    if digest:
        row.raw_digest = digest
    if row.state != "posted":
        row.state, row.packed = "no_posting", Packed(record)
        return
    detail = "the source deleted a record that is posted; the books keep it until a person decides"
    work.problem(row, Problem(code="deleted_at_source", record=row.id, detail=detail))


def _birth(item: tuple[Record, RawRow, int]) -> int:
    return item[0].created


_RANK = {kind: rank for rank, kind in enumerate(KINDS)}

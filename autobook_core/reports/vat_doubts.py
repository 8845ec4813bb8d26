"""What makes a return of VAT uncertain: records that are not booked, late ones, open questions."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from autobook_core.reports.asking import Asked
from autobook_core.reports.tax_codes import CodeTotal
from autobook_core.store.reading import Period
from autobook_core.store.rows import WEEK, ExceptionRow, Ref
from autobook_core.store.store import Store

#: Open warnings that ask whether VAT was treated rightly.
REVIEWS = frozenset(
    {
        "credit_note_missing", "danish_vat_on_eu_business", "vat_relief_review", "vat_relief_documentation",
        "late_record_locked_period", "rule_change_not_applied_locked",
    }
)  # fmt: skip
_KNOWN = frozenset(
    {"DK25", "DK0-EU-SERV", "DK0-NONEU-SERV", "EU-SERV-RC", "NONEU-SERV-RC", "DK25-IN", "DK25-BADDEBT"}
)
Doubt = dict[str, Any]


def doubts(asked: Asked, period: Period) -> list[Doubt]:
    """Return everything in the book that may still change the figures of a period."""
    opened = [row for row in asked.store.inbox.all() if row.status == "open" and _within(row.week, period)]
    pending = _pending(asked.store, [ref for _, _, ref, _ in asked.store.records.waiting()], period)
    found = [*_elsewhere(asked.policy.country), *_set_aside(opened), *_waiting(pending), *_reviews(opened)]
    found += _redated(asked.tables.redated(period), period)
    return found + _suspended(asked.balance(asked.number("suspense"), period.last))


def unknown_codes(codes: Iterable[CodeTotal]) -> list[Doubt]:
    """Return a warning for every tax code that has no place in the return."""
    return [
        {
            "code": "unknown_tax_code", "count": 1, "amount": item.base,
            "detail": f"tax code {item.code} has no box; its base is in none of them",
        }
        for item in codes
        if item.code not in _KNOWN and not item.code.startswith("OSS-")
    ]  # fmt: skip


def _elsewhere(country: str) -> list[Doubt]:
    if country == "DK":
        return []
    detail = (
        f"these are the boxes of the Danish return; the policy says that VAT is accounted for in {country}"
    )
    return [{"code": "not_danish", "count": 1, "detail": detail}]


def _within(week: int, period: Period) -> bool:
    """Tell whether a record of that week may belong to a period; week 0 is a record without a date."""
    if week <= 0:
        return True
    begins = _day(week * WEEK)
    return begins <= period.last and _day(week * WEEK + WEEK) >= period.first


def _pending(store: Store, waiting: Iterable[Ref], period: Period) -> list[Ref]:
    """Return the records of a period that wait to be booked; others only listen for what may come."""
    weeks: dict[tuple[int, str, int], list[str]] = {}
    for ref in sorted(set(waiting)):
        if _within(ref.week, period):
            weeks.setdefault((ref.connection, ref.kind, ref.week), []).append(ref.id)
    rows = (row for key, ids in weeks.items() for row in store.records.in_week(*key, ids))
    return [row.ref for row in rows if row.state == "pending"]


def _day(instant: int) -> date:
    return datetime.fromtimestamp(instant, UTC).date()


def _set_aside(opened: Iterable[ExceptionRow]) -> list[Doubt]:
    codes = sorted(row.code for row in opened if row.severity == "error")
    if not codes:
        return []
    names = ", ".join(dict.fromkeys(codes))
    detail = f"open errors about records of these weeks, which may be missing here: {names}"
    return [{"code": "open_errors", "count": len(codes), "detail": detail}]


def _waiting(pending: Iterable[Ref]) -> list[Doubt]:
    kinds = sorted(ref.kind for ref in pending)
    if not kinds:
        return []
    detail = f"records that wait for others and are not booked: {', '.join(dict.fromkeys(kinds))}"
    return [{"code": "records_waiting", "count": len(kinds), "detail": detail}]


def _reviews(opened: Iterable[ExceptionRow]) -> list[Doubt]:
    counts: dict[str, int] = {}
    for row in opened:
        if row.severity == "warning" and row.code in REVIEWS:
            counts[row.code] = counts.get(row.code, 0) + 1
    return [
        {"code": code, "count": count, "detail": "a person should decide on them before this is filed"}
        for code, count in sorted(counts.items())
    ]


def _redated(rows: Iterable[tuple[str, str, str]], period: Period) -> list[Doubt]:
    late = [name for name, day, _ in rows if period.first.isoformat() <= day <= period.last.isoformat()]
    left = [name for name, day, _ in rows if day > period.last.isoformat()]
    found: list[Doubt] = []
    if late:
        detail = f"documents of an earlier period, booked in this one: {', '.join(late[:5])}"
        found.append({"code": "late_records", "count": len(late), "detail": detail})
    if left:
        detail = f"documents of this period, booked in a later one: {', '.join(left[:5])}"
        found.append({"code": "records_booked_later", "count": len(left), "detail": detail})
    return found


def _suspended(balance: int) -> list[Doubt]:
    if not balance:
        return []
    detail = "money on suspense at the end of the period; sales may be among it"
    return [{"code": "suspense_open", "count": 1, "amount": balance, "detail": detail}]

"""Exceptions: open once each, resolved with a reason; and the matches that were decided."""

from autobook_core.domain.problems import Problem
from autobook_core.store.rows import MatchRow, Ref
from autobook_core.store.store import Store

REF = Ref(1, "bank_line", 2800, "B1")


def problem(detail: str = "no invoice fits", **fields: object) -> Problem:
    return Problem(code="unmatched_bank_line", record="B1", detail=detail, **fields)  # type: ignore[arg-type]


def test_a_problem_is_open_once_and_says_the_latest(store: Store) -> None:
    with store.writing():
        store.inbox.open([(REF, problem("first", amount=-5, currency="DKK"), 1, 2)], 100)
        store.inbox.open(
            [(REF, problem("second"), None, None), (REF, problem("third", suggestions=("in_1", "æ")), 3, 4)],
            200,
        )
    (only,) = store.inbox.all()
    assert (only.detail, only.suggestions, only.page, only.position) == ("third", ("in_1", "æ"), 3, 4)
    assert (only.amount, only.currency, only.opened_at, only.status) == (-5, "DKK", 100, "open")
    assert (only.resolved_at, only.resolution, only.severity, only.record) == (None, None, "error", "B1")
    assert store.inbox.counts() == [("error", "unmatched_bank_line", 1, 1)]


def test_a_resolved_problem_may_open_again(store: Store) -> None:
    with store.writing():
        store.inbox.open([(REF, problem(), None, None)], 100)
        store.inbox.resolve([("unmatched_bank_line", REF), ("other", REF)], 150, "matched by Ann")
        store.inbox.open([(REF, problem("again"), None, None)], 200)
    first, second = store.inbox.all()
    assert (first.status, first.resolved_at, first.resolution) == ("resolved", 150, "matched by Ann")
    assert (second.status, second.detail) == ("open", "again")
    assert store.inbox.open_of("unmatched_bank_line") == [second]
    assert store.inbox.open_of("other") == []


def test_problems_are_listed_in_the_order_they_came(store: Store) -> None:
    refs = [REF._replace(id=f"B{n}") for n in (3, 1, 2)]
    with store.writing():
        store.inbox.open(
            [
                (ref, Problem(code="c", record=ref.id, detail="d", severity="warning"), None, None)
                for ref in refs
            ],
            1,
        )
    assert [row.record for row in store.inbox.all()] == ["B3", "B1", "B2"]
    assert store.inbox.counts() == [("warning", "c", 1, 3)]


def test_matches_come_back_in_the_order_they_were_made(store: Store) -> None:
    rows = [
        MatchRow(left_id=f"ch_{n}", right_id="in_1", amount=5 * n, currency="EUR", rung="amount", confidence=90,
                 explain="same amount\tsame day", entry=n or None)
        for n in (2, 0, 1)
    ]  # fmt: skip
    with store.writing():
        store.inbox.match(rows)
    assert store.inbox.matches() == rows

"""What is promised about cost, as counts that are the same on every machine: requests, statements, commits, memory."""

import tracemalloc
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from autobook_core.testing.company import Company, Server, Workload, collect, serve

#: Commits for every 10,000 more rows: one for 1,000 rows of a stream that land, one for some thousands booked.
COMMITS_A_10K = 20
#: How much more one measurement of the engine's work may be than another that should be its equal.
ALIKE = 1.05
#: Requests for the members of payouts that may be re-read or not.
MEMBER_REQUESTS = 6


def _requests(server: Server) -> int:
    return sum(server.requests.values())


class _Again(NamedTuple):
    """A sync without news: requests of the first sync and of it, rows it read once more, what it asked of the store."""

    first: int
    requests: int
    rows: int
    asked: Any


def _sync_again(bench: Any, company: Company, name: str) -> _Again:
    with serve(company) as server, bench.book(name, server) as book:
        report, _ = bench.sync(book)
        assert report["ok"]
        assert report["posted"] > 0
        first = _requests(server)
        report, asked = bench.sync(book)
        assert report["ok"]
        assert report["posted"] == report["records"] == 0
        (connection,) = report["connections"]
        assert connection["new"] == 0
        return _Again(first, _requests(server) - first, connection["rows"], asked)


def test_a_sync_without_news_asks_no_more_of_a_company_four_times_as_old(bench: Any) -> None:
    # As many sales a day: what the overlap with the last window reads again depends on that.
    young = _sync_again(bench, collect(Workload(400, months=6)), "young")
    old = _sync_again(bench, collect(Workload(1_600, months=24)), "old")
    assert old.first > 2 * young.first
    # A payout in the overlap is asked for its members, so the days around the end make a small difference.
    assert abs(old.requests - young.requests) <= MEMBER_REQUESTS
    assert abs(old.asked.commits - young.asked.commits) <= MEMBER_REQUESTS
    assert abs(old.rows - young.rows) <= MEMBER_REQUESTS
    assert old.asked.hundreds <= young.asked.hundreds * ALIKE + MEMBER_REQUESTS


def _two_books(bench: Any) -> tuple[Any, Any, Path]:
    """Return a book, one that is five times as big, and a file that both know."""
    known = bench.envelopes(Workload(300), "known")
    more = bench.envelopes(Workload(1_200, seed=7), "more")
    small, big = bench.book("small"), bench.book("big")
    for book in (small, big):
        bench.take(book, known)
    bench.take(big, more)
    assert big.store.journal.count() > 4 * small.store.journal.count()
    return small, big, known


def test_importing_what_is_known_costs_a_big_book_no_more_than_a_small_one(bench: Any) -> None:
    small, big, known = _two_books(bench)
    with small, big:
        (here, few), (there, many) = bench.take(small, known), bench.take(big, known)
    assert here["new"] == there["new"] == here["posted"] == there["posted"] == 0
    assert here["known"] == there["known"] == here["lines"]
    assert many.statements == few.statements
    assert many.commits == few.commits
    assert many.hundreds <= few.hundreds * ALIKE + 10


def test_importing_news_costs_a_big_book_hardly_more_than_a_small_one(bench: Any) -> None:
    small, big, _ = _two_books(bench)
    news = bench.envelopes(Workload(300, seed=3), "news")
    with small, big:
        (here, few), (there, many) = bench.take(small, news), bench.take(big, news)
    assert here["new"] == there["new"] == here["lines"]
    assert many.commits <= few.commits + 1
    assert many.statements <= few.statements * ALIKE
    assert many.hundreds <= few.hundreds * ALIKE


def test_commits_are_grouped_however_much_is_imported(bench: Any) -> None:
    with bench.book("small") as small, bench.book("big") as big:
        here, few = bench.take(small, bench.envelopes(Workload(300), "few"))
        there, many = bench.take(big, bench.envelopes(Workload(2_400), "many"))
    rows = there["lines"] - here["lines"]
    assert rows > 5_000
    assert many.commits - few.commits <= COMMITS_A_10K * rows / 10_000 + 1
    assert few.commits <= COMMITS_A_10K


def test_a_row_costs_a_few_statements_and_no_more_in_a_long_import(bench: Any) -> None:
    with bench.book("small") as small, bench.book("big") as big:
        here, few = bench.take(small, bench.envelopes(Workload(300), "few"))
        there, many = bench.take(big, bench.envelopes(Workload(2_400), "many"))
    assert many.statements / there["lines"] <= few.statements / here["lines"] * ALIKE
    assert many.hundreds / there["lines"] <= few.hundreds / here["lines"] * ALIKE


def _peak(bench: Any, charges: int) -> int:
    """Return the most bytes Python held at one time during an import."""
    path = bench.envelopes(Workload(charges), f"w{charges}")
    with bench.book(f"book-{charges}") as book:
        tracemalloc.start()
        try:
            report = book.import_files([path])
            return tracemalloc.get_traced_memory()[1] if report["posted"] else 0
        finally:
            tracemalloc.stop()


@pytest.mark.slow
def test_an_import_four_times_as_long_takes_hardly_more_memory(bench: Any) -> None:
    short, long = _peak(bench, 2_000), _peak(bench, 8_000)
    assert 0 < long <= 1.3 * short

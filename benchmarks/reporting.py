"""G10 and G10b: reports of a big book beside DuckDB, and the whole command beside hledger's."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks import peers
from benchmarks.measuring import ProgramFailed, ask, contest, median_cpu, ratio, run
from benchmarks.results import Result, shown
from benchmarks.session import LAST_DAY, Session, connection, size_name

_SYNTHETIC = "the big book's tables are filled by SQL with synthetic lines, not by posting"


def measure(session: Session) -> Iterator[Result]:
    """Give the results of every goal about reports that was asked for."""
    if session.wants("G10"):
        yield from _queries(session)
    if session.wants("G10b"):
        yield _command(session)


def _queries(session: Session) -> list[Result]:
    lines = 5_000_000 if session.large else 200_000 if session.quick else 1_000_000
    session.say(f"reports over {size_name(lines)} lines")
    book, _ = session.new_book("big")
    built = ask("big_book", book, lines)
    ours = ask("book_reports", book)
    lacking = peers.missing("duckdb")
    theirs = None if lacking else ask("duckdb_reports", built["lines"], built["accounts"])
    if theirs and (ours["balances"], ours["months"]) != (theirs["balances"], theirs["months"]):
        raise ProgramFailed("the book and DuckDB disagree about the same lines")
    found: list[Result] = []
    for name, what, must, stretch in (
        ("month_end", "trial balance at a month's end", 0.1, 0.03),
        ("any_day", "trial balance on any day", 1.0, 0.5),
        ("by_month", "every account by month", 0.1, 0.03),
    ):
        value = ours[name] / theirs["month_end"] if theirs else None
        detail = {
            "book_cpu": ours[name],
            **({"duckdb_cpu": theirs["month_end"], "duckdb_same": theirs[name]} if theirs else {}),
        }
        text = f"{what}, {size_name(lines)} lines, query CPU over DuckDB's trial balance"
        found.append(Result("G10", text, must, stretch, "lower", value, "x", lacking, detail))
    whole = "" if session.large else "; the goal is stated for 5M lines: make bench-large"
    found[0].note = lacking or _SYNTHETIC + whole
    return found


def _command(session: Session) -> Result:
    size = min(session.sizes)
    what = f"`autobook balances` over `hledger bal` on the exported journal, {size_name(size)} charges, whole processes"
    result = Result("G10b", what, 0.05, 0.01, "lower", None, "x", peers.missing("hledger"))
    if result.note:
        return result
    session.say(f"balances of {size_name(size)} charges")
    book, main = _exported(session, size)
    runs = contest(
        {
            "autobook balances": lambda: session.autobook(book, "balances"),
            "hledger bal": lambda: run(["hledger", "-f", main, "bal"]),
        },
        session.rounds(size),
    )
    for name, usages in runs.items():
        session.keep(f"{name} {size_name(size)}", usages)
    ours, theirs = runs["autobook balances"], runs["hledger bal"]
    result.value = ratio(ours, theirs)
    result.detail = {
        "autobook_cpu": median_cpu(ours),
        "hledger_cpu": median_cpu(theirs),
        "hledger_rss_mb": theirs[0].rss_mb,
    }
    result.note = (
        f"the goal is stated for 100k charges; our side is start-up: {shown(median_cpu(ours))} s of CPU"
    )
    return result


def _exported(session: Session, size: int) -> tuple[Path, Path]:
    """Return a book and the journal it wrote for hledger."""
    book, _ = session.new_book(f"export-{size}", connection("ledger", "plaintext", format="hledger"))
    session.autobook(book, "import", session.envelopes(size), as_of=LAST_DAY)
    for sink in ask("export", book):
        if sink["error"] or sink["rejected"] or sink["in_doubt"]:
            raise ProgramFailed(f"the export failed: {sink}")
    (main,) = (book / "files").rglob("main.journal")
    return book, main

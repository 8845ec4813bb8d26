"""G17: what it costs to start at all, beside a Python that does nothing."""

import sys

from benchmarks.measuring import contest, median_cpu, run
from benchmarks.results import Result
from benchmarks.session import Session

_ROUNDS = 15


def measure(session: Session) -> list[Result]:
    """Return the results of starting up."""
    if not session.wants("G17"):
        return []
    session.say("starting up")
    book, making = session.new_book("empty")
    runs = contest(
        {
            "python": lambda: run([sys.executable, "-c", "pass"]),
            "--version": lambda: run([*session.command, "--version"]),
            "status": lambda: session.autobook(book, "status"),
        },
        _ROUNDS,
    )
    for name, usages in runs.items():
        session.keep(f"start {name}", usages)
    bare = median_cpu(runs["python"])
    detail = {"python_cpu": bare, "version_cpu": median_cpu(runs["--version"]),
              "status_cpu": median_cpu(runs["status"]), "making_a_book_cpu": making.cpu}  # fmt: skip
    return [
        Result("G17", "`autobook --version` over a Python that does nothing", 6.0, 3.0, "lower",
               median_cpu(runs["--version"]) / bare, "x", detail=detail),
        Result("G17", "`autobook status` of an empty book over a Python that does nothing", None, None, "lower",
               median_cpu(runs["status"]) / bare, "x"),
    ]  # fmt: skip

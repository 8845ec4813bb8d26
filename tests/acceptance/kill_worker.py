"""A process whose children work on a book and are killed: everything is imported once, then it forks.

Told on standard input, a line of JSON each: ``{"book": folder, "kill_after_seconds": number or null}``. It
forks a child that does all the work, and says on standard output how that ended: ``{"signal": n}`` or
``{"exit": n, "seconds": n}``. The child is killed by its own parent, so its id cannot belong to anybody else.
"""

import json
import os
import signal
import sys
import time
import traceback
from datetime import date
from functools import partial
from pathlib import Path

import autobook_bank.source
import autobook_core.http
import autobook_core.store.migrations.migrate
import autobook_core.store.postgres
import autobook_stripe.source
from autobook_core.book import Book
from autobook_core.bookkeeping import desk
from autobook_core.bookkeeping.loop import Loop
from autobook_core.clock import ManualClock

#: Imported beforehand, so that the child's time is spent on work.
WARM = (autobook_bank.source, autobook_core.http, autobook_core.store.migrations.migrate,
        autobook_core.store.postgres, autobook_stripe.source)  # fmt: skip
ROWS_PER_COMMIT = 25


def work(folder: Path, now: int) -> None:
    """Import the file that lies there, then sync month by month, each in many small commits."""
    plan = json.loads((folder / "plan.json").read_text())
    vars(desk)["Loop"] = partial(Loop, rows_per_commit=ROWS_PER_COMMIT)
    with Book(folder, clock=ManualClock(now), env=plan["env"]) as book:
        book.import_files([folder / "people.jsonl"], as_of=date.fromisoformat(plan["days"][0]))
        for day in plan["days"]:
            report = book.sync(as_of=date.fromisoformat(day), deliver=False)
            assert report["ok"], report


def run(folder: Path, now: int, kill_after_seconds: float | None) -> dict[str, float]:
    """Let a child work on a book; kill it after so long, and say how it ended."""
    begun = time.monotonic()
    child = os.fork()
    if not child:
        try:
            work(folder, now)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    if kill_after_seconds is not None:
        time.sleep(kill_after_seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return {"exit": os.WEXITSTATUS(status), "seconds": time.monotonic() - begun}


def main() -> None:
    """Do as told until standard input ends."""
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        print(json.dumps(run(Path(told["book"]), told["now"], told["kill_after_seconds"])), flush=True)


if __name__ == "__main__":
    main()

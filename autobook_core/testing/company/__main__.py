"""Run the simulated company as a process until its input ends; where it listens is one line of JSON."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from datetime import date
from types import FrameType

from .build import build
from .facts import Options
from .render import is_modern
from .server import serve
from .workload import Workload, collect

_LARGE = ("customers", "subscriptions", "invoices", "charges", "balance_transactions", "refunds", "payouts")


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop and return the exit code."""
    defaults = Options()
    parser = argparse.ArgumentParser(prog="python -m autobook_core.testing.company", description=__doc__)
    parser.add_argument("--customers", type=int, default=defaults.customers)
    parser.add_argument("--months", type=int, default=defaults.months)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--start", type=date.fromisoformat, default=defaults.start)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--until", type=int, help="the horizon, in seconds since 1970")
    parser.add_argument("--rate-limit", type=int, help="requests a second before 429 is answered")
    parser.add_argument(
        "--api-version", default="2024-06-20", help="the shape for callers that name no version"
    )
    parser.add_argument(
        "--workload", type=int, metavar="N", help="serve N charges, and 1 %% more that the horizon hides"
    )
    parser.add_argument("--tax-rate-ids", action="store_true", help="name tax rates by id in the older shape")
    parser.add_argument("--warm", action="store_true", help="render everything before the first request")
    chosen = parser.parse_args(arguments)
    if chosen.workload:
        work = Workload(chosen.workload, chosen.months, chosen.seed, chosen.start)
        company = collect(work, with_tail=True)
        chosen.until = chosen.until or work.end
    else:
        company = build(
            Options(seed=chosen.seed, customers=chosen.customers, months=chosen.months, start=chosen.start)
        )
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    def on_end_of_input() -> None:
        sys.stdin.buffer.read()
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    with serve(
        company,
        api_version=chosen.api_version,
        until=chosen.until,
        rate_limit=chosen.rate_limit,
        tax_rate_ids=chosen.tax_rate_ids,
        port=chosen.port,
    ) as server:
        if chosen.warm:
            server.warm(*_LARGE, modern=is_modern(chosen.api_version))
        place = {"url": server.url, "webhook_secret": server.webhook_secret, "api_key": server.api_key}
        sys.stdout.write(json.dumps(place) + "\n")
        sys.stdout.flush()
        threading.Thread(target=on_end_of_input, daemon=True).start()
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())

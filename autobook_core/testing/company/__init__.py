"""A simulated company for demonstrations, tests and benchmarks.

Nordlys SaaS ApS sells subscriptions in Denmark and abroad. ``build`` makes its facts from a seed; ``serve``
shows them as the payment processor's HTTP API, ``write_bank_files`` as the bank's statements,
``write_envelopes`` as records for an offline import; ``expected_balances`` says what correct books show on
any day. The package knows nothing of the engine.
"""

from .bank_files import write_bank_files
from .build import build
from .clock import end_of_day
from .expected import expected_balances, movements
from .facts import Company, Options
from .faults import Fault
from .server import Server, serve
from .webhooks import events, sign
from .workload import Workload, batches, collect
from .writers import envelopes, write_envelopes, write_flat_csv

__all__ = [
    "Company",
    "Fault",
    "Options",
    "Server",
    "Workload",
    "batches",
    "build",
    "collect",
    "end_of_day",
    "envelopes",
    "events",
    "expected_balances",
    "movements",
    "serve",
    "sign",
    "write_bank_files",
    "write_envelopes",
    "write_flat_csv",
]

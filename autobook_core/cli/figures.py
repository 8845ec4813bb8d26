"""Figures: balances and reports. Amounts are shown with every decimal of the currency."""

from typing import Annotated, Any

import typer

from autobook_core.cli.command import AtOption, declare
from autobook_core.cli.console import Console
from autobook_core.cli.lists import FromOption, ToOption
from autobook_core.cli.periods import period as read_period
from autobook_core.cli.statements import show_report
from autobook_core.cli.table import Cell, Column
from autobook_core.cli.text import amount
from autobook_core.errors import ConfigurationError

_GROUP = "Look"


def balances(console: Console, at: AtOption = None) -> None:
    """Show the balance of every account.

    Debit is positive, credit negative; together they add up to zero.
    """
    with console.book() as book:
        found = book.balances(at)
        chart, currency = book.config.chart, book.config.policy.base_currency
    if console.json:
        console.document(found)
        return
    if not found:
        console.note("nothing is posted yet" if at is None else f"nothing is posted up to {at}")
        console.next("sync")
        return
    rows: list[tuple[Cell | str, ...]] = []
    for name, minor in sorted(found.items(), key=lambda item: chart.number(item[0]) or item[0]):
        account = chart.find(name)
        known = (
            (account.number, account.name, account.role or "") if account else (name, "(not in chart)", "")
        )
        rows.append((*known, amount(minor, currency)))
    total = sum(found.values())
    rows.append(
        ("", Cell("total", "bold"), "", Cell(amount(total, currency), "bold" if not total else "bad"))
    )
    columns = [Column("ACCOUNT"), Column("NAME", flexible=True), Column("ROLE"), Column(currency, right=True)]
    console.table(columns, rows)


def report(
    console: Console,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A report, such as profit-loss or vat.")],
    first: FromOption = None,
    last: ToOption = None,
    at: AtOption = None,
    period: Annotated[
        Any,
        typer.Option(
            "--period", parser=read_period, metavar="PERIOD", show_default=False,
            help="All of 2025-06, 2025-Q2, 2025-H1 or 2025.",
        ),
    ] = None,
) -> int:  # fmt: skip
    """Print a report: statements, VAT, what is owed, payouts.

    About a day: trial-balance, balance-sheet, aged-receivables. About a period, which is the fiscal year so
    far where none is given: profit-loss, deferred-revenue, payouts, processor-proof (also: stripe-proof).
    About a period, which is the calendar quarter so far where none is given: vat, eu-sales-list, oss.

    A day is given with --at, a period with --period or with --from and --to; the last day is today unless
    one is given. The exit code is 1 where a figure does not tie to the ledger.
    """
    if period is not None and (first, last, at) != (None, None, None):
        raise ConfigurationError("--period is given beside other days", fix="give the one or the others")
    if at is not None and (first is not None or last is not None):
        raise ConfigurationError(
            "--at is a day, --from and --to are a period", fix="give the one or the other"
        )
    if period is not None:
        first, last = period
    if first is not None and last is not None and first > last:
        raise ConfigurationError(
            f"--from {first} lies after --to {last}", fix="give the earlier day to --from"
        )
    with console.book() as book:
        found: dict[str, Any] = book.report(name, first=first, last=at or last)
    if console.json:
        console.document(found)
    else:
        show_report(console, found)
    return 1 if found.get("difference") else 0


def add_to(app: typer.Typer) -> None:
    """Add the commands of this group."""
    declare(app, group=_GROUP, examples=["autobook balances", "autobook balances --at 2025-12-31 --json"])(
        balances
    )
    declare(app, group=_GROUP, examples=[
        "autobook report trial-balance --at 2025-12-31",
        "autobook report profit-loss --from 2025-01-01 --to 2025-12-31",
        "autobook report balance-sheet",
        "autobook report vat --period 2025-Q2",
        "autobook report aged-receivables --at 2025-12-31 --json",
    ])(report)  # fmt: skip

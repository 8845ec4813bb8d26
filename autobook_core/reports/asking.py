"""What a report is asked for: which book, under which terms, about which days."""

from dataclasses import dataclass
from datetime import date

from autobook_core.domain.calendar import fiscal_year
from autobook_core.domain.chart import Chart
from autobook_core.domain.policy import Policy
from autobook_core.store.reading import Period, ReportTables
from autobook_core.store.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a book.

    Attributes:
        first: the first day, or None where the report's own default holds.
        last: the last day, or the day of a report that is about one.
    """

    store: Store
    chart: Chart
    policy: Policy
    first: date | None
    last: date

    @property
    def currency(self) -> str:
        """Return the currency of all amounts."""
        return self.policy.base_currency

    @property
    def tables(self) -> ReportTables:
        """Return what is asked of the ledger beyond its balances."""
        return ReportTables(self.store.database)

    def of_year(self) -> Period:
        """Return the period; where no first day was given it begins with the fiscal year."""
        return Period(self.first or fiscal_year_start(self.last, self.policy.fiscal_year_start), self.last)

    def of_quarter(self) -> Period:
        """Return the period; where no first day was given it begins with the calendar quarter."""
        begins = self.last.replace(month=self.last.month - (self.last.month - 1) % 3, day=1)
        return Period(self.first or begins, self.last)

    def number(self, role: str) -> str | None:
        """Return the account number of a role, if the chart has one."""
        account = self.chart.find(role)
        return None if account is None else account.number

    def balance(self, account: str | None, day: date) -> int:
        """Return the balance of an account at the end of a day, debit positive."""
        debit, credit = self.store.journal.balances(day).get(account or "", (0, 0))
        return debit - credit


def fiscal_year_start(day: date, first_month: int) -> date:
    """Return the first day of the fiscal year a day lies in."""
    return date(fiscal_year(day, first_month), first_month, 1)

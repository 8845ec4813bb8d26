"""The chart of accounts: numbers and names for people, roles for the rules.

A rule says ``receivables``; the chart says that this company calls it 6190. A role belongs to at
most one account, a number to exactly one.
"""

from collections.abc import Iterable
from typing import Literal, get_args

from msgspec import Struct

AccountType = Literal["asset", "liability", "equity", "income", "expense"]
ACCOUNT_TYPES: tuple[str, ...] = get_args(AccountType)

#: Every role the built-in rules may name.
ROLES = (
    "bank", "stripe_clearing", "payouts_in_transit", "receivables", "disputes_receivable",
    "accrued_income", "deferred_revenue", "customer_credit", "suspense", "vat_output_25",
    "vat_oss_payable", "vat_reverse_charge_services", "vat_input", "revenue_monthly",
    "revenue_annual", "revenue_one_off", "revenue_usage", "revenue_eu_b2b", "revenue_eu_oss",
    "revenue_non_eu", "fees", "dispute_fees", "bank_charges", "bad_debt_loss", "dispute_losses",
    "rounding_differences", "fx_gain_loss", "other_expense",
)  # fmt: skip


class Account(Struct, frozen=True, kw_only=True):
    """A ledger account.

    Attributes:
        number: what the company calls it; unique.
        role: what the rules call it; at most one account has a role.
        standard_account: number in the public standard chart (SAF-T StandardAccountID).
        reconcile: open-item account: what is debited is matched with what is credited.
    """

    number: str
    name: str
    type: AccountType
    role: str | None = None
    standard_account: str | None = None
    vat_code: str | None = None
    currency: str | None = None
    reconcile: bool = False
    active: bool = True


class Chart:
    """The accounts of one company, found by number or by role."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        """Take the accounts.

        Raises:
            ValueError: a number or a role stands twice.
        """
        self.accounts = tuple(accounts)
        self._by_name: dict[str, Account] = {}
        self._by_number: dict[str, Account] = {}
        for account in self.accounts:
            if account.number in self._by_number:
                msg = f"account number {account.number} stands twice in the chart"
                raise ValueError(msg)
            self._by_number[account.number] = account
        for account in self.accounts:
            if account.role is None:
                continue
            if account.role in self._by_name:
                msg = f"role {account.role} belongs to {self._by_name[account.role].number} and {account.number}"
                raise ValueError(msg)
            self._by_name[account.role] = account
        for account in self.accounts:
            self._by_name.setdefault(account.number, account)

    def find(self, name: str) -> Account | None:
        """Return the account with that role or number, if there is one."""
        return self._by_name.get(name) or self._by_number.get(name)

    def find_number(self, number: str) -> Account | None:
        """Return the account with that number, if there is one."""
        return self._by_number.get(number)

    def label(self, number: str) -> str:
        """Return the role of an account number where it has one, else the number."""
        account = self._by_number.get(number)
        return account.role if account is not None and account.role else number

    def number(self, name: str) -> str | None:
        """Return the number of the account with that role or number."""
        account = self.find(name)
        return None if account is None else account.number

    def names(self) -> list[str]:
        """Return every role and number, for "did you mean"."""
        return sorted({*self._by_name, *self._by_number})

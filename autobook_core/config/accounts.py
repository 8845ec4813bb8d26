"""``chart.toml``: the company's accounts, each number and each role once."""

from autobook_core.config.document import Document, nearest
from autobook_core.config.schema import Check, currency, decode, filled, pattern
from autobook_core.domain.chart import ROLES, Account, Chart
from autobook_core.errors import ConfigurationError

CHECKS: dict[str, Check] = {
    "number": pattern(
        "[0-9][0-9A-Za-z.-]{0,19}", "a text of up to 20 digits, letters, points and hyphens, a digit first"
    ),
    "name": filled,
    "role": pattern("[a-z][a-z0-9_]*", "lower-case letters, digits and underscores"),
    "standard_account": pattern("[0-9]{1,10}", "a number of the public standard chart, in quotes"),
    "vat_code": filled,
    "currency": currency,
}


def read_chart(document: Document) -> Chart:
    """Return the chart.

    Raises:
        ConfigurationError: an account is malformed, or a number or a role stands twice.
    """
    document.refuse_unknown(document.data, ["account"])
    accounts: list[Account] = []
    numbers: dict[str, int] = {}
    roles: dict[str, int] = {}
    for index, table in enumerate(document.tables("account")):
        path = ("account", index)
        account = decode(Account, table, document, path, checks=CHECKS)
        if (first := numbers.setdefault(account.number, index)) != index:
            raise document.error(
                (*path, "number"),
                f"account {account.number} stands twice, first on line {document.line(('account', first, 'number'))}",
                "give one of the two another number",
            )
        if account.role and (first := roles.setdefault(account.role, index)) != index:
            raise document.error(
                (*path, "role"),
                f"role {account.role!r} belongs to two accounts: {accounts[first].number} and {account.number}",
                "leave the role on one of the two",
            )
        accounts.append(account)
    if not accounts:
        raise ConfigurationError(
            "the chart has no account",
            file=document.name,
            line=1,
            fix="add an [[account]]: number, name, type",
        )
    return Chart(accounts)


def refuse_misspelt_roles(document: Document, chart: Chart, named: set[str]) -> None:
    """Raise for a role that nothing names and that is nearly one the chart lacks.

    Args:
        document: the chart's file.
        chart: what it says.
        named: the accounts that the company's own rules and connections name.

    Raises:
        ConfigurationError: see above.
    """
    lacking = [role for role in ROLES if chart.find(role) is None]
    for index, account in enumerate(chart.accounts):
        if account.role is None or account.role in ROLES or account.role in named:
            continue
        if guess := nearest(account.role, lacking):
            raise document.error(
                ("account", index, "role"),
                f"unknown role {account.role!r}; did you mean {guess!r}?",
                f'write role = "{guess}", or name {account.role!r} in a rule',
            )


def unknown_account(name: str, chart: Chart) -> str:
    """Return the sentence that refuses a name which is neither a role nor a number of the chart."""
    guess = nearest(name, chart.names())
    return f"no account has the role or number {name!r}" + (f"; did you mean {guess!r}?" if guess else "")

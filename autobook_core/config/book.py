"""A book's configuration as one value: company, policy, chart, rules and connections."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autobook_core.config.accounts import read_chart, refuse_misspelt_roles
from autobook_core.config.connections import ConnectionConfig, read_connections
from autobook_core.config.document import Document
from autobook_core.config.rules import read_rules, rules_digest
from autobook_core.config.settings import Company, Fik, Store, read_settings
from autobook_core.domain.chart import Chart
from autobook_core.domain.policy import Policy
from autobook_core.domain.rule import Deferral, PostingRule
from autobook_core.errors import ConfigurationError

SETTINGS_FILE = "autobook.toml"
CHART_FILE = "chart.toml"
RULES_FILE = "rules.toml"


@dataclass(frozen=True, slots=True)
class BookConfig:
    """Everything the files of a book say, checked.

    Attributes:
        folder: where the book lies.
        fik: payment references on invoices, where the company uses them.
        daemon: ``interval_seconds``, ``listen`` and ``health``.
        rules: the company's own, in file order.
        rules_digest: changes with rules, policy and the accounts of roles; the rule version of entries.
        connections: by name.
    """

    folder: Path
    company: Company
    policy: Policy
    fik: Fik | None
    store: Store
    daemon: Mapping[str, Any]
    chart: Chart = field(repr=False)
    rules: tuple[PostingRule, ...]
    rules_digest: str
    connections: Mapping[str, ConnectionConfig]


def load_book(folder: Path) -> BookConfig:
    """Read and check the files of a book.

    Raises:
        ConfigurationError: there is no book, or a file says something that cannot be; it names
            file, line, cause and fix.
    """
    if not (folder / SETTINGS_FILE).is_file():
        raise ConfigurationError(
            f"there is no book in {folder}: it has no {SETTINGS_FILE}",
            fix=f"run `autobook init {folder}`, or name the book with --book",
        )
    settings = read_settings(Document.read(folder / SETTINGS_FILE))
    accounts = Document.read(folder / CHART_FILE)
    chart = read_chart(accounts)
    rules_path = folder / RULES_FILE
    rules = read_rules(Document.read(rules_path), chart) if rules_path.exists() else ()
    connections = read_connections(folder, chart)
    roles = {connection.role for connection in connections.values() if connection.role}
    refuse_misspelt_roles(accounts, chart, {*_named(rules), *roles})
    return BookConfig(
        folder=folder,
        company=settings.company,
        policy=settings.policy,
        fik=settings.fik,
        store=settings.store,
        daemon=settings.daemon,
        chart=chart,
        rules=rules,
        rules_digest=rules_digest(rules, settings.policy, chart),
        connections=connections,
    )


def _named(rules: Iterable[PostingRule]) -> set[str]:
    """Return the accounts that rules name."""
    named: set[str] = set()
    for rule in rules:
        named.update(value for side, value in rule.post.items() if side != "vat")
        named.update(part.credit for part in rule.split)
        if isinstance(rule.defer, Deferral):
            named.add(rule.defer.account)
    return named

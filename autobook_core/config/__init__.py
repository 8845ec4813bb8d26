"""A book's TOML files: read with every key checked, and written so that people can edit them.

Every refusal is a :class:`~autobook_core.errors.ConfigurationError` that names file, line, cause
and fix. Secrets stand in no file: a file says where a secret is.
"""

from autobook_core.config.book import CHART_FILE, RULES_FILE, SETTINGS_FILE, BookConfig, load_book
from autobook_core.config.connections import ConnectionConfig, read_connection, write_connection
from autobook_core.config.create import init_book
from autobook_core.config.options import build_config, check_options, parse_options
from autobook_core.config.references import Resolver, is_reference, resolve_secret, resolver
from autobook_core.config.rules import read_rule, rules_digest
from autobook_core.config.settings import Company, Fik, Store

__all__ = [
    "CHART_FILE",
    "RULES_FILE",
    "SETTINGS_FILE",
    "BookConfig",
    "Company",
    "ConnectionConfig",
    "Fik",
    "Resolver",
    "Store",
    "build_config",
    "check_options",
    "init_book",
    "is_reference",
    "load_book",
    "parse_options",
    "read_connection",
    "read_rule",
    "resolve_secret",
    "resolver",
    "rules_digest",
    "write_connection",
]

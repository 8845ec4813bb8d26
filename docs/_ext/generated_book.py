"""The keys of a book's files, from the structs that read them and the comments of a new book's settings."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import msgspec

from autobook_core.config import connections, settings
from autobook_core.config.schema import allowed
from autobook_core.domain import chart, rule
from generated_text import entry, shown, target

#: File to its tables; a table of a list of tables is written as TOML writes it.
BOOK_FILES: Mapping[str, Mapping[str, Any]] = {
    "autobook.toml": {f"[{name}]": kind for name, kind in settings.TABLES.items() if name != "policy"},
    "chart.toml": {"[[account]]": chart.Account},
    "connections/NAME.toml": {"connections/NAME.toml": connections._File},  # noqa: SLF001 - the file as it is read
    "rules.toml": {"[[rule]]": rule.PostingRule, "defer": rule.Deferral, "split": rule.Share},
}
#: What no docstring and no template says.
_SAID_HERE = {
    (
        "[policy]",
        "fee_vat",
    ): "Whether VAT on a processor's fees is accounted for by reverse charge, once a month.",
    ("connections/NAME.toml", "type"): "The short name of the connector, as in `autobook connectors`.",
    ("connections/NAME.toml", "start"): "The earliest day the books want to know about.",
    ("connections/NAME.toml", "account_id"): "The account that was pinned when the connection was made.",
    ("connections/NAME.toml", "role"): "Role or number of the account that mirrors the money there.",
    ("connections/NAME.toml", "options"): "The connector's own settings; secrets are references.",
    ("[[account]]", "name"): "For people.",
    ("[[account]]", "type"): "What kind of account it is.",
    ("[[account]]", "vat_code"): "The VAT code of what is booked here, unless a rule says otherwise.",
    ("[[account]]", "currency"): "ISO 4217 code, where the account is kept in one currency only.",
    ("[[account]]", "active"): "Whether it may still be booked to.",
    ("[[rule]]", "name"): "Stands on every entry the rule had a part in; unique.",
    ("[[rule]]", "dimensions"): "Marks a line for reports, for example with a department.",
    ("[[rule]]", "effective_from"): "The first day the rule holds.",
    ("[[rule]]", "effective_to"): "The last day the rule holds.",
    ("[[rule]]", "priority"): "The lower comes first among the rules of plugins.",
    ("defer", "over"): "The time over which revenue is released.",
    ("defer", "method"): "`day` or `month`; unless said here, the policy's.",
    ("defer", "account"): "Role or number of the account where it waits.",
    ("split", "share"): "The part, as `70 %` or `rest`.",
    ("split", "credit"): "Role or number of the account it goes to.",
}
_ATTRIBUTE = re.compile(r"^        ([a-z_, ]+): (.+(?:\n            .+)*)", re.MULTILINE)
#: A key of the template with its comment; the choices that may lead it are listed from the type.
_KEY = re.compile(r"^(?:# )?([a-z_]+) = .*?#\s+(?:[a-z_]+(?: \| [a-z_]+)+(?::\s+|$))?(.*)$", re.MULTILINE)


def book_settings(file: str) -> list[str]:
    """Return the tables of one file of a book, each with its keys."""
    lines: list[str] = []
    for table, kind in BOOK_FILES[file].items():
        if table != file:
            lines += [f"### `{table}` in `{file}`", ""]
        for field in msgspec.structs.fields(kind):
            lines += _key(table, kind, field)
    return lines


def policy_settings() -> list[str]:
    """Return the keys of the policy."""
    kind = settings.TABLES["policy"]
    return [line for field in msgspec.structs.fields(kind) for line in _key("[policy]", kind, field)]


def every_key() -> Iterator[str]:
    """Give the target of every key there is, for the test that looks for them."""
    tables = [(name, kind) for file in BOOK_FILES.values() for name, kind in file.items()]
    for table, kind in [*tables, ("[policy]", settings.TABLES["policy"])]:
        for field in msgspec.structs.fields(kind):
            yield target("key", table, field.encode_name)


def _key(table: str, kind: Any, field: Any) -> list[str]:
    remarks = [allowed(field.type)]
    if field.required:
        remarks.append("required")
    elif field.default not in (None, msgspec.NODEFAULT):
        remarks.append(f"default `{shown(field.default)}`")
    name = field.encode_name
    return entry(target("key", table, name), name, ", ".join(remarks), _meaning(table, kind, name))


def _meaning(table: str, kind: Any, name: str) -> str:
    """Return what a key means.

    Raises:
        KeyError: nobody says it.
    """
    template = files("autobook_core.config").joinpath("templates", "autobook.toml").read_text("utf-8")
    section = template.partition(f"{table}\n")[2].partition("\n\n")[0] if table.startswith("[") else ""
    found = {key: said for key, said in _KEY.findall(section) if said}
    for keys, said in _ATTRIBUTE.findall(kind.__doc__ or ""):
        found |= dict.fromkeys(re.split(r",\s*", keys), " ".join(said.split()))
    return _sentence(found[name]) if name in found else _SAID_HERE[table, name]


def _sentence(text: str) -> str:
    text = text.replace("``", "`").strip()
    return text[:1].upper() + text[1:].rstrip(".") + "."

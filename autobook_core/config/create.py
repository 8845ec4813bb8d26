"""``autobook init``: a complete Danish SaaS book from templates whose comments survive."""

import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from autobook_core.config.accounts import read_chart
from autobook_core.config.book import CHART_FILE, RULES_FILE, SETTINGS_FILE
from autobook_core.config.connections import FOLDER
from autobook_core.config.document import Document, listed, unknown
from autobook_core.config.files import exists, write_new
from autobook_core.config.rules import read_rules
from autobook_core.config.schema import convert
from autobook_core.config.settings import CHECKS, TABLES, read_settings
from autobook_core.errors import ConfigurationError

_IGNORE_FILE = ".gitignore"


def init_book(folder: Path, *, company: str, overrides: Sequence[str] = ()) -> list[Path]:
    """Write a new book and return the files written, in order.

    Args:
        folder: where; made if need be. A ``.gitignore`` that is there already stays as it is.
        company: its name.
        overrides: ``TABLE.KEY=VALUE`` for ``autobook.toml``, such as ``policy.deferral_method=month``.

    Raises:
        ConfigurationError: an override is refused, or the folder holds a book already. Nothing
            was written.
    """
    texts = {name: _template(name) for name in (CHART_FILE, RULES_FILE, SETTINGS_FILE)}
    given = [("company", "name", _checked("company", "name", company))]
    given += [_override(text) for text in overrides]
    for table, key, value in given:
        texts[SETTINGS_FILE] = _set(texts[SETTINGS_FILE], table, key, value)
    _check(texts)
    ignore = folder / _IGNORE_FILE
    targets = {folder / name: text for name, text in texts.items()}
    for path in targets:
        if path.exists():
            raise exists(path)
    if not ignore.exists():
        targets = {ignore: _template("gitignore"), **targets}
    _make_folders(folder)
    return _write_all(targets)


def _template(name: str) -> str:
    from importlib.resources import files

    return (files("autobook_core.config") / "templates" / name).read_text(encoding="utf-8")


def _check(texts: dict[str, str]) -> None:
    try:
        read_settings(Document(SETTINGS_FILE, texts[SETTINGS_FILE]))
        read_rules(
            Document(RULES_FILE, texts[RULES_FILE]), read_chart(Document(CHART_FILE, texts[CHART_FILE]))
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"the new {error}", fix=error.fix) from None


def _make_folders(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (FOLDER, "files"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"cannot be made: {error.strerror}", file=str(folder), fix="choose another folder"
        ) from None


def _write_all(targets: dict[Path, str]) -> list[Path]:
    """Write every file, or take back those written."""
    written: list[Path] = []
    try:
        for path, text in targets.items():
            write_new(path, text, mode=0o644)
            written.append(path)
    except ConfigurationError:
        for path in written:
            path.unlink()
        raise
    return written


def _override(text: str) -> tuple[str, str, Any]:
    """Return table, key and value of ``TABLE.KEY=VALUE``."""
    name, equals, raw = text.partition("=")
    table, dot, key = name.strip().partition(".")
    if not equals or not dot:
        raise ConfigurationError(
            f"-o {name.strip()} is not TABLE.KEY=VALUE",
            fix="write for example -o policy.deferral_method=month",
        )
    if table not in TABLES:
        message = unknown(table, TABLES, SETTINGS_FILE, kind="table")
        raise ConfigurationError(f"-o {name.strip()}: {message}", fix=f"tables are: {listed(TABLES)}")
    names = [spec.name for spec in msgspec.structs.fields(TABLES[table])]
    if key not in names:
        message = unknown(key, names, f"[{table}]")
        raise ConfigurationError(f"-o {name.strip()}: {message}", fix=f"known here: {listed(names)}")
    try:
        return table, key, _checked(table, key, _literal(raw.strip(), _kind(table, key)))
    except ConfigurationError as error:
        raise ConfigurationError(f"-o {table}.{key}: {error}", fix=error.fix) from None


def _kind(table: str, key: str) -> Any:
    return next(spec.type for spec in msgspec.structs.fields(TABLES[table]) if spec.name == key)


def _checked(table: str, key: str, value: Any) -> Any:
    """Return a value of a setting in its type."""
    return convert(key, value, _kind(table, key), Document("", ""), (), CHECKS[table].get(key))


def _literal(raw: str, kind: Any) -> Any:
    """Read a value as TOML; quotes around a text may be left out."""
    try:
        value = tomllib.loads(f"value = {raw}", parse_float=Decimal)["value"]
    except tomllib.TOMLDecodeError:
        return raw
    return value if isinstance(value, str) or kind in {int, bool} else raw


def _set(text: str, table: str, key: str, value: Any) -> str:
    """Return the template with one value replaced, and its line and table no longer commented out."""
    import tomli_w

    literal = tomli_w.dumps({"value": value}).removeprefix("value = ").strip()
    header = re.search(rf"^(?:# )?\[{table}\]$", text, re.MULTILINE)
    assert header is not None, f"the template has no table {table}"
    start = header.end()
    following = re.compile(r"^(?:# )?\[[a-z]+\]$", re.MULTILINE).search(text, start)
    end = following.start() if following else len(text)
    body, count = re.subn(
        rf"^(?:# )?{key} = [^#\n]*?([ ]*#[^\n]*)?$",
        lambda line: _replaced(line, f"{key} = {literal}"),
        text[start:end],
        count=1,
        flags=re.MULTILINE,
    )
    assert count == 1, f"the template has no key {table}.{key}"
    return f"{text[: header.start()]}[{table}]{body}{text[end:]}"


def _replaced(line: re.Match[str], setting: str) -> str:
    """Return the setting with the line's comment, which keeps its column where there is room."""
    if line.group(1) is None:
        return setting
    column = line.start(1) - line.start() + len(line.group(1)) - len(line.group(1).lstrip())
    return f"{setting.ljust(column - 2)}  {line.group(1).lstrip()}"

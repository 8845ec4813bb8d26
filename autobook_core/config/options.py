"""A connector's settings: from a connection file or ``-o key=value`` to its frozen dataclass.

The dataclass is what a connector declares with ``option`` and ``secret``; this module reads the
declaration from the standard dataclass fields, so that it does not load the contract.
"""

import dataclasses
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from autobook_core.config.document import Document, listed, shown, unknown
from autobook_core.config.references import Resolver, is_reference
from autobook_core.config.schema import allowed, type_complaint
from autobook_core.config.schema import choices as listed_choices
from autobook_core.errors import ConfigurationError

C = TypeVar("C")

_HOW = 'write "env:NAME", "file:PATH", "keyring:NAME" or "credential:NAME" instead'


def build_config(
    config_class: type[C], options: Mapping[str, Any], resolve: Resolver, *, file: Path | None = None
) -> C:
    """Return the connector's configuration with every secret resolved.

    Args:
        config_class: a dataclass of ``option`` and ``secret`` fields.
        options: values by name as in TOML; secrets are references.
        resolve: turns a reference into the secret.
        file: the connection file the options come from, for lines in errors.

    Raises:
        ConfigurationError: an option is unknown, missing, ill-typed or not among its choices, or
            a secret stands in clear text or cannot be resolved. No error shows a secret.
    """
    form = _Form(config_class, file)
    checked = form.check(options)
    values: dict[str, Any] = {}
    for name, value in checked.items():
        if not form.is_secret(name):
            values[name] = value
        elif value is not None:
            try:
                values[name] = resolve(value)
            except ConfigurationError as error:
                raise form.error(name, f"{name}: {error}", error.fix) from None
    return config_class(**values)


def check_options(config_class: type, options: Mapping[str, Any], *, file: Path | None = None) -> None:
    """Check options without resolving their secrets.

    Raises:
        ConfigurationError: as :func:`build_config`, but for secrets that lead nowhere.
    """
    _Form(config_class, file).check(options)


def parse_options(config_class: type, texts: Sequence[str]) -> dict[str, Any]:
    """Read ``-o key=value`` texts as values of the option's types, ready for a connection file.

    Raises:
        ConfigurationError: a text has no ``=``, or its option is unknown, twice or ill-typed.
    """
    form = _Form(config_class, None)
    options: dict[str, Any] = {}
    for text in texts:
        name, equals, raw = text.partition("=")
        name = name.strip()
        if not equals:
            raise ConfigurationError(
                "-o takes key=value; there is no = in what was given", fix="write -o key=value"
            )
        if name in options:
            raise ConfigurationError(f"-o {name} was given twice", fix=f"give {name} once")
        form.refuse_unknown(name)
        options[name] = form.from_text(name, raw.strip())
    return options


class _Form:
    """The fields of a config class, and where its values come from."""

    def __init__(self, config_class: type, file: Path | None) -> None:
        self.specs = {spec.name: spec for spec in dataclasses.fields(config_class) if spec.init}
        self.types = get_type_hints(config_class)
        self.file = file

    def is_secret(self, name: str) -> bool:
        return bool(self.specs[name].metadata.get("secret"))

    def error(self, name: str, message: str, fix: str) -> ConfigurationError:
        if self.file is None:
            return ConfigurationError(message, fix=fix)
        document = Document.read(self.file)
        path = ("options", name) if name else ("options",)
        return document.error(path, message, fix)

    def refuse_unknown(self, name: str) -> None:
        if name not in self.specs:
            known = listed(self.specs) or "none"
            raise self.error(
                name, unknown(name, self.specs, "options", kind="option"), f"options are: {known}"
            )

    def check(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options in the types of their fields, secrets still as references."""
        for name in options:
            self.refuse_unknown(name)
        for name, spec in self.specs.items():
            if name not in options and _is_required(spec):
                help_text = spec.metadata.get("help") or "no help text"
                raise self.error("", f"option {name!r} is missing: {help_text}", self._example(name))
        return {name: self._checked(name, value) for name, value in options.items()}

    def _example(self, name: str) -> str:
        value = f"env:{name.upper()}" if self.is_secret(name) else "..."
        return f"add {name} = " + f'"{value}"' + (" to [options]" if self.file else f", or -o {name}={value}")

    def _checked(self, name: str, value: Any) -> Any:
        if self.is_secret(name):
            if not is_reference(value):
                raise self.error(
                    name, f"{name} holds a secret in clear text", f"{_HOW}, and renew the secret"
                )
            return value
        if isinstance(value, datetime | Decimal):
            raise self._refusal(name, value)
        if type_complaint(value, self.types[name]) is not None:
            raise self._refusal(name, value)
        choices = self._choices(name)
        if choices and value is not None and value not in choices:
            raise self._refusal(name, value)
        return msgspec.convert(value, self.types[name])

    def _choices(self, name: str) -> tuple[str, ...]:
        return tuple(self.specs[name].metadata.get("choices") or ()) or listed_choices(self.types[name])

    def _refusal(self, name: str, value: Any) -> ConfigurationError:
        if self.is_secret(name):
            return self.error(name, f"{name} is not {allowed(self.types[name])}", _HOW)
        choices = self._choices(name)
        words = " or ".join(shown(choice) for choice in choices) if choices else allowed(self.types[name])
        return self.error(name, f"{name} is {shown(value)}; allowed: {words}", f"change {name} to {words}")

    def from_text(self, name: str, text: str) -> Any:
        """Return a command line text as a value of the option's type."""
        if self.is_secret(name):
            return self._checked(name, text)
        to = _without_none(self.types[name])
        value: Any = text
        if get_origin(to) is tuple:
            value = [part.strip() for part in text.split(",") if part.strip()]
        elif to in {int, bool, date}:
            try:
                value = msgspec.convert(text, to, strict=False)
            except msgspec.ValidationError:
                raise self._refusal(name, text) from None
        self._checked(name, value)
        return value


def _is_required(spec: "dataclasses.Field[Any]") -> bool:
    return spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING


def _without_none(to: Any) -> Any:
    if get_origin(to) not in {Union, types.UnionType}:
        return to
    parts = [part for part in get_args(to) if part is not type(None)]
    return parts[0] if len(parts) == 1 else to

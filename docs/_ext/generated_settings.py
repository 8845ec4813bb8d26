"""The settings of the connectors that come with Autobook, from the dataclasses that declare them."""

from collections.abc import Iterator
from typing import Any

from autobook_core.cli.connector_help import options_of
from autobook_core.plugins import Connector, load_plugins
from generated_text import entry, shown, target

#: What the connectors of this distribution are announced by.
OURS = "autobook:"


def first_party() -> dict[str, Connector]:
    """Return the connectors that come with Autobook, by type."""
    found = load_plugins().connectors
    return {kind: item for kind, item in found.items() if item.plugin.startswith(OURS)}


def settings() -> list[str]:
    """Return every connector with its settings."""
    lines: list[str] = []
    for kind, connector in first_party().items():
        spec = connector.spec
        lines += [f"({target('connector', kind)})=", f"## {spec.title}", ""]
        lines += [f"`{kind}`, a {' and '.join(sorted(spec.roles))}. {spec.summary}", ""]
        for option in options_of(connector.load()):
            lines += _option(kind, option)
    return lines


def every_setting() -> Iterator[str]:
    """Give the target of every setting there is, for the test that looks for them."""
    for kind, connector in first_party().items():
        for option in options_of(connector.load()):
            yield target("setting", kind, option["name"])


def _option(kind: str, option: dict[str, Any]) -> list[str]:
    remarks = ["required"] if option["required"] else []
    if option["secret"]:
        remarks.append("secret, by reference")
    if option["default"] not in (None, "", []):
        remarks.append(f"default `{shown(option['default'])}`")
    if option["choices"]:
        remarks.append("one of " + ", ".join(f"`{choice}`" for choice in option["choices"]))
    place = target("setting", kind, option["name"])
    return entry(place, option["name"], ", ".join(remarks), option["help"].rstrip(".") + ".")

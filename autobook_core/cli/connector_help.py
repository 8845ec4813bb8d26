"""What there is to know about the installed connectors, as JSON-able rows."""

import dataclasses
from datetime import date
from typing import Any

from autobook_core.errors import ConfigurationError
from autobook_core.plugins.conformance import conformance_of
from autobook_core.plugins.registry import Plugins


def connectors_of(plugins: Plugins, today: date) -> list[dict[str, Any]]:
    """Return the connectors that are installed, with their tiers on a day (UTC); none is imported for it."""
    found = []
    for kind, item in plugins.connectors.items():
        shown = conformance_of(item, today)
        found.append(
            {
                "type": kind, "title": item.spec.title, "roles": sorted(item.spec.roles),
                "summary": item.spec.summary, "plugin": item.plugin, "version": item.version,
                "tier": shown.standing.tier, "tier_reason": shown.reason,
                "next_tier": shown.standing.next, "missing": list(shown.standing.missing),
                "exemptions": dict(shown.exemptions), "report_date": shown.day and shown.day.isoformat(),
                "kit_version": shown.kit,
            }
        )  # fmt: skip
    return found


def broken_of(plugins: Plugins) -> list[dict[str, str]]:
    """Return the plugins that were left out, with the reason and what to do."""
    return [
        {"name": item.name, "version": item.version, "reason": item.reason, "fix": item.fix}
        for item in plugins.broken
    ]


def only(found: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Return the connector of that type.

    Raises:
        ConfigurationError: there is none.
    """
    from autobook_core.config.document import unknown

    known = {item["type"]: item for item in found}
    if kind not in known:
        raise ConfigurationError(
            unknown(kind, known, "what is installed", kind="connector"),
            fix=f"installed are: {', '.join(known) or 'none'}",
        )
    return known[kind]


def options_of(connector: type[Any]) -> list[dict[str, Any]]:
    """Return the settings a connector declares. Defaults of secrets are not shown."""
    found = []
    for spec in dataclasses.fields(connector.Config):
        secret = bool(spec.metadata.get("secret"))
        required = spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
        default = None if secret or required or spec.default is dataclasses.MISSING else spec.default
        found.append(
            {
                "name": spec.name, "help": spec.metadata.get("help", ""), "required": required, "secret": secret,
                "default": list(default) if isinstance(default, tuple) else default,
                "choices": list(spec.metadata.get("choices") or ()),
            }
        )  # fmt: skip
    return found

"""Reading needs no secrets: rows that landed are translated without any credential at hand."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any


def blank_config(config: type, options: Mapping[str, Any]) -> Any:
    """Return a config with the given plain options, and blanks for secrets and what is required.

    Translation is pure and asks no server, so a blank secret is never used.
    """
    values: dict[str, Any] = {}
    for spec in fields(config):
        required = spec.default is MISSING and spec.default_factory is MISSING
        if spec.metadata.get("secret"):
            if required:
                values[spec.name] = ""
        elif spec.name in options:
            values[spec.name] = options[spec.name]
        elif required:
            values[spec.name] = ""
    return config(**values)

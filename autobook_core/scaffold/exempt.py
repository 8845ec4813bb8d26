"""Promises that a choice makes impossible, each with the reason that users are shown."""

from autobook_core.scaffold.api import Api
from autobook_core.scaffold.choices import Choices


def exemptions(choices: Choices, api: Api) -> dict[str, str]:
    """Return the cases of the kit that a new source is exempt from, with the reasons."""
    if choices.role == "source" and api.money == "number":
        return {"broken-amount": "amounts count major units, so half a unit is an amount"}
    return {}

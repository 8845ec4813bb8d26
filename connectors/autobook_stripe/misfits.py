"""Why an object does not fit its shape, in the codes of the books."""

from autobook_core.connector import Malformed


def misfit(id: str, error: Exception) -> Malformed:
    """Return the refusal of an object that could not be decoded, with the decoder's words and place."""
    why = str(error)
    if "missing required field" in why or "got `null`" in why:
        return Malformed(id, why, code="missing_required_field")
    if why.startswith(("Expected `int`", "Integer value out of range")):
        return Malformed(id, why, code="non_integer_amount")
    return Malformed(id, why)

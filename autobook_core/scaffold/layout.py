"""Laying out Python as the formatter would, so that what is written stays as it is."""

from collections.abc import Sequence

#: Columns of a line at most; the written package's formatter is set to the same.
LINE = 110


def call(indent: int, callee: str, arguments: Sequence[str]) -> str:
    """Return a call: on one line, with its arguments on a line of their own, or one argument a line."""
    start, joined = " " * indent, ", ".join(arguments)
    whole = f"{start}{callee}({joined})"
    if len(whole) <= LINE:
        return whole
    inner = f"{start}    {joined}"
    if len(inner) > LINE:
        inner = "\n".join(f"{start}    {argument}," for argument in arguments)
    return f"{start}{callee}(\n{inner}\n{start})"


def table(indent: int, head: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return an assignment of a dictionary: on one line, or one pair a line."""
    start, parts = " " * indent, [f"{key}: {value}" for key, value in pairs]
    whole = f"{start}{head}{{{', '.join(parts)}}}"
    if len(whole) <= LINE:
        return whole
    return f"{start}{head}{{\n" + "".join(f"{start}    {part},\n" for part in parts) + f"{start}}}"

"""The texts of the scaffold: files beside this module, with ``$names`` to fill in."""

from functools import cache
from importlib.resources import files
from string import Template

from autobook_core.scaffold.imports import imports_of


@cache
def _template(name: str) -> Template:
    text = files("autobook_core.scaffold").joinpath("templates", f"{name}.txt").read_text(encoding="utf-8")
    return Template(text)


def filled(name: str, /, **values: str) -> str:
    """Return a template with its names filled in.

    Raises:
        KeyError: the template asks for a name that is not given.
    """
    return _template(name).substitute(values)


def module_text(name: str, /, **values: str) -> str:
    """Return a template of a Python module, filled in, with the imports it needs and one newline at its end.

    Raises:
        KeyError: the template asks for a name that is not given.
    """
    body = filled(name, imports="", **values)
    return filled(name, imports=imports_of(body), **values).rstrip("\n") + "\n"

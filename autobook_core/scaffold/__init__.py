"""The scaffold: from a few choices to the files of a working connector, for a made-up API or a described one.

Everything here but :mod:`~autobook_core.scaffold.writing` is a pure function of its arguments.
"""

from autobook_core.scaffold.api import Api, made_up
from autobook_core.scaffold.choices import AUTHS, PAGINGS, ROLES, Choices, check_name
from autobook_core.scaffold.package import one_file, package
from autobook_core.scaffold.writing import write_new

__all__ = [
    "AUTHS",
    "PAGINGS",
    "ROLES",
    "Api",
    "Choices",
    "check_name",
    "made_up",
    "one_file",
    "package",
    "write_new",
]

"""How the documentation is built: offline, from the pages here and the docstrings of the code."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from autobook_core import __version__

project = "Autobook"
author = "The Autobook authors"
copyright = "the Autobook authors, Apache License 2.0"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "generated",
    "public_names",
]
exclude_patterns = ["_ext", "connectors/howto"]
nitpicky = True
# What is not ours is named, not linked: a build asks nobody.
_OTHERS = (
    "_pytest abc builtins collections dataclasses datetime enum httpx logging msgspec pathlib pluggy typing"
)
nitpick_ignore_regex = [
    ("py:.*", rf"({'|'.join(_OTHERS.split())})\..*"),
    ("py:class", r"[A-Za-z_]+"),  # a bare name: a builtin, a type variable, an attribute of a docstring
    ("py:class", r"autobook_core\..*\.[A-Z]"),  # a type variable
    ("py:.*", r"autobook_core\.testing\.kit\..*"),  # what the names of the kit are made of
    ("py:class", r".*[ \[].*"),  # a piece of an annotation, or of a sentence that has a colon
]

html_theme = "furo"
html_title = "Autobook"
html_copy_source = False
html_show_sphinx = False

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

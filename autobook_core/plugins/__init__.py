"""Which plugins there are: found, checked and kept apart, so that a broken one costs nobody else anything."""

from autobook_core.plugins.loader import load_plugins
from autobook_core.plugins.registry import BrokenPlugin, Connector, Plugins

__all__ = ["BrokenPlugin", "Connector", "Plugins", "load_plugins"]

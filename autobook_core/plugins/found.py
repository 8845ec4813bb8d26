"""Where plugins come from: installed distributions, files in the book's folder, objects that were passed."""

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from msgspec import Struct

from autobook_core import hookspecs
from autobook_core.errors import PluginError

_OWN_DISTRIBUTION = "autobook"
_LOCAL = "autobook_local_"
_NAME_AND_VERSION = re.compile(r"^(Name|Version):[ \t]*(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin that may be loaded.

    Attributes:
        name: ``distribution:entry point``, ``local:file`` or ``given:name``.
        version: of the distribution; empty where there is none.
        words: the names by which it can be chosen.
        load: imports it and returns the plugin object.
        origin: of a plugin that does not come with Autobook.
    """

    name: str
    version: str
    words: frozenset[str]
    load: Callable[[], object]
    origin: "Origin | None" = None


class Origin(Struct, frozen=True):
    """Where a stranger's plugin lies, so that another process can load it: a file, or an entry point's value."""

    plugin: str
    value: str = ""
    path: str = ""

    def load(self) -> object:
        """Import the plugin and return it."""
        if self.path:
            return _imported(Path(self.path))
        return EntryPoint(self.plugin.partition(":")[2], self.value, hookspecs.PROJECT).load()

    def named(self, target: str) -> Any:
        """Return what ``module:name`` names; a plugin that is a file names itself by the module it became.

        Raises:
            ImportError, AttributeError: there is no such thing.
        """
        module, _, name = target.partition(":")
        found: Any = self.load() if module.startswith(_LOCAL) else import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        return found


def installed() -> Iterator[Candidate]:
    """Yield what distributions offer, our own first: nobody takes the name of a connector that comes with Autobook."""
    found = [(*_distribution(entry), entry) for entry in entry_points(group=hookspecs.PROJECT)]
    found.sort(key=lambda item: (item[0] != _OWN_DISTRIBUTION, item[0], item[2].name))
    for distribution, version, entry in found:
        name = f"{distribution}:{entry.name}"
        origin = None if distribution == _OWN_DISTRIBUTION else Origin(name, value=entry.value)
        yield Candidate(name, version, frozenset({name, entry.name}), entry.load, origin)


def _distribution(entry: EntryPoint) -> tuple[str, str]:
    """Return name and version of the distribution: two lines of a file that takes a while to parse whole."""
    text = (entry.dist and (entry.dist.read_text("METADATA") or entry.dist.read_text("PKG-INFO"))) or ""
    said = dict(_NAME_AND_VERSION.findall(text.partition("\n\n")[0]))
    return said.get("Name", "unknown"), said.get("Version", "")


def local(folder: Path | None) -> Iterator[Candidate]:
    """Yield the Python files of a folder, by name; those that begin with an underscore are not plugins."""
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("_"):
            name = f"local:{path.name}"
            words = frozenset({name, path.name, path.stem})
            origin = Origin(name, path=str(path.resolve()))
            yield Candidate(name, "", words, origin.load, origin)


def _imported(path: Path) -> ModuleType:
    # Two books may each have a file of the same name.
    name = f"{_LOCAL}{path.stem}_{zlib.crc32(bytes(path.resolve())):08x}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path.name} cannot be imported", fix="is it a Python file?")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def passed(plugins: Sequence[object]) -> Iterator[Candidate]:
    """Yield objects as plugins; equal names are numbered."""
    seen: dict[str, int] = {}
    for plugin in plugins:
        own = getattr(plugin, "__name__", None) or type(plugin).__name__
        ordinal = seen[own] = seen.get(own, 0) + 1
        name = f"given:{own}" if ordinal == 1 else f"given:{own}#{ordinal}"
        yield Candidate(name, "", frozenset(), lambda plugin=plugin: plugin)  # type: ignore[misc]


def chosen(offered: Iterable[Candidate], choice: str | None) -> tuple[list[Candidate], list[str]]:
    """Return the candidates that a choice names, and the words in it that name none.

    Args:
        offered: what there is.
        choice: ``none``, names separated by commas, or nothing: all.
    """
    candidates = list(offered)
    words = [word.strip() for word in (choice or "").split(",") if word.strip()]
    if not words:
        return candidates, []
    if words == ["none"]:
        return [], []
    known = {word for candidate in candidates for word in candidate.words}
    return [one for one in candidates if one.words & set(words)], [
        word for word in words if word not in known
    ]

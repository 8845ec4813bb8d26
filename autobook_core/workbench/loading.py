"""A connector straight from its file, before it is a package that anybody could install."""

import re
import sys
import traceback
from importlib import import_module
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from autobook_core.connector import Sink, Source
from autobook_core.errors import ConfigurationError, PluginError

_FILE = re.compile(r"(?P<path>.+\.py)(?::(?P<name>\w+))?")

Connector = type[Source] | type[Sink]


def names_a_file(what: str) -> bool:
    """Tell whether a text is ``path/to/plugin.py`` or ``path/to/plugin.py:Class``."""
    return _FILE.fullmatch(what) is not None


def load_from_file(what: str) -> Connector:
    """Return the connector class that ``path/to/plugin.py:Class`` names, read from the file as it is now.

    A file in a package is imported as a part of it. The class may be left out where the file has just one.

    Raises:
        ConfigurationError: there is no such file or class.
        PluginError: the file cannot be imported, or the class is no connector.
    """
    parts = _FILE.fullmatch(what)
    assert parts is not None
    path, name = Path(parts["path"]), parts["name"]
    if not path.is_file():
        raise ConfigurationError("there is no such file", file=str(path), fix="name a file that is there")
    module = _imported(path.resolve())
    found = _connectors(module)
    if name is None:
        return _only(path, found)
    if not hasattr(module, name):
        raise ConfigurationError(
            f"it has no {name}", file=str(path), fix=f"connectors in it are: {', '.join(found) or 'none'}"
        )
    chosen = getattr(module, name)
    if not (isinstance(chosen, type) and issubclass(chosen, Source | Sink)):
        raise PluginError(
            f"{path}: {name} is neither a Source nor a Sink",
            fix="derive it from autobook_core.connector.Source or Sink",
        )
    connector: Connector = chosen
    return connector


def _connectors(module: ModuleType) -> dict[str, Connector]:
    """Return the connectors a module defines itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Source | Sink)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


def _only(path: Path, found: dict[str, Connector]) -> Connector:
    if len(found) == 1:
        return next(iter(found.values()))
    raise ConfigurationError(
        f"it defines {len(found)} connectors{': ' if found else ''}{', '.join(found)}",
        file=str(path),
        fix=f"name one: {path}:{next(iter(found), 'Class')}",
    )


def _imported(path: Path) -> ModuleType:
    try:
        return _as_part_of_a_package(path) if (path.parent / "__init__.py").exists() else _alone(path)
    except (KeyboardInterrupt, PluginError):
        raise
    except BaseException as error:  # a stranger's file may raise anything, even SystemExit
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = error.lineno if isinstance(error, SyntaxError) else frames[-1].lineno if frames else None
        place = f"{path}:{line}" if line else str(path)
        reason = error.msg if isinstance(error, SyntaxError) else error
        raise PluginError(
            f"{place}: importing it failed: {type(error).__name__}: {reason}", fix="mend that line"
        ) from error


def _as_part_of_a_package(path: Path) -> ModuleType:
    names, folder = ([] if path.stem == "__init__" else [path.stem]), path.parent
    while (folder / "__init__.py").exists():
        names.insert(0, folder.name)
        folder = folder.parent
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    module = import_module(".".join(names))
    if module.__file__ is None or Path(module.__file__).resolve() != path:
        raise PluginError(
            f"{path}: {module.__name__} is already another file, {module.__file__}",
            fix="rename the package, or uninstall the other one",
        )
    return module


class _AsItIsNow(SourceFileLoader):
    """Compiles the file each time: what was compiled within the same second may be older than the text."""

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the file."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def _alone(path: Path) -> ModuleType:
    name = f"autobook_dev_{path.stem}"
    spec = spec_from_file_location(name, path, loader=_AsItIsNow(name, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module

"""The keeper of strangers: asks plugins in copies of this process, and gives out stand-ins."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from autobook_core.connector import ConnectorSpec, Source
from autobook_core.errors import AutobookError, PluginError
from autobook_core.host.limits import Limits
from autobook_core.host.probing import SECONDS, announcements
from autobook_core.plugins.apart import Announced, target_of
from autobook_core.plugins.found import Candidate, Origin

if TYPE_CHECKING:
    from autobook_core.intake.translation import Translator


class Processes:
    """Keeps every plugin that does not come with Autobook in processes of its own."""

    def __init__(self, limits: Limits | None = None, *, import_seconds: float = SECONDS) -> None:
        """Begin with no process.

        Args:
            limits: of every worker.
            import_seconds: how long a plugin module may take to import.
        """
        self._limits = limits or Limits()
        self._import_seconds = import_seconds
        self._classes: dict[tuple[Origin, str], type[Any]] = {}

    def announced(self, candidates: Sequence[Candidate]) -> list[Announced]:
        """Return what each plugin announces; none of them is imported in this process."""
        return announcements(candidates, self._limits, self._import_seconds)

    def connector_class(self, origin: Origin, spec: ConnectorSpec) -> type[Any]:
        """Return a stand-in for a connector class.

        Raises:
            PluginError: it cannot be imported, or is no connector.
        """
        load = target_of(spec.load)
        if (origin, load) not in self._classes:
            self._classes[origin, load] = self._described(origin, load)
        return self._classes[origin, load]

    def _described(self, origin: Origin, load: str) -> type[Any]:
        from autobook_core.host.process import WorkerProcess
        from autobook_core.host.service import Target
        from autobook_core.host.standins import stand_in_class

        target = Target(origin, load)
        worker = WorkerProcess(origin.plugin, self._limits)
        try:
            worker.start()
            about = worker.call("describe", target, seconds=self._limits.start_seconds)
        except PluginError:
            raise
        except AutobookError as error:
            raise PluginError(
                f"{origin.plugin}: loading {load} failed: {error}",
                fix=error.fix or f"report it to the authors of {origin.plugin}",
            ) from error
        finally:
            worker.end()
        return stand_in_class(target, about, self._limits)

    def keeps(self, connector: object) -> bool:
        """Tell whether a connector is a stand-in."""
        return isinstance(connector, tuple(self._classes.values()))

    def translator(self, source: Source) -> "Translator":
        """Return what reads the rows of a source, wherever it lives."""
        from autobook_core.intake.translation import Translator

        if not self.keeps(source):
            return Translator(source)
        from autobook_core.host.reading import WorkerTranslator

        return WorkerTranslator(source)  # type: ignore[arg-type]

    def close(self, connector: Any) -> None:
        """End the process of a connector, if it has one of its own."""
        if self.keeps(connector):
            connector.close()

    def refusals(self, connector: Any) -> list[str]:
        """Return what a connector asked for without having declared it."""
        return list(connector.refused) if self.keeps(connector) else []

    def observer(self, origin: Origin, hook: str, takes: tuple[str, ...]) -> Callable[..., Any]:
        """Return a stand-in for an implementation of an observing hook."""
        return partial(self._observe, origin, hook, takes)

    def _observe(self, origin: Origin, hook: str, takes: tuple[str, ...], *told: Any) -> None:
        from autobook_core.host.process import WorkerProcess
        from autobook_core.host.service import News

        worker = WorkerProcess(origin.plugin, self._limits)
        try:
            worker.start()
            news = News(**dict(zip(takes, told, strict=True)))
            worker.call("observe", origin, hook, list(takes), news, seconds=self._limits.start_seconds)
        finally:
            worker.end()

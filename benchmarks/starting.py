"""G17: what it costs to start at all, beside a Python that does nothing, and to list twenty strangers' connectors."""

import sys
from pathlib import Path

from benchmarks.measuring import contest, median_cpu, run
from benchmarks.results import Result
from benchmarks.session import Session

_ROUNDS = 15
#: Packages of other people that are installed when connectors are listed.
_PACKAGES = 20
_HOOK = """
from autobook_core.connector import ConnectorSpec, hookimpl

@hookimpl
def autobook_connectors():
    return [ConnectorSpec({name!r}, {name!r}, "autobook_{name}.source:Source", summary="What {name} sold")]
"""


def measure(session: Session) -> list[Result]:
    """Return the results of starting up."""
    if not session.wants("G17"):
        return []
    session.say("starting up")
    book, making = session.new_book("empty")
    strangers = {"PYTHONPATH": str(_strangers(session.folder / "strangers"))}
    runs = contest(
        {
            "python": lambda: run([sys.executable, "-c", "pass"]),
            "--version": lambda: run([*session.command, "--version"]),
            "status": lambda: session.autobook(book, "status"),
            "connectors": lambda: run([*session.command, "connectors"], env=strangers),
        },
        _ROUNDS,
    )
    for name, usages in runs.items():
        session.keep(f"start {name}", usages)
    bare = median_cpu(runs["python"])
    detail = {"python_cpu": bare, "version_cpu": median_cpu(runs["--version"]),
              "status_cpu": median_cpu(runs["status"]), "making_a_book_cpu": making.cpu}  # fmt: skip
    return [
        Result("G17", "`autobook --version` over a Python that does nothing", 6.0, 3.0, "lower",
               median_cpu(runs["--version"]) / bare, "x", detail=detail),
        Result("G17", "`autobook status` of an empty book over a Python that does nothing", None, None, "lower",
               median_cpu(runs["status"]) / bare, "x"),
        Result("G17", f"CPU of `autobook connectors` with {_PACKAGES} packages of others installed, best of {_ROUNDS}",
               150.0, None, "lower", 1_000 * min(usage.cpu for usage in runs["connectors"]), " ms"),
    ]  # fmt: skip


def _strangers(folder: Path) -> Path:
    """Return a folder with installed packages, each with a connector that nobody has ever used."""
    for number in range(_PACKAGES):
        name = f"shop{number:02}"
        package, info = folder / f"autobook_{name}", folder / f"autobook_{name}-1.0.dist-info"
        for made in (package, info):
            made.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text(_HOOK.format(name=name))
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: autobook-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[autobook]\n{name} = autobook_{name}\n")
    return folder

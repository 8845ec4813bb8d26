"""Runs a page as a reader would: its files are written, its commands are typed, its answers are compared.

In a ``console`` block a line that begins with ``$ `` is a command, and the lines up to the next one are what it
prints; a line ``...`` stands for any lines, ``...`` inside a line for any text. A block with a caption is a file.
"""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^```(\{code-block\} )?(\w+)\n(?::caption: (\S+)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL
)
_SCRIPTS = {
    "autobook": "import sys; from autobook_core.cli import main; sys.exit(main())",
    "pip": "import runpy; runpy.run_module('pip', run_name='__main__')",
    "pytest": "import sys; from pytest import main; sys.exit(main())",
}


@dataclass(frozen=True)
class File:
    """A file the page shows whole."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command the page types, and what it shows of the answer."""

    typed: str
    shown: str


def steps(page: str) -> Iterator[File | Command]:
    """Give the files and commands of a page, in the order in which they stand there."""
    for _, language, caption, text in _BLOCK.findall(page):
        if caption:
            yield File(caption, text)
        elif language == "console":
            for typed, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
                yield Command(typed, shown)


def make_environment(folder: Path) -> Path:
    """Make a virtual environment that sees what the running one has, and return its folder of programs."""
    made = folder
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--symlinks", made], check=True)
    site = next(made.glob("lib/python*/site-packages"))
    shared = sysconfig.get_path("purelib")
    (site / "shared.pth").write_text(f"import site; site.addsitedir({shared!r})\n")
    programs = made / "bin"
    for name, code in _SCRIPTS.items():
        (programs / name).write_text(f"#!{programs / 'python'}\n{code}\n")
        (programs / name).chmod(0o755)
    return programs


class Shell:
    """A terminal with nothing but the installed package: no network, no settings of whoever runs the tests."""

    def __init__(self, folder: Path, programs: Path) -> None:
        """Begin in a folder."""
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if name in ("LANG", "HOME", "TMPDIR")}
        self._environment = kept | {
            "PATH": f"{programs}:/usr/bin:/bin",
            "COLUMNS": "120",
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
        }

    def run(self, typed: str) -> tuple[int, str]:
        """Type a command; return its exit code and what it printed. A ``cd`` lasts."""
        told = self.folder.parent / f".{self.folder.name}.cwd"
        script = f'{typed}\nstatus=$?; pwd > "{told}"; exit $status'
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        self.folder = Path(told.read_text().strip())
        told.unlink()
        return done.returncode, done.stdout


def answers(shown: str, printed: str) -> bool:
    """Tell whether a command printed what the page shows of it."""
    pattern = ""
    for line in shown.splitlines():
        pattern += r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"[ ]*\n"
    return (
        re.fullmatch(pattern, printed if printed.endswith("\n") or not printed else printed + "\n")
        is not None
    )

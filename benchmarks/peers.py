"""The peers: which are here, how to get those that are not, and what exactly they are made to do."""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks.measuring import Usage, program, run
from benchmarks.session import Session

_GROUP = "python -m pip install -c constraints.txt --group bench"
_RULES = Path(__file__).parent / "programs" / "charges.rules"
_ACCOUNTS = ("Assets:Processor", "Income:Monthly", "Liabilities:Deferred", "Liabilities:Vat", "Expenses:Fees")

#: How to install each peer.
HOW = {
    "hledger": "apt-get install hledger",
    "beangulp": _GROUP,
    "beancount": _GROUP,
    "duckdb": _GROUP,
}


def missing(*names: str) -> str:
    """Return what is not installed and the command that brings it, or nothing when all is here."""
    absent = [name for name in names if not present(name)]
    return "; ".join(f"{name} is not installed: {HOW[name]}" for name in absent)


def present(name: str) -> bool:
    """Tell whether a peer can be run."""
    return (shutil.which(name) if name == "hledger" else find_spec(name)) is not None


def versions() -> dict[str, str]:
    """Return the version of each peer that is here, and how to get the others."""
    from importlib.metadata import version

    found: dict[str, str] = {}
    for name, how in HOW.items():
        if not present(name):
            found[name] = f"missing: {how}"
        else:
            found[name] = run(["hledger", "--version"]).output.strip() if name == "hledger" else version(name)
    return found


def hledger_print(session: Session, size: int) -> Usage:
    """Let hledger turn the flat table into a journal."""
    words: list[str | Path] = ["hledger", "-f", session.flat(size), "--rules-file", _RULES, "print"]
    return run(words, output=session.folder / f"hledger-{size}.journal")


def beangulp_extract(session: Session, size: int) -> Usage:
    """Let beangulp turn the flat table into Beancount's text."""
    found = session.folder / f"extracted-{size}.beancount"
    return run([*program("beangulp_importer"), "extract", "-q", session.flat(size)], output=found)


def bean_check(session: Session, size: int) -> Usage:
    """Let Beancount check what beangulp extracted, without its cache."""
    main = session.folder / f"checked-{size}.beancount"
    opened = "\n".join(f"2020-01-01 open {account}" for account in _ACCOUNTS)
    main.write_text(f'include "extracted-{size}.beancount"\n{opened}\n')
    tool = Path(sys.executable).with_name("bean-check")
    return run([tool if tool.exists() else "bean-check", "--no-cache", main])


def beangulp_checked(session: Session, size: int) -> Usage:
    """Extract and check: Beancount's way to a journal one can rely on."""
    return beangulp_extract(session, size) + bean_check(session, size)

"""Somebody who reads the journals by eye: what hledger and Beancount would include, entry by entry."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]

_INCLUDED = re.compile(r'^include "?([0-9-]+\.\w+)"?$', re.MULTILINE)
_KEY = re.compile(r'^ +(?:; key:|key: ")([^"\n]*)', re.MULTILINE)
_AMOUNT = re.compile(r"(-?[0-9]+\.[0-9]{2}) [A-Z]{3}\b")


class Reader:
    """Reads both journals; an entry that stands in one of them only is half there, and not told."""

    forms: tuple[tuple[str, str], ...] = (("hledger", "main.journal"), ("beancount", "main.beancount"))

    def documents(self, home: Path) -> Sequence[tuple[str, Json]]:
        journals = [self.journal(home / "files" / "ledger" / name / main) for name, main in self.forms]
        counts = [Counter(key for key, _ in journal) for journal in journals]
        return [
            (key, document) for key, document in max(journals, key=len) if all(count[key] for count in counts)
        ]

    def journal(self, main: Path) -> list[tuple[str, Json]]:
        if not main.exists():
            return []
        found = []
        for name in _INCLUDED.findall(main.read_text(encoding="utf-8")):
            for block in (main.parent / name).read_text(encoding="utf-8").split("\n\n"):
                key = _KEY.search(block)
                if key is not None:
                    found.append((unquote(key[1]), {"amounts": _AMOUNT.findall(block)}))
        return found


class HledgerReader(Reader):
    forms = (("hledger", "main.journal"),)


class BeancountReader(Reader):
    forms = (("beancount", "main.beancount"),)

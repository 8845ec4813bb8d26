"""The CSV export of a bank's web site: quoted cells, and ids of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.connectors.bank.fake_camt import IBAN, MOST, day, major

Json = dict[str, Any]

PROFILE = f"""
header = ["Id", "Date", "Amount", "Text"]
account = "{IBAN}"
currency = "DKK"

[columns]
id = "Id"
date = "Date"
amount = "Amount"
text = ["Text"]

[format]
date = "YYYY-MM-DD"
"""


class FakeCsv:
    page_size = 4
    stream = "csv.row"
    withdraws = False

    def __init__(self) -> None:
        self._exports = 0

    def beside(self) -> Mapping[str, bytes]:
        return {"files/bank/profile.toml": PROFILE.encode()}

    def id_of(self, row: Json) -> str:
        return str(row["Fields"]["id"])

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        cells = [f"C{i:04}", day(at), major(min(changes.get("amount", 1_000 + i), MOST)), f"Overførsel {i}"]
        return {
            "Acct": {"IBAN": IBAN, "Ccy": "DKK"},
            "Fields": {"text": [cells[3]], "date": cells[1], "amount": cells[2], "id": cells[0]},
            "Format": {"date": "YYYY-MM-DD"},
            "Cells": cells,
        }

    def files(self, rows: Sequence[Json]) -> Mapping[str, bytes]:
        documents = {}
        for first in range(0, len(rows), self.page_size):
            self._exports += 1
            lines = [["Id", "Date", "Amount", "Text"]]
            lines += [row["Cells"] for row in rows[first : first + self.page_size]]
            text = "".join(",".join(f'"{cell}"' for cell in cells) + "\n" for cells in lines)
            documents[f"files/bank/export-{self._exports:04}.csv"] = text.encode()
        return documents

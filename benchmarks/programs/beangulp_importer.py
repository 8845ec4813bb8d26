"""The peer's importer, run as a process of its own: ``beangulp_importer extract FLAT.csv``.

The same five postings a charge as hledger's rules. Beangulp and Beancount are under the GPL: nothing but this
program, which is never shipped, imports them.
"""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import beangulp  # type: ignore[import-untyped]
from beancount.core import amount, data
from beangulp import identify

_INCOME = {"annual": "Liabilities:Deferred"}


class Charges(beangulp.Importer):  # type: ignore[misc]
    """Reads the flat table of charges."""

    def identify(self, filepath: str) -> bool:
        """Tell whether it is our table."""
        return filepath.endswith(".csv")

    def account(self, filepath: str) -> str:
        """Return the account the table is about."""
        return "Assets:Processor"

    def extract(self, filepath: str, existing: data.Entries) -> data.Entries:
        """Return one transaction a row."""
        entries: data.Entries = []
        with Path(filepath).open(newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                meta = data.new_metadata(filepath, number, {"code": row["id"]})
                entries.append(
                    data.Transaction(
                        meta, date.fromisoformat(row["date"]), "*", row["customer"], row["description"],
                        data.EMPTY_SET, data.EMPTY_SET, _postings(row),
                    )
                )  # fmt: skip
        return entries


def _postings(row: dict[str, str]) -> list[data.Posting]:
    gross, net, vat, fee = (Decimal(row[name]) for name in ("gross", "net_of_vat", "vat", "fee"))
    legs = (
        ("Assets:Processor", gross),
        (_INCOME.get(row["plan"], "Income:Monthly"), -net),
        ("Liabilities:Vat", -vat),
        ("Expenses:Fees", fee),
        ("Assets:Processor", -fee),
    )
    return [
        data.Posting(account, amount.Amount(figure, "DKK"), None, None, None, None)
        for account, figure in legs
    ]


if __name__ == "__main__":
    # By default files over 8 MiB are skipped without an error.
    identify.FILE_TOO_LARGE_THRESHOLD = 1 << 40
    beangulp.Ingest([Charges()])()

"""The rows of a camt.053 file: verdicts first, then entry by entry."""

from collections.abc import Iterator
from typing import Any

from autobook_bank.camt_entry import entry_row
from autobook_bank.camt_statement import Frame, frames
from autobook_bank.camt_translate import statement_created, statement_id
from autobook_bank.camt_xml import statements
from autobook_bank.identity import digest, entry_created, entry_id, entry_key
from autobook_bank.refusal import Opener, encode
from autobook_core.connector import Envelope


def entry_envelopes(open_file: Opener) -> Iterator[Envelope]:
    """Yield the entries of a file, statement by statement.

    Nothing is yielded before the whole file has been read and every statement judged.

    Raises:
        FileRefused: the file cannot be read as camt.053; then nothing was yielded.
    """
    judged = frames(open_file)
    index = 0
    equals: dict[str, int] = {}
    with open_file() as file:
        for name, element in statements(file):
            if name == "Stmt":
                index, equals = index + 1, {}
                continue
            frame = judged[index]
            row = entry_row(element, frame.row["Acct"])
            if row["AcctSvcrRef"] is None or row["AcctSvcrRef"] in frame.repeated:
                key = digest(entry_key(row), "")
                row["Ordinal"] = equals[key] = equals.get(key, 0) + 1
            yield _entry_envelope(row, frame)


def _entry_envelope(row: dict[str, Any], frame: Frame) -> Envelope:
    identity = entry_id(row)
    if frame.refused:
        row["Refused"] = frame.refused
        # A broken statement must never stand in the place of the same entry from a good one.
        identity = row["RefusedId"] = f"refused:{identity}"
    return Envelope(identity, data=encode(row), created=entry_created(row))


def statement_envelopes(open_file: Opener) -> Iterator[Envelope]:
    """Yield the frame of each statement: account, balances, number of entries.

    Raises:
        FileRefused: the file cannot be read as camt.053.
    """
    for frame in frames(open_file):
        row = frame.row
        if frame.refused:
            row["Refused"] = frame.refused
        yield Envelope(statement_id(row), data=encode(row), created=statement_created(row))

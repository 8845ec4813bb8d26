"""The rows of one file for one stream, whatever the file is."""

from collections.abc import Iterator

from autobook_bank.csv_profile import Profile
from autobook_bank.refusal import FileRefused, Opener, refused_file
from autobook_core.connector import Envelope

ENTRY, STATEMENT, CSV_ROW = "camt.053.entry", "camt.053.statement", "csv.row"

_XML_STARTS = (b"<", b"\xff\xfe<", b"\xfe\xff\x00<")


def looks_like_xml(name: str, open_file: Opener) -> bool:
    """Tell by its first sign, or its name, whether a file should be XML; every other file should be CSV."""
    with open_file() as file:
        head = file.read(512)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(_XML_STARTS) or name.lower().endswith((".xml", ".camt"))


def rows_of(stream: str, name: str, open_file: Opener, profile: Profile | None) -> Iterator[Envelope]:
    """Yield the rows that a stream finds in a file; a file nobody can read gives one refused row.

    The stream of statements leaves that row to the stream of entries, so that a file is refused once.
    """
    try:
        if looks_like_xml(name, open_file) == (stream != CSV_ROW):
            yield from _readable(stream, open_file, profile)
    except FileRefused as refusal:
        if stream != STATEMENT:
            yield refused_file(name, open_file, refusal)
    except FileNotFoundError:
        # Moved away between the look at the folder and the reading: whoever moved it has it.
        return
    except OSError as error:
        if stream != STATEMENT:
            closed = FileRefused("unreadable_file", f"the file cannot be opened: {error.strerror}")
            yield refused_file(name, open_file, closed)


def _readable(stream: str, open_file: Opener, profile: Profile | None) -> Iterator[Envelope]:
    if stream == CSV_ROW:
        from autobook_bank.csv_rows import csv_envelopes

        if profile is None:
            raise FileRefused(
                "csv_profile_missing", "it is not XML, and this connection has no profile for CSV files"
            )
        yield from csv_envelopes(open_file, profile)
        return
    from autobook_bank import camt_rows

    reader = camt_rows.entry_envelopes if stream == ENTRY else camt_rows.statement_envelopes
    yield from reader(open_file)

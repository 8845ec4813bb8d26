"""Bank files as a source: a watched folder with camt.053 statements and CSV exports."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from autobook_bank.camt_translate import bank_statement, bank_transaction, statement_created, statement_id
from autobook_bank.csv_profile import Profile, load_profile
from autobook_bank.csv_translate import csv_created, csv_id, csv_transaction
from autobook_bank.folder import Found, OpenReaders, Progress, scan
from autobook_bank.grammar import account_number, shown_account
from autobook_bank.identity import entry_created, entry_id
from autobook_bank.reading import CSV_ROW, ENTRY, STATEMENT, looks_like_xml, rows_of
from autobook_bank.refusal import file_id, file_record, mended_file
from autobook_core.connector import (
    BadConfig,
    Context,
    Envelope,
    Health,
    Malformed,
    Page,
    Record,
    Source,
    Stream,
    option,
)

DEFAULT_FOLDER = "files/bank"
#: How many rows one page holds at most.
PAGE_ROWS = 1000

_readers = OpenReaders()


@dataclass(frozen=True)
class Config:
    """Where the files are and whose they should be."""

    folder: str = option(
        "Folder with the bank's files, seen from the book's folder; watched for new ones",
        default=DEFAULT_FOLDER,
    )
    accounts: tuple[str, ...] = option(
        "IBANs that belong to the book, separated by commas; entries of other accounts are set aside. "
        "None given: every account is ours",
        default=(),
    )
    profile: str = option(
        "TOML file that describes the bank's CSV: header, columns, dates, decimal mark", default=""
    )


class BankFiles(Source):
    """Reads a bank's files: camt.053 by version, CSV by profile."""

    Config = Config
    streams = (
        Stream(STATEMENT, kind="bank_statement"),
        Stream(ENTRY, kind="bank_transaction"),
        Stream(CSV_ROW, kind="bank_transaction"),
    )

    def check(self, ctx: Context) -> Health:
        """Look whether the folder and the profile can be read."""
        try:
            self._listed(ctx)
            self._profile(ctx.home)
        except BadConfig as error:
            return Health(ok=False, message=str(error))
        accounts = sorted(self._accounts())
        owner = "\n".join(accounts) or str((ctx.home / self.config.folder).resolve())
        return Health(
            ok=True,
            account_id=hashlib.sha256(owner.encode()).hexdigest()[:16],
            label=", ".join(shown_account(account) for account in accounts) or self.config.folder,
            message=_wrong_check_digits(accounts),
        )

    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        """Read the next unread file of the folder, or the next part of it.

        Raises:
            BadConfig: the folder or the profile cannot be read.
        """
        listed = self._listed(ctx)
        progress = Progress.of(cursor, listed)
        profile = self._profile(ctx.home) if stream.name == CSV_ROW else None
        unread = progress.unread(listed)
        for position, file in enumerate(unread):
            items = _part(stream.name, file, progress, profile)
            more = progress.part is not None or position + 1 < len(unread)
            if items or (more and ctx.cancelled()):
                return Page(items, progress.cursor(), more, origin=file.name if items else "")
        return Page((), progress.cursor(), has_more=False)

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        """Say what one row means.

        Raises:
            Malformed: the row, its statement or its file was refused.
        """
        if not isinstance(raw, dict):
            raise Malformed("", "the row is not a JSON object")
        if "File" in raw:
            return [file_record(raw)]
        if stream.name == STATEMENT:
            return [bank_statement(raw, self._accounts())]
        if stream.name == CSV_ROW:
            return [csv_transaction(raw, self._accounts())]
        return [bank_transaction(raw, self._accounts())]

    def envelope(self, stream: Stream, raw: bytes) -> Envelope:
        """Wrap a row that came by file: its id is the bank's reference, else the digest.

        Raises:
            Malformed: it is not a JSON object.
        """
        try:
            row = msgspec.json.decode(raw)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise Malformed("", str(error)) from None
        if not isinstance(row, dict):
            raise Malformed("", "the row is not a JSON object")
        identity, created = _identity(stream.name, row)
        return Envelope(identity, data=raw, created=created)

    def read_file(self, name: str, content: bytes) -> Iterable[tuple[str, Envelope]]:
        """Read an original file handed over by a person; a profile is found from the current folder.

        Raises:
            BadConfig: the file is CSV and the profile cannot be read.
        """
        opened = partial(io.BytesIO, content)
        profile = None if looks_like_xml(name, opened) else self._profile(Path())
        for stream in self.streams:
            for envelope in rows_of(stream.name, name, opened, profile):
                yield stream.name, envelope

    def _accounts(self) -> frozenset[str]:
        return frozenset(account_number(number) for number in self.config.accounts if number.strip())

    def _profile(self, home: Path) -> Profile | None:
        return load_profile(home / self.config.profile) if self.config.profile else None

    def _listed(self, ctx: Context) -> list[Found]:
        folder = ctx.home / self.config.folder
        try:
            return scan(folder)
        except FileNotFoundError:
            if self.config.folder == DEFAULT_FOLDER:
                return []
            raise BadConfig(f"there is no folder {self.config.folder}", field="folder") from None
        except OSError as error:
            raise BadConfig(
                f"the folder {self.config.folder} cannot be read: {error.strerror}", field="folder"
            ) from None


def _part(stream: str, file: Found, progress: Progress, profile: Profile | None) -> list[Envelope]:
    """Return the next rows of a file and move the progress past them."""
    done = progress.rows_done(file)
    digest = "" if done else _digest(file)
    if digest and progress.knows_content(digest):
        progress.part = None
        progress.files[file.name] = [file.signature, digest, 0]
        return []
    items = [mended_file(file.name)] if not done and progress.was_refused(file.name) else []
    reader = _reader(stream, file, done, profile)
    rows = list(islice(reader, PAGE_ROWS - len(items)))
    refused = any(row.id == file_id(file.name) for row in rows)
    items = rows if refused else items + rows
    if len(items) == PAGE_ROWS:
        done += len(rows)
        progress.part = {"name": file.name, "signature": file.signature, "row": done}
        _readers.keep(_place(stream, file, done), reader)
        return items
    progress.part = None
    progress.files[file.name] = [file.signature, digest or _digest(file), int(refused)]
    return items


def _reader(stream: str, file: Found, done: int, profile: Profile | None) -> Iterator[Envelope]:
    kept = _readers.take(_place(stream, file, done)) if done else None
    if kept is not None:
        return kept
    reader = rows_of(stream, file.name, file.open, profile)
    return islice(reader, done, None) if done else reader


def _place(stream: str, file: Found, done: int) -> tuple[str, ...]:
    return (stream, str(file.path), file.signature, str(done))


def _digest(file: Found) -> str:
    try:
        return file.content_digest()
    except OSError:
        return ""


def _identity(stream: str, row: dict[str, Any]) -> tuple[str, int]:
    if "File" in row:
        return file_id(str(row["File"])), 0
    if stream == STATEMENT:
        return statement_id(row), statement_created(row)
    if stream == CSV_ROW:
        return csv_id(row), csv_created(row)
    refused = row.get("RefusedId")
    return refused if isinstance(refused, str) else entry_id(row), entry_created(row)


def _wrong_check_digits(accounts: list[str]) -> str:
    from stdnum import iban

    wrong = [shown_account(account) for account in accounts if not iban.is_valid(account)]
    return f"check digits do not fit: {', '.join(wrong)}" if wrong else ""

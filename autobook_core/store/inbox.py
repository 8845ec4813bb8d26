"""The queue of what needs a person, and the matches that need none."""

from collections.abc import Iterable

import msgspec

from autobook_core.domain.problems import Problem
from autobook_core.store.database import Database
from autobook_core.store.rows import ExceptionRow, MatchRow, Ref

_json = msgspec.json.Encoder()


class Inbox:
    """Keeps exceptions and matches."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def open(self, problems: Iterable[tuple[Ref, Problem, int | None, int | None]], now: int) -> None:
        """Open exceptions: (record, problem, page, position of the raw row)."""
        self._db.bulk(
            "insert_exception",
            [
                (
                    problem.code, ref.connection, ref.kind, ref.week, problem.record, problem.severity,
                    problem.detail, _json.encode(problem.suggestions).decode(), problem.amount,
                    problem.currency, page, position, now,
                )
                for ref, problem, page, position in problems
            ],
        )  # fmt: skip

    def resolve(self, items: Iterable[tuple[str, Ref]], now: int, resolution: str) -> None:
        """Close exceptions: (code, record)."""
        self._db.bulk(
            "resolve_exception",
            [(now, resolution, code, ref.connection, ref.kind, ref.id) for code, ref in items],
        )

    def all(self) -> list[ExceptionRow]:
        """Return every exception, oldest first."""
        return [_exception(row) for row in self._db.rows("exceptions")]

    def open_of(self, code: str) -> list[ExceptionRow]:
        """Return the open exceptions of one cause."""
        return [_exception(row) for row in self._db.rows("exceptions_open_of", code=code)]

    def counts(self) -> list[tuple[str, str, int, int]]:
        """Return open exceptions by severity, code and connection."""
        return [(row[0], row[1], row[2], row[3]) for row in self._db.rows("exception_counts")]

    def match(self, rows: Iterable[MatchRow]) -> None:
        """Keep matches."""
        self._db.bulk("insert_match", [msgspec.structs.astuple(row) for row in rows])

    def matches(self) -> list[MatchRow]:
        """Return the matches that were decided by more than a source's own id."""
        return [
            MatchRow(
                left_id=r[0], right_id=r[1], amount=r[2], currency=r[3], rung=r[4], confidence=r[5],
                explain=r[6], entry=r[7],
            )
            for r in self._db.rows("matches")
        ]  # fmt: skip


def _exception(row: tuple[object, ...]) -> ExceptionRow:
    values = dict(zip(ExceptionRow.__struct_fields__, row, strict=True))
    values["suggestions"] = tuple(msgspec.json.decode(str(values["suggestions"])))
    return ExceptionRow(**values)  # type: ignore[arg-type]

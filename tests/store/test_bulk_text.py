"""Rows as text: whatever goes in comes out, and rows that come twice are written in turn."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autobook_core.errors import StoreError
from autobook_core.store.bulk_text import REPLACEMENT, arrays, block, rounds

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["", "\\N", "\\.", "\\", "\t", "\r\n", "\\\\x00", "NULL", "\0", "\u2028", "🧾"]
)
ROWS = st.lists(
    st.tuples(
        st.none() | TEXTS,
        TEXTS,
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.binary(max_size=20),
    ),
    max_size=20,
    min_size=1,
)


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE t (a TEXT, b TEXT, c BIGINT, d BYTEA)")
        yield connection


@pytest.mark.postgres
@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_every_value_comes_back(connection: psycopg.Connection[Any], rows: list[Any]) -> None:
    connection.execute("DELETE FROM t")
    with connection.cursor() as cursor, cursor.copy("COPY t FROM STDIN") as copy:
        copy.write(block(rows))
    copied = connection.execute("SELECT a, b, c, d FROM t").fetchall()
    handed = connection.execute(
        "SELECT * FROM unnest(%s::TEXT[], %s::TEXT[], %s::BIGINT[], %s::BYTEA[])", arrays(rows)
    ).fetchall()
    assert (
        copied
        == handed
        == [
            tuple(value.replace("\0", REPLACEMENT) if isinstance(value, str) else value for value in row)
            for row in rows
        ]
    )


def test_a_block_is_what_copy_expects() -> None:
    assert block([(1, "a\tb", b"\0\xff", None), (-2, "c", b"", None)]) == (
        "1\ta\\tb\t\\\\x00ff\t\\N\n-2\tc\t\\\\x\t\\N\n"
    )
    assert block([(True, None, bytearray(b"a")), (None, "x", None)]) == "1\t\\N\t\\\\x61\n\\N\tx\t\\N\n"


@pytest.mark.parametrize("value", [1.5, object(), [1]])
def test_what_no_column_holds_is_refused(value: object) -> None:
    with pytest.raises(StoreError, match="the store refused"):
        block([(value,)])
    with pytest.raises(StoreError, match="the store refused"):
        arrays([(value,)])


def test_arrays_are_what_unnest_expects() -> None:
    assert arrays([(1, 'a"\\', b"\0", None), (-2, None, b"", None)]) == [
        "{1,-2}",
        '{"a\\"\\\\",NULL}',
        '{"\\\\x00","\\\\x"}',
        "{NULL,NULL}",
    ]


def test_rows_that_come_twice_are_cut_into_rounds() -> None:
    rows = [("a", 1), ("b", 1), ("a", 2), ("a", 3), ("b", 2), ("c", 1)]
    assert list(rounds(rows, (0,))) == [[("a", 1), ("b", 1), ("c", 1)], [("a", 2), ("b", 2)], [("a", 3)]]
    assert list(rounds(rows, (0, 1))) == [rows]
